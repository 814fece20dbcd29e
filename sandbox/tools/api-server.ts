import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import { request } from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../control-plane/ports";
import { tied } from "../processes";

/** The programs of an {@link ApiServer}. */
export const API_SERVER_TOOLS = ["etcd", "kube-apiserver", "kube-controller-manager"] as const;

/** Where the programs of an {@link ApiServer} are. */
export type ApiServerPrograms = Readonly<Record<(typeof API_SERVER_TOOLS)[number], string>>;

/** The one user, who may do everything. */
const TOKEN = "loopback-token";

/**
 * A real API server on loopback, with etcd and with chosen controllers, that forgets everything at its end. It has no nodes. It lives as long as this
 * process at most.
 */
export class ApiServer {
  /** Holds its files and those that whoever started it keeps beside them; {@link stop} removes it. */
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-api-server-"));
  /** The kubeconfig of a user who may do everything. */
  readonly kubeconfig = path.join(this.folder, "kubeconfig");
  private readonly processes: ChildProcess[] = [];

  /**
   * Starts everything, and returns when the API server answers.
   * @param controllers those of the controller manager that run, as its option `--controllers` lists them.
   * @param flags further arguments of the API server.
   * @throws if the API server is not ready within a minute.
   */
  async start(programs: ApiServerPrograms, controllers: string, flags: readonly string[] = []): Promise<void> {
    const [client = 0, peer = 0, secure = 0] = await freePorts(3);
    // Also when the process ends without its last steps.
    process.once("exit", () => this.processes.forEach((child) => child.kill("SIGKILL")));
    const key = this.file("service-account.key");
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    fs.writeFileSync(key, privateKey, { mode: 0o600 });
    fs.writeFileSync(this.file("tokens.csv"), `${TOKEN},loopback,loopback,system:masters\n`, { mode: 0o600 });
    this.run(programs.etcd, "etcd", [
      `--data-dir=${this.file("etcd")}`,
      `--listen-client-urls=http://127.0.0.1:${client}`,
      `--advertise-client-urls=http://127.0.0.1:${client}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      "--unsafe-no-fsync",
    ]);
    this.run(programs["kube-apiserver"], "apiserver", [
      `--etcd-servers=http://127.0.0.1:${client}`,
      `--secure-port=${secure}`,
      "--bind-address=127.0.0.1",
      // As kubeadm and OKD set it: Ceph and the drivers of volumes need it.
      "--allow-privileged=true",
      "--advertise-address=10.244.255.1",
      `--cert-dir=${this.file("certs")}`,
      `--token-auth-file=${this.file("tokens.csv")}`,
      "--authorization-mode=RBAC",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      ...flags,
    ]);
    const certificate = this.file("certs/apiserver.crt");
    await until(() => fs.existsSync(certificate), "the API server's certificate");
    await until(() => accepts(secure, fs.readFileSync(certificate)), "the API server");
    // Only now: a server that answers has written its certificate to the end, and a client that reads half of it trusts nobody.
    this.writeKubeconfig(secure, fs.readFileSync(certificate));
    this.run(programs["kube-controller-manager"], "controllers", [
      ...this.clientFlags(),
      `--service-account-private-key-file=${key}`,
      `--controllers=${controllers}`,
    ]);
  }

  /** Ends everything and takes its files away. */
  async stop(): Promise<void> {
    for (const child of this.processes.reverse()) {
      child.kill("SIGTERM");
      await Promise.race([new Promise((resolve) => child.once("exit", resolve)), sleep(5000)]);
      child.kill("SIGKILL");
    }
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Path of a file of this server. */
  protected file(name: string): string {
    return path.join(this.folder, name);
  }

  /** What a program of Kubernetes needs to know to work on this server, alone and without delay. */
  protected clientFlags(): readonly string[] {
    return [`--kubeconfig=${this.kubeconfig}`, "--leader-elect=false", "--secure-port=0", "--kube-api-qps=1000", "--kube-api-burst=2000"];
  }

  /** Starts a program that ends with this process, and that writes its log into a file of that name. */
  protected run(program: string, name: string, args: readonly string[]): void {
    const log = fs.openSync(this.file(`${name}.log`), "a");
    // Tied, because a process that is killed takes no last steps.
    const [command, ...rest] = tied([program, ...args], "KILL");
    this.processes.push(spawn(command as string, rest, { stdio: ["ignore", log, log], cwd: this.folder }));
    fs.closeSync(log);
  }

  private writeKubeconfig(port: number, certificate: Buffer): void {
    const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority-data": certificate.toString("base64") };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "loopback", cluster }],
      users: [{ name: "loopback", user: { token: TOKEN } }],
      contexts: [{ name: "loopback", context: { cluster: "loopback", user: "loopback" } }],
      "current-context": "loopback",
    };
    fs.writeFileSync(this.kubeconfig, JSON.stringify(config), { mode: 0o600 });
  }
}

async function accepts(port: number, ca: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    request({ host: "127.0.0.1", port, path: "/readyz", ca, headers: { authorization: `Bearer ${TOKEN}` } }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on("error", () => resolve(false))
      .end();
  });
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await condition()) return;
    await sleep(200);
  }
  throw new Error(`${what} was not there after 60 s`);
}
