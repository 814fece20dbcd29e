import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { ClusterObject } from "../cluster/client";
import { reasonOf } from "../../terminal/failure";
import { Container } from "./container";
import { environmentOf, expanded } from "./environment";
import type { AgentHost } from "./host";
import type { PodNetwork } from "./network";
import { PodObjects, Unmet } from "./objects";
import { act } from "./probes";
import { ContainerProcess } from "./process";
import { programsOf } from "./programs";
import { type Mount, SYSTEM_PATH } from "./root";
import { podStatus } from "./status";
import { PodVolumes } from "./volumes";

/** Milliseconds before something that is missing is looked for again. */
const LOOK_AGAIN = 1_000;

/** One pod that runs as processes, from its first container's start to its deletion. */
export class PodRun {
  readonly init: readonly Container[];
  readonly containers: readonly Container[];
  /** Why the pod has failed as a whole. */
  failed: { readonly reason: string; readonly message: string } | undefined;
  network: PodNetwork | undefined;
  initialized = false;
  private readonly folder: string;
  private volumes: PodVolumes | undefined;
  private stopping: Promise<void> | undefined;
  private readonly whole: Promise<void>;
  private told = "";
  private telling = Promise.resolve();

  constructor(
    private pod: V1Pod,
    private readonly host: AgentHost,
  ) {
    const { initContainers = [], containers = [] } = pod.spec ?? {};
    const waiting = initContainers.length > 0 ? "PodInitializing" : "ContainerCreating";
    this.init = initContainers.map((each) => new Container(each, waiting));
    this.containers = containers.map((each) => new Container(each, waiting));
    this.folder = path.join(host.folder, pod.metadata?.uid ?? "");
    this.whole = this.run().catch((error: unknown) => this.fail("AgentError", reasonOf(error)));
  }

  /** The log of a container's newest process. */
  logOf(container: string): string {
    const { namespace = "", name = "" } = this.pod.metadata ?? {};
    return this.host.logOf(namespace, name, container);
  }

  /** Takes note of what has changed in the pod; its deletion begins to end it. */
  update(pod: V1Pod): void {
    this.pod = pod;
    if (pod.metadata?.deletionTimestamp !== undefined) this.stopping ??= this.stop(pod.metadata.deletionGracePeriodSeconds ?? 30);
  }

  /** Brings Secrets, ConfigMaps and tokens in the pod's volumes up to date, and the names of Services. */
  async refresh(): Promise<void> {
    if (this.stopping !== undefined || this.network === undefined) return;
    this.host.ownMounts(this.pod, this.network.address, this.folder);
    await this.volumes?.bring();
  }

  /** Ends all processes at once and leaves the pod's status as it is, because the agent ends. */
  async abandon(): Promise<void> {
    this.stopping ??= Promise.resolve();
    await Promise.all([...this.init, ...this.containers].map((each) => each.stop("", 0)));
    await this.network?.release();
  }

  private get policy(): string {
    return this.pod.spec?.restartPolicy ?? "Always";
  }

  private async run(): Promise<void> {
    fs.mkdirSync(this.folder, { recursive: true, mode: 0o711 });
    this.network = this.pod.spec?.hostNetwork === true ? this.host.ownNetwork : await this.host.networks.make();
    const objects = new PodObjects(this.host.cluster, this.pod.metadata?.namespace ?? "default");
    const facts = { pod: this.pod, objects, podIP: this.network.address, hostIP: this.host.address };
    this.volumes = new PodVolumes(path.join(this.folder, "volumes"), this.host.claims, facts);
    const { volumes } = this;
    await this.patiently(undefined, () => volumes.bring());
    for (const container of this.init) {
      if (this.stopping !== undefined) return;
      if (container.isSidecar) {
        void this.keep(container, "Always");
        while (!container.isStarted && this.stopping === undefined) await sleep(50);
      } else {
        await this.keep(container, this.policy === "Never" ? "Never" : "OnFailure");
        if (this.failed !== undefined || this.stopping !== undefined) return;
        if (container.last?.exitCode !== 0) return this.fail("", "");
      }
    }
    this.initialized = true;
    await Promise.all(this.containers.map((each) => this.keep(each, this.policy)));
    if (this.stopping !== undefined) return;
    await Promise.all(this.init.map((each) => each.stop(facts.podIP, 30)));
    this.tell();
    await this.network.release();
  }

  /** Starts a container, and again when it ends, as the policy says; returns when it has ended for good. */
  private async keep(container: Container, policy: string): Promise<void> {
    while (this.stopping === undefined && this.failed === undefined) {
      const process = await this.patiently(container, () => this.startOnce(container));
      if (process === undefined) return;
      while (process.ended === undefined) await sleep(50);
      const { restarts, unhealthy } = container;
      const pause = container.end();
      if (unhealthy !== undefined) this.event("Warning", "Unhealthy", unhealthy);
      if (container.last?.started === false && policy !== "Always")
        return this.fail("MissingProgram", `container ${container.spec.name}: ${lastLine(this.logOf(container.spec.name))}`);
      if (this.stopping !== undefined || policy === "Never" || (policy === "OnFailure" && container.last?.exitCode === 0)) break;
      if (restarts > 0) {
        const message = `back-off ${pause}s restarting failed container=${container.spec.name} pod=${this.pod.metadata?.name ?? ""}`;
        container.waiting = { reason: "CrashLoopBackOff", message };
        this.event("Warning", "BackOff", message);
        this.tell();
        for (const end = Date.now() + pause * 1000; Date.now() < end && this.stopping === undefined;) await sleep(200);
      }
      container.restarts++;
    }
    this.tell();
  }

