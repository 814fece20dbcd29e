import assert from "node:assert/strict";
import { quotaUsage } from "#af/capacity/quota";
import { amountOf, type PodAmounts } from "#af/capacity/requests";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { eachAtOnce } from "#af/tools/charts/at-once";
import { ControlPlane, controlPlaneTools, requireTools } from "../sandbox/plugins/control-plane";
import { everyObject, everyRecording } from "../support/recordings";
import { SITES } from "../support/site-config";
import { askedBy, tenanciesOf, type CountedPods, type Tenancy } from "../support/tenancies";
import { asRecord } from "../stacks/written";

/** Requests under way at once: the API server is alone on the machine and answers about this many as fast as one. */
const AT_ONCE = 16;

/** Resources of which the facility says how many a pod asks for. */
const RESOURCES = ["cpu", "memory", "ephemeral-storage"];

describe("the API server with the namespaces of every site and every kind of site", function () {
  this.timeout(300_000);
  const plane = new ControlPlane();
  let cluster: Cluster;
  /** Namespaces that differ in what decides about pods, under names of their own, and the titles of their sites. */
  const tenancies = new Map<string, { readonly title: string; readonly namespace: string; readonly tenancy: Tenancy }>();

  before(async function () {
    const tools = await requireTools(this, ...controlPlaneTools);
    const recordings = await everyRecording();
    for (const [title, recording] of recordings)
      for (const tenancy of tenanciesOf(recording)) {
        const key = JSON.stringify(tenancy, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
        if (!tenancies.has(key)) tenancies.set(key, { title, namespace: `n${tenancies.size}-${tenancy.name}`.slice(0, 63), tenancy });
      }
    await plane.start(tools);
    cluster = Cluster.load(plane.kubeconfig);
    const classes = everyObject(recordings).filter(({ object }) => object.kind === "PriorityClass");
    for (const { manifest } of classes) await cluster.apply(manifest as ClusterObject, "test");
    await eachAtOnce(AT_ONCE, [...tenancies.values()], prepare);
  });
  after(() => plane.stop());

  /** Makes a namespace with its labels, LimitRange, quotas and service accounts, and waits until the quotas count. */
  async function prepare({ namespace, tenancy }: { readonly namespace: string; readonly tenancy: Tenancy }): Promise<void> {
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { ...tenancy.labels } } }, "test");
    const moved = (object: Readonly<Record<string, unknown>>): ClusterObject =>
      ({ ...object, metadata: { name: asRecord(object["metadata"])["name"], namespace } }) as ClusterObject;
    for (const object of [...tenancy.limits, ...tenancy.quotas]) await cluster.apply(moved(object), "test");
    const accounts = new Set([
      "default",
      ...tenancy.pods.map(({ spec }) => (spec["serviceAccountName"] as string | undefined) ?? "default"),
    ]);
    for (const name of accounts) await cluster.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } }, "test");
    for (let tries = 0; ; tries++) {
      const quotas = await cluster.list("v1", "ResourceQuota", { namespace });
      if (quotas.every(({ status }) => Object.keys(asRecord(asRecord(status)["hard"])).length > 0)) return;
      if (tries > 300) throw new Error(`the quotas of ${namespace} do not count after 60 s`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async function create(namespace: string, { metadata, spec }: CountedPods, name: string, dryRun: boolean): Promise<unknown> {
    const collection = await cluster.collection("v1", "Pod", namespace);
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name, namespace }, spec };
    const answer = (await cluster.request(
      "POST",
      `${collection}?fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`,
      pod,
    )) as ClusterObject;
    return answer["spec"];
  }

  it("admits every pod under the namespace's limits, quota and Pod Security, and asks for what the facility counts", async () => {
    const faults: string[] = [];
    let asked = 0;
    const pods = [...tenancies.values()].flatMap(({ title, namespace, tenancy }) =>
      tenancy.pods.map((counted) => ({ title: `${counted.title} in ${tenancy.name} of ${title}`, namespace, counted })),
    );
    await eachAtOnce(AT_ONCE, pods, async ({ title, namespace, counted }) => {
      asked += 1;
      const answer = await create(namespace, counted, "tried", true).catch((error: unknown) => (error as Error).message);
      if (typeof answer === "string") faults.push(`${title}: ${answer}`);
      else faults.push(...differences(askedBy(answer), counted.amounts).map((difference) => `${title}: ${difference}`));
    });
    assert.deepEqual(faults.sort(), []);
    console.log(`      admitted: ${asked} pods in ${tenancies.size} namespaces`);
  });

  for (const site of SITES)
    it(`${site}: admits all pods at full scale at once, and counts against each quota what the facility counts`, async () => {
      for (const { namespace, tenancy } of [...tenancies.values()].filter(({ title }) => title === site)) {
        const all = tenancy.pods.flatMap((counted, kind) =>
          Array.from({ length: counted.count }, (_, number) => ({ counted, name: `p${kind}-${number}` })),
        );
        const refused: string[] = [];
        await eachAtOnce(AT_ONCE, all, ({ counted, name }) =>
          create(namespace, counted, name, false).then(
            () => undefined,
            (error: unknown) => void refused.push(`${counted.title}: ${(error as Error).message}`),
          ),
        );
        assert.deepEqual(refused, [], tenancy.name);
        const scaled = tenancy.pods.map(({ amounts, count }) => ({ amounts, scale: { pods: count, surge: 0 } }));
        const expected = quotaUsage({ pods: scaled, claims: [], loadBalancers: 0 });
        const quota = await cluster.read({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace } });
        for (const [key, used] of Object.entries(asRecord(asRecord(quota?.["status"])["used"]))) {
          const resource = key.replace(/^(requests|limits)\./, "");
          if (key !== "pods" && !RESOURCES.includes(resource)) continue;
          assert.equal(amountOf(resource, String(used)), expected[key] ?? 0n, `${key} of ${tenancy.name}`);
        }
      }
    });

  it("would refuse a pod that the quota, Pod Security or the barred priorities do not allow", async () => {
    const restricted = [...tenancies.values()].find(({ tenancy }) => tenancy.labels["pod-security.kubernetes.io/enforce"] === "restricted");
    const users = [...tenancies.values()].find(({ tenancy }) => tenancy.quotas.length > 1);
    const container = { name: "c", image: "registry.example.edu/any:1.0" };
    const pod = (spec: object): CountedPods => ({
      title: "",
      metadata: {},
      spec: { ...spec },
      amounts: { requests: {}, limits: {} },
      count: 1,
    });
    const large = { ...container, resources: { requests: { cpu: "100000" } } };
    const tried = (namespace: string | undefined, spec: object) => create(namespace ?? assert.fail(), pod(spec), "tried", true);
    await assert.rejects(tried(restricted?.namespace, { hostNetwork: true, containers: [container] }), /violates PodSecurity "restricted/);
    await assert.rejects(tried(users?.namespace, { containers: [large] }), /exceeded quota: quota/);
    const first = { containers: [container], priorityClassName: "system-node-critical" };
    await assert.rejects(tried(users?.namespace, first), /exceeded quota: barred-priorities/);
  });
});

/** Resources of which a pod asks for another amount than was counted. */
function differences(asked: PodAmounts, counted: PodAmounts): readonly string[] {
  return (["requests", "limits"] as const).flatMap((kind) =>
    RESOURCES.flatMap((resource) => {
      const [have, want] = [asked[kind][resource], counted[kind][resource]];
      return have === want ? [] : [`${kind}.${resource}: the pod has ${have}, and ${want} is counted`];
    }),
  );
}
