import assert from "node:assert/strict";
import type { V1Deployment, V1PodSpec } from "@kubernetes/client-node";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import type { ServiceXValues } from "#af/components/charts/servicex";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { until } from "../../capacity/agreement/bare-pods";
import { closedNodeOf, roomOf, taintsOf } from "../../capacity/agreement/objects";
import { ControlPlane, controlPlaneTools, requireTools } from "../../sandbox/plugins/control-plane";

const NAMESPACE = "places";
const PLACES = 3;

/** A site with users' servers and with transformers, which keeps places for an event. */
const SITE = SITES.map(siteConfig).find((config) => JSON.stringify(config).includes('"kind":"servicex"')) ?? {};

/** A host that holds so many servers and nothing else. */
const HOST = {
  name: "host",
  labels: { "hub.jupyter.org/node-purpose": "user", "kubernetes.io/hostname": "host" },
  taints: [],
  allocatable: {},
};

describe("Places for an event, at the real scheduler", function () {
  this.timeout(300_000);
  const plane = new ControlPlane();
  const [profile] = (SITE["hub"] as { profiles: { name: string }[] }).profiles;
  const event = { name: "tutorial", until: "2031-01-31", servers: [{ profile: profile?.name, count: PLACES }] };
  const quiet = partsOf(parseSite(SITE, "a test"));
  const parts = partsOf(parseSite(spoilt(SITE, ["hub", "events"], [event]), "a test"));
  const deployment = parts.hub.hub.objects["event-tutorial-0"] as unknown as V1Deployment;
  const place = deployment.spec?.template.spec ?? assert.fail("no placeholders");
  let cluster: Cluster;

  before(async function () {
    // The other controllers would declare a node without a kubelet dead.
    await plane.start(
      await requireTools(this, ...controlPlaneTools),
      "serviceaccount-controller,deployment-controller,replicaset-controller",
    );
    cluster = Cluster.load(plane.kubeconfig);
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    await until(async () => (await cluster.list("v1", "ServiceAccount", { namespace: NAMESPACE })).length > 0, "a service account");
    for (const object of Object.values(parts.platform.priorities.objects)) await cluster.create(object as ClusterObject);
    const { requests = {} } = place.containers[0]?.resources ?? {};
    const room = {
      ...Object.fromEntries(Object.entries(requests).map(([resource, amount]) => [resource, timesPlaces(amount)])),
      pods: "110",
    };
    await cluster.create(closedNodeOf(HOST));
    await cluster.merge(closedNodeOf(HOST), taintsOf(HOST));
    await cluster.patchStatus(closedNodeOf(HOST), { ...roomOf(HOST), capacity: room, allocatable: room });
  });
  after(() => plane.stop());

  /** A pod of one server's size, of a class, that ends as soon as it is told to. */
  async function make(name: string, priorityClassName: string | undefined): Promise<void> {
    const { affinity, containers } = place;
    const spec: V1PodSpec = {
      ...(affinity && { affinity }),
      containers,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
    };
    await cluster.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: NAMESPACE, name },
      spec: { ...spec, ...(priorityClassName && { priorityClassName }) },
    });
  }

  async function hostOf(name: string): Promise<string | undefined> {
    const pod = await cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { namespace: NAMESPACE, name } });
    return (pod?.["spec"] as V1PodSpec | undefined)?.nodeName;
  }

  /** How many placeholders have a place. */
  async function kept(): Promise<number> {
    const pods = await cluster.list("v1", "Pod", { namespace: NAMESPACE });
    const standing = pods.filter(
      ({ metadata }) => metadata.labels?.["analysis-facility/event"] === "tutorial" && !metadata["deletionTimestamp"],
    );
    return standing.filter((pod) => (pod["spec"] as V1PodSpec).nodeName !== undefined).length;
  }

  /** True once the scheduler has said that the pod has no place. */
  async function waits(name: string): Promise<boolean> {
    const pod = await cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { namespace: NAMESPACE, name } });
    const { conditions = [] } = (pod?.["status"] ?? {}) as { conditions?: { type: string; status: string; reason?: string }[] };
    return conditions.some(({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable");
  }

  it("are kept against batch, and a user's server takes one within seconds", async () => {
    // Nothing but the default scheduler runs here; the hub's own is the same program.
    const { schedulerName: _, ...pod } = place;
    const template = { ...deployment.spec?.template, spec: pod };
    await cluster.create({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { ...deployment.metadata, namespace: NAMESPACE, name: "event-tutorial-0" },
      spec: { ...deployment.spec, template },
    });
    await until(async () => (await kept()) === PLACES, "placeholders on the host");

    const { transformer } = parts.servicex.app?.releases["chart"]?.values as ServiceXValues;
    await make("transformer", transformer.priorityClassName);
    await until(() => waits("transformer"), "the scheduler's word about the transformer");
    assert.equal(await kept(), PLACES);

    const classOf = (told: typeof parts) =>
      (told.hub.hub.releases["chart"]?.values as JupyterHubValues).singleuser.extraPodConfig?.priorityClassName;
    await make("user-without-an-event", classOf(quiet));
    await until(() => waits("user-without-an-event"), "the scheduler's word about a user who evicts nobody");
    assert.equal(await kept(), PLACES);

    const began = Date.now();
    await make("user", classOf(parts));
    await until(async () => (await hostOf("user")) === "host", "a place for the user");
    const seconds = (Date.now() - began) / 1000;
    assert.ok(seconds < 10, `${seconds} s`);
    assert.equal(await kept(), PLACES - 1);
    // The next placeholder waits, and the place that is free does not go to whoever waited longer.
    assert.equal(await hostOf("transformer"), undefined);
    console.log(`      a user's server had the place of a placeholder after ${seconds.toFixed(1)} s`);
  });

  it("would not be kept against a transformer without a class, which evicts", async () => {
    await make("classless", undefined);
    await until(async () => (await hostOf("classless")) === "host", "a place for the pod without a class");
    assert.equal(await kept(), PLACES - 2);
  });
});

/** A quantity as often as there are places. */
function timesPlaces(amount: string): string {
  const [, number = "", unit = ""] = /^(\d+)(\D*)$/.exec(amount) ?? [];
  return `${Number(number) * PLACES}${unit}`;
}
