import type { V1Container, V1ContainerState, V1ContainerStatus, V1Probe } from "@kubernetes/client-node";
import { ProbeLoop, act, type Probed } from "./probes";
import type { ContainerProcess, Ended } from "./process";

/** Seconds before a container that ended is started again, the first time and at most: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
const BACK_OFF = { first: 10, longest: 300 } as const;

/** Seconds for which a container runs before its next end counts as a first one. */
const RAN_WELL = 600;

type ProbeKind = "startupProbe" | "livenessProbe" | "readinessProbe";

/** One container of a pod: its process, its probes and its history. */
export class Container {
  process: ContainerProcess | undefined;
  /** Why it waits, while it has no process. */
  waiting: { readonly reason: string; readonly message?: string } | undefined;
  restarts = 0;
  /** Its last end, once it has had one. */
  last: Ended | undefined;
  private earlier: Ended | undefined;
  private pause: number = BACK_OFF.first;
  private readonly probes = new Map<ProbeKind, ProbeLoop>();
  /** The reason for which a probe has it killed, for the events. */
  unhealthy: string | undefined;

  /** @param waiting the reason for which it waits at first. */
  constructor(
    readonly spec: V1Container,
    waiting: "ContainerCreating" | "PodInitializing",
  ) {
    this.waiting = { reason: waiting };
  }

  /** True if it has had a process before, which has ended. */
  get wasStarted(): boolean {
    return this.last !== undefined;
  }

  /** A container of its own kind: an init container that goes on while the others run. */
  get isSidecar(): boolean {
    return (this.spec as { restartPolicy?: string }).restartPolicy === "Always";
  }

  get isStarted(): boolean {
    return this.process?.isRunning === true && (this.spec.startupProbe === undefined || this.probes.get("startupProbe")?.verdict === true);
  }

  get isReady(): boolean {
    return this.isStarted && (this.spec.readinessProbe === undefined || this.probes.get("readinessProbe")?.verdict === true);
  }

  /** Takes over a process that has just been started, and begins to probe it: first whether it has started, then everything else. */
  begin(process: ContainerProcess, address: string, changed: () => void): void {
    this.process = process;
    this.waiting = undefined;
    this.unhealthy = undefined;
    const probed: Probed = { address, container: this.spec, process };
    const watch = (kind: ProbeKind, onVerdict: (verdict: boolean, failure: string) => void): void => {
      const probe: V1Probe | undefined = this.spec[kind];
      if (probe === undefined) return;
      const loop: ProbeLoop = new ProbeLoop(probe, probed, () => {
        onVerdict(loop.verdict === true, loop.failure);
        changed();
      });
      this.probes.set(kind, loop);
    };
    const kill = (kind: string) => (verdict: boolean, failure: string) => {
      if (verdict || process.ended !== undefined) return;
      this.unhealthy = `Container ${this.spec.name} failed ${kind} probe, will be restarted: ${failure}`;
      void process.stop(this.spec.livenessProbe?.terminationGracePeriodSeconds ?? 30);
    };
    const afterStart = (): void => {
      watch("livenessProbe", kill("liveness"));
      watch("readinessProbe", () => undefined);
    };
    if (this.spec.startupProbe === undefined) return afterStart();
    watch("startupProbe", (verdict, failure) => {
      this.probes.get("startupProbe")?.stop();
      if (verdict) afterStart();
      else kill("startup")(false, failure);
    });
  }

  /** Writes down that the process has ended; returns the seconds before it may be started again. */
  end(): number {
    for (const probe of this.probes.values()) probe.stop();
    this.probes.clear();
    this.earlier = this.last;
    this.last = this.process?.ended;
    this.process = undefined;
    if (this.last !== undefined && Date.parse(this.last.finishedAt) - Date.parse(this.last.startedAt) > RAN_WELL * 1000)
      this.pause = BACK_OFF.first;
    const pause = this.pause;
    this.pause = Math.min(this.pause * 2, BACK_OFF.longest);
    return pause;
  }

  /** Ends the process, after the hook that wants to run before. */
  async stop(address: string, seconds: number): Promise<void> {
    for (const probe of this.probes.values()) probe.stop();
    const { process, spec } = this;
    if (process === undefined) return;
    const hook = spec.lifecycle?.preStop;
    const began = Date.now();
    if (hook !== undefined && process.isRunning && seconds > 0)
      await Promise.race([
        act(hook, { address, container: spec, process }, seconds * 1000).catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      ]);
    // The hook's time is part of the period, and there are two seconds at least: kubelet's minimumGracePeriodInSeconds.
    await process.stop(seconds === 0 ? 0 : Math.max(2, seconds - (Date.now() - began) / 1000));
  }

  /** Its status as a kubelet reports it. */
  status(): V1ContainerStatus {
    const { last, earlier } = this;
    const current = this.process === undefined ? undefined : { running: { startedAt: new Date(this.process.startedAt) } };
    const state: V1ContainerState =
      current ??
      (this.waiting === undefined && last !== undefined
        ? { terminated: terminated(last) }
        : { waiting: this.waiting ?? { reason: "PodInitializing" } });
    const before = state.terminated === undefined ? last : earlier;
    return {
      ...{ name: this.spec.name, image: this.spec.image ?? "", imageID: "", ready: this.isReady, started: this.isStarted },
      ...{ restartCount: this.restarts, state },
      ...(before !== undefined && { lastState: { terminated: terminated(before) } }),
    };
  }
}

function terminated({ exitCode, signal, started, startedAt, finishedAt }: Ended): NonNullable<V1ContainerState["terminated"]> {
  const reason = !started ? "StartError" : exitCode === 0 ? "Completed" : "Error";
  return {
    exitCode: started ? exitCode : 128,
    reason,
    ...(signal !== undefined && { signal }),
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
  };
}
