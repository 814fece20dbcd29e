import type { PackHost } from "#af/capacity/packing/model";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { ControlPlane, controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";
import { BarePods, until, type Outcome, type WantedPod } from "./bare-pods";
import { closedNodeOf, roomOf, standingPodOf, taintsOf } from "./objects";

/** One pod that is to be made. */
export type Turn = Required<WantedPod>;

/** A real API server and scheduler without kubelets: nodes are written ready, pods are bare, and nothing runs. */
export class RealScheduler {
  private readonly plane = new ControlPlane();
  private connection: { readonly cluster: Cluster; readonly pods: BarePods } | undefined;
  private hosts: readonly PackHost[] = [];
  private readonly provided = new Set<string>();

  /** Skips the suite where the programs are missing. */
  async start(suite: Mocha.Context): Promise<void> {
    // The other controllers would declare nodes without a kubelet dead.
    await this.plane.start(await requireTools(suite, ...controlPlaneTools), "serviceaccount-controller");
    const cluster = Cluster.load(this.plane.kubeconfig);
    const pods = new BarePods(cluster);
    this.connection = { cluster, pods };
    await pods.watch();
  }

  async stop(): Promise<void> {
    await this.connection?.pods.stop();
    await this.plane.stop();
  }

  /** Makes what pods refer to: namespaces, priority classes, limit ranges; each once. */
  async provide(objects: readonly ClusterObject[]): Promise<void> {
    const { cluster } = this.connected;
    const hasServiceAccount = async (namespace: string) => (await cluster.list("v1", "ServiceAccount", { namespace })).length > 0;
    for (const object of objects) {
      const { name, namespace = "" } = object.metadata;
      const key = `${object.kind} ${namespace}/${name}`;
      if (this.provided.has(key)) continue;
      this.provided.add(key);
      await cluster.create(object);
      // Without one the API server takes no pods there.
      if (object.kind === "Namespace") await until(() => hasServiceAccount(name), `service account in ${name}`);
    }
  }

  /**
   * Lets the scheduler place pods, which are made in this order. The hosts have room from the start, or all get it at once when every pod waits. What was
   * there before is taken away first.
   */
  async place(hosts: readonly PackHost[], turns: readonly Turn[], room: "at once" | "when all wait"): Promise<Outcome> {
    const { pods } = this.connected;
    const isNew = this.hosts !== hosts;
    await pods.clear();
    if (isNew || room === "when all wait") await this.provideNodes(hosts);
    if (isNew && room === "at once") await this.openNodes();
    await this.makeAll(turns);
    if (room === "when all wait") {
      // The scheduler may hear of the pods before it hears that the earlier nodes are gone.
      while (pods.outcome().placed.length > 0) {
        await pods.clear();
        await this.makeAll(turns);
      }
      await this.openNodes();
    }
    await pods.askUntilNothingChanges();
    return pods.outcome();
  }

  private async makeAll(turns: readonly Turn[]): Promise<void> {
    const { pods } = this.connected;
    for (const { name, standing = [] } of this.hosts)
      for (const workload of standing)
        for (let ordinal = 0; ordinal < workload.count; ordinal += 1) await pods.make({ pod: standingPodOf(workload, ordinal, name) });
    for (const turn of turns) await pods.make(turn);
    await pods.rest();
  }

  /** Makes the hosts' nodes without room for any pod, so that they belong to their domains from the start. */
  private async provideNodes(hosts: readonly PackHost[]): Promise<void> {
    const { cluster } = this.connected;
    if (this.hosts.length > 0) await cluster.request("DELETE", await cluster.collection("v1", "Node"), {});
    this.hosts = hosts;
    await Promise.all(
      hosts.map(async (host) => {
        const node = closedNodeOf(host);
        await cluster.create(node);
        await cluster.merge(node, taintsOf(host));
      }),
    );
  }

  private async openNodes(): Promise<void> {
    const { cluster } = this.connected;
    await Promise.all(this.hosts.map((host) => cluster.patchStatus(closedNodeOf(host), roomOf(host))));
  }

  private get connected() {
    if (this.connection === undefined) throw new Error("the scheduler was not started");
    return this.connection;
  }
}
