import { setTimeout as sleep } from "node:timers/promises";
import { type Informer, makeInformer, type ObjectCache, type V1Pod } from "@kubernetes/client-node";
import type { PackPod } from "#af/capacity/packing/model";
import { ApiFailure, type Cluster, type ClusterObject } from "#af/sandbox/cluster/client";

/** Where the pods are once nothing changes any more. */
export interface Outcome {
  readonly placed: readonly PlacedPod[];
  readonly waiting: readonly WaitingPod[];
  /** How often a pod was evicted on the way, and made again. */
  readonly evictions: number;
}

export interface PlacedPod {
  readonly workload: PackPod;
  readonly host: string;
}

export interface WaitingPod {
  readonly workload: PackPod;
  /** The scheduler's own words. */
  readonly message: string;
}

/** A pod that has to exist; it belongs to no workload if it stands on its host from the start. */
export interface WantedPod {
  readonly workload?: PackPod;
  readonly pod: ClusterObject;
}

/** After so many milliseconds without news the scheduler counts as at rest; asking it again makes sure. */
const QUIET = 50;
const PATIENCE = 60_000;
/** After so many milliseconds without an answer, news may have been lost. */
const SUSPICIOUS = 10_000;
const PODS = "/api/v1/pods";

/** Pods without controllers. It does what a controller would do for them: it makes evicted pods again, as often as needed. */
export class BarePods {
  private readonly informer: Informer<V1Pod> & ObjectCache<V1Pod>;
  /** By namespace and name of the pod. */
  private readonly wanted = new Map<string, WantedPod>();
  private evictions = 0;
  private lastNews = 0;
  private failure: Error | undefined;
  private watching = true;

  constructor(private readonly cluster: Cluster) {
    this.informer = makeInformer<V1Pod>(cluster.config, PODS, async () => {
      const { metadata, items } = (await cluster.request("GET", PODS)) as { readonly metadata: object; readonly items: V1Pod[] };
      return { metadata, items };
    });
    this.informer.on("change", () => (this.lastNews = Date.now()));
    this.informer.on("delete", (pod) => void this.makeAgain(pod).catch((error: Error) => (this.failure = error)));
    this.informer.on("error", () => {
      if (this.watching) void this.informer.start();
    });
  }

  watch(): Promise<void> {
    return this.informer.start();
  }

  stop(): Promise<void> {
    this.watching = false;
    return this.informer.stop();
  }

  async make(wanted: WantedPod): Promise<void> {
    this.wanted.set(keyOf(wanted.pod), wanted);
    await this.cluster.create(wanted.pod);
  }

  /** Waits until every pod has a host or the scheduler's refusal, and no news comes. */
  async rest(): Promise<void> {
    const answered = () => {
      if (this.failure) throw this.failure;
      const present = new Map(this.present().map((pod) => [keyOf(pod), pod]));
      return [...this.wanted.keys()].every((key) => isAnswered(present.get(key)));
    };
    let looked = Date.now();
    await until(async () => {
      if (Date.now() - this.lastNews > QUIET && answered()) return true;
      if (Date.now() - Math.max(this.lastNews, looked) > SUSPICIOUS) {
        await this.lookAgain();
        looked = Date.now();
      }
      return false;
    }, "answer to every pod");
  }

  /** Lists the pods anew, makes what is missing, and asks again for those without an answer. */
  private async lookAgain(): Promise<void> {
    await this.informer.stop();
    await this.informer.start();
    const present = new Map(this.present().map((pod) => [keyOf(pod), pod]));
    for (const [key, { pod }] of this.wanted) {
      const found = present.get(key);
      if (found === undefined) await this.createOnce(pod);
      else if (!isAnswered(found)) await this.delete(found);
    }
  }

  /** Makes waiting pods again: they may have been refused before others were placed or evicted, and a new pod says why it waits now. */
  async askUntilNothingChanges(): Promise<void> {
    for (let before: string | undefined; ;) {
      await this.rest();
      const waiting = this.present().filter((pod) => hostOf(pod) === undefined);
      const now = this.placement();
      if (waiting.length === 0 || now === before) return;
      before = now;
      await Promise.all(waiting.map((pod) => this.delete(pod)));
      const asked = new Set(waiting.map(({ metadata }) => metadata?.uid));
      await until(() => this.present().every(({ metadata }) => !asked.has(metadata?.uid)), "end of the pods that are made again");
    }
  }

  outcome(): Outcome {
    const own = this.present().flatMap((pod) => {
      const workload = this.wanted.get(keyOf(pod))?.workload;
      return workload ? [{ workload, host: hostOf(pod), message: refusalOf(pod)?.message ?? "" }] : [];
    });
    return {
      placed: own.flatMap(({ workload, host }) => (host === undefined ? [] : [{ workload, host }])),
      waiting: own.flatMap(({ workload, host, message }) => (host === undefined ? [{ workload, message }] : [])),
      evictions: this.evictions,
    };
  }

  /** Takes all away. */
  async clear(): Promise<void> {
    this.wanted.clear();
    this.evictions = 0;
    const namespaces = new Set(this.present().map(({ metadata }) => metadata?.namespace));
    for (const namespace of namespaces) await this.cluster.request("DELETE", await this.cluster.collection("v1", "Pod", namespace), {});
    await until(() => this.present().length === 0, "end of the pods");
  }

  private async makeAgain(pod: V1Pod): Promise<void> {
    const wanted = this.wanted.get(keyOf(pod));
    if (wanted === undefined) return;
    if (hostOf(pod) !== undefined) this.evictions += 1;
    await this.createOnce(wanted.pod);
  }

  private async createOnce(pod: ClusterObject): Promise<void> {
    try {
      await this.cluster.create(pod);
    } catch (error) {
      // Two events may both say that it is gone.
      if (!(error instanceof ApiFailure && error.status === 409)) throw error;
    }
  }

  private async delete({ metadata }: V1Pod): Promise<void> {
    const { name = "", namespace = "" } = metadata ?? {};
    await this.cluster.delete({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace } });
  }

  /** Which pods are where, as text. */
  private placement(): string {
    return this.present()
      .flatMap((pod) => (hostOf(pod) === undefined ? [] : [`${pod.metadata?.uid} ${hostOf(pod)}`]))
      .sort()
      .join();
  }

  private present(): readonly V1Pod[] {
    return this.informer.list();
  }
}

/** Waits for a condition, looking every few milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still no ${what} after ${PATIENCE / 1000} s`);
    await sleep(5);
  }
}

function keyOf({ metadata }: { readonly metadata?: { readonly namespace?: string; readonly name?: string } }): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

function hostOf({ spec }: V1Pod): string | undefined {
  return spec?.nodeName;
}

function isAnswered(pod: V1Pod | undefined): boolean {
  return pod !== undefined && (hostOf(pod) !== undefined || refusalOf(pod) !== undefined);
}

function refusalOf({ status }: V1Pod) {
  return status?.conditions?.find((condition) => condition.type === "PodScheduled" && condition.reason === "Unschedulable");
}
