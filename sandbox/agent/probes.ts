import { execFile } from "node:child_process";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { V1Container, V1HTTPGetAction, V1LifecycleHandler, V1Probe } from "@kubernetes/client-node";
import { Unmet } from "./objects";
import type { ContainerProcess } from "./process";

/** What answers a probe. */
export interface Probed {
  readonly address: string;
  readonly container: V1Container;
  readonly process: ContainerProcess;
}

/** The seconds of a probe that says nothing: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes */
const USUAL = { periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1, initialDelaySeconds: 0 } as const;

/** A probe that is asked again and again, and what its answers say by the thresholds. */
export class ProbeLoop {
  /** What the answers say; undefined before the first verdict. */
  verdict: boolean | undefined;
  /** Why the last one failed. */
  failure = "";
  private row = 0;
  private last: boolean | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param changed called when the verdict has changed, and each time a failure lasts. */
  constructor(
    private readonly probe: V1Probe,
    private readonly probed: Probed,
    private readonly changed: () => void,
  ) {
    this.again(probe.initialDelaySeconds ?? USUAL.initialDelaySeconds);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private again(seconds: number): void {
    this.timer = setTimeout(() => void this.ask(), seconds * 1000);
  }

  private async ask(): Promise<void> {
    const timeout = (this.probe.timeoutSeconds ?? USUAL.timeoutSeconds) * 1000;
    const answer = await act(this.probe, this.probed, timeout).then(
      () => true,
      (error: unknown) => {
        this.failure = error instanceof Error ? error.message : String(error);
        return false;
      },
    );
    if (this.stopped) return;
    this.row = answer === this.last ? this.row + 1 : 1;
    this.last = answer;
    const needed = answer
      ? (this.probe.successThreshold ?? USUAL.successThreshold)
      : (this.probe.failureThreshold ?? USUAL.failureThreshold);
    if (this.row >= needed && this.verdict !== answer) {
      this.verdict = answer;
      this.changed();
    }
    if (!this.stopped) this.again(this.probe.periodSeconds ?? USUAL.periodSeconds);
  }
}

/**
 * Does what a probe or a hook asks for.
 * @throws {Error} with the reason if it fails.
 */
export async function act(
  handler: V1Probe & V1LifecycleHandler,
  { address, container, process: own }: Probed,
  timeout: number,
): Promise<void> {
  if (handler.exec !== undefined) {
    const [command = "", ...args] = own.join(handler.exec.command ?? []);
    return new Promise((resolve, reject) => {
      execFile(command, args, { timeout, killSignal: "SIGKILL" }, (error, stdout, stderr) =>
        error === null ? resolve() : reject(new Error(`${stderr || stdout || error.message}`.trim())),
      );
    });
  }
  if (handler.httpGet !== undefined) return get(handler.httpGet, address, portOf(handler.httpGet.port, container), timeout);
  if (handler.tcpSocket !== undefined)
    return connect(handler.tcpSocket.host ?? address, portOf(handler.tcpSocket.port, container), timeout);
  if (handler.sleep !== undefined) return new Promise((resolve) => setTimeout(resolve, (handler.sleep?.seconds ?? 0) * 1000));
  throw new Unmet(
    "CreateContainerConfigError",
    `${container.name}: the agent knows no probe or hook of the kind ${Object.keys(handler).join()}`,
  );
}

function portOf(port: V1HTTPGetAction["port"], { name, ports = [] }: V1Container): number {
  const number = typeof port === "number" ? port : ports.find((each) => each.name === String(port))?.containerPort;
  if (number === undefined) throw new Error(`container ${name} has no port ${String(port)}`);
  return number;
}

function get(
  { path = "/", scheme = "HTTP", host, httpHeaders = [] }: V1HTTPGetAction,
  address: string,
  port: number,
  timeout: number,
): Promise<void> {
  const headers = Object.fromEntries([
    ["User-Agent", "kube-probe/sandbox"],
    ...httpHeaders.map(({ name, value }) => [name, value] as const),
  ]) as Record<string, string>;
  const options = { host: host ?? address, port, path, headers, timeout, agent: false as const };
  return new Promise((resolve, reject) => {
    const done = (response: http.IncomingMessage): void => {
      response.resume();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 400) resolve();
      else reject(new Error(`HTTP probe failed with statuscode: ${status}`));
    };
    // A kubelet does not check the certificate either.
    const request = scheme === "HTTPS" ? https.get({ ...options, rejectUnauthorized: false }, done) : http.get(options, done);
    request.once("timeout", () => request.destroy(new Error(`no answer within ${timeout} ms`)));
    request.once("error", reject);
  });
}

function connect(host: string, port: number, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, timeout });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => socket.destroy(new Error(`no answer within ${timeout} ms`)));
    socket.once("error", reject);
  });
}