  private async startOnce(container: Container): Promise<ContainerProcess> {
    const { spec } = container;
    const { network, pod, host, volumes } = this;
    const image = programsOf(host.programs, spec.image ?? "");
    if (image === undefined)
      throw new Unmet("MissingProgram", `image ${spec.image}: ${host.map} says nothing of its programs on this machine (images.<name>)`);
    if (network === undefined || volumes === undefined) throw new Error("the pod has no network yet");
    const objects = new PodObjects(host.cluster, pod.metadata?.namespace ?? "default");
    const facts = { objects, services: host.servicesFor(objects.namespace), podIP: network.address, hostIP: host.address };
    const own = await environmentOf(pod, spec, facts);
    const base = { PATH: [...image.path, SYSTEM_PATH].join(":"), HOSTNAME: pod.metadata?.name ?? "", ...image.env };
    const env = { ...base, ...own };
    const command = [...(spec.command ?? image.entrypoint), ...(spec.args ?? (spec.command === undefined ? image.command : []))].map(
      (word) => expanded(word, own),
    );
    const folder = path.join(this.folder, spec.name);
    const mounts = [
      ...(spec.volumeMounts ?? []).map((mount) => this.mountOf(mount, own, volumes)),
      ...host.ownMounts(pod, network.address, this.folder),
    ];
    this.event("Normal", "Started", `Started container ${spec.name}`);
    const process = new ContainerProcess(
      { pod, container: spec, image, mounts, env, command, folder },
      network,
      this.logOf(spec.name),
      () => this.tell(),
    );
    container.begin(process, network.address, () => this.tell());
    while (!process.isRunning && process.ended === undefined) await sleep(10);
    if (spec.lifecycle?.postStart !== undefined && process.isRunning)
      await act(spec.lifecycle.postStart, { address: network.address, container: spec, process }, 60_000).catch((error: unknown) => {
        this.event("Warning", "FailedPostStartHook", reasonOf(error));
        return process.stop(30);
      });
    // The pod may have been deleted while its volumes were read.
    if (this.stopping !== undefined) void process.stop(0);
    this.tell();
    return process;
  }

  private mountOf(
    { name, mountPath, subPath, subPathExpr, readOnly = false }: NonNullable<V1Container["volumeMounts"]>[number],
    env: Readonly<Record<string, string>>,
    volumes: PodVolumes,
  ): Mount {
    const below = subPath ?? (subPathExpr === undefined ? "" : expanded(subPathExpr, env));
    const source = path.join(volumes.pathOf(name), below);
    if (below !== "" && !fs.existsSync(source)) fs.mkdirSync(source, { recursive: true });
    // A file of an object is the version of this moment: https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
    return { source: below === "" ? source : fs.realpathSync(source), target: mountPath, readOnly };
  }

  /** Does something again and again while it is unmet, and says so in the status; undefined if the pod is ended meanwhile. */
  private async patiently<T>(container: Container | undefined, action: () => Promise<T>): Promise<T | undefined> {
    while (this.stopping === undefined && this.failed === undefined) {
      try {
        return await action();
      } catch (error) {
        const reason = error instanceof Unmet ? error.reason : "CreateContainerError";
        if (reason === "MissingProgram" && this.policy !== "Always") {
          await this.fail(reason, reasonOf(error));
          return undefined;
        }
        if (container !== undefined)
          container.waiting = { reason: reason === "MissingProgram" ? "ErrImagePull" : reason, message: reasonOf(error) };
        this.event("Warning", reason === "FailedMount" || container === undefined ? "FailedMount" : "Failed", reasonOf(error));
        this.tell();
        await sleep(LOOK_AGAIN);
      }
    }
    return undefined;
  }

  private async fail(reason: string, message: string): Promise<void> {
    this.failed ??= { reason, message };
    await Promise.all([...this.init, ...this.containers].map((each) => each.stop(this.network?.address ?? "", 30)));
    this.tell();
    await this.network?.release();
  }

  private async stop(seconds: number): Promise<void> {
    const address = this.network?.address ?? "";
    await Promise.all(this.containers.map((each) => each.stop(address, seconds)));
    for (const each of [...this.init].reverse()) await each.stop(address, seconds);
    await this.whole;
    for (const each of [...this.init, ...this.containers]) if (each.process?.ended !== undefined) each.end();
    this.tell();
    await this.telling;
    await this.network?.release();
    await this.host.remove(this.object);
    fs.rmSync(this.folder, { recursive: true, force: true });
    this.host.log(`${this.object.metadata.namespace ?? ""}/${this.object.metadata.name}: ended and removed`);
  }

  private get object(): ClusterObject {
    return objectOf(this.pod);
  }

  private event(type: "Normal" | "Warning", reason: string, message: string): void {
    this.host.event(this.object, type, reason, message);
  }

  private tell(): void {
    const status = podStatus(this, this.pod);
    const text = JSON.stringify(status);
    if (text === this.told) return;
    this.told = text;
    // One after the other, so that an older status never comes last.
    this.telling = this.telling.then(() =>
      this.host.writeStatus(this.object, status).catch((error: unknown) => {
        this.told = "";
        this.host.log(`status of ${this.pod.metadata?.name ?? ""}: ${reasonOf(error)}`);
      }),
    );
  }
}

/** A pod as any object; a list leaves its type out. */
export function objectOf(pod: V1Pod): ClusterObject {
  return { ...(pod as unknown as ClusterObject), apiVersion: "v1", kind: "Pod" };
}

function lastLine(file: string): string {
  return fs.existsSync(file) ? (fs.readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "") : "";
}
