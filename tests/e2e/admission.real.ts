import assert from "node:assert/strict";
import { quotaUsage } from "#af/capacity/quota";
import { amountOf, podAmounts, type PodAmounts } from "#af/capacity/requests";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { plain } from "#af/policies/engine-values";
import { type KubernetesObject, objectsOfResource } from "#af/policies/model/objects";
import type { Recording } from "#af/stacks/record";
import { AT_ONCE, createPod, prepareNamespace } from "#af/tools/charts/admission";
import { eachAtOnce } from "#af/tools/charts/at-once";
import { tenanciesOf, type CountedPods, type Tenancy } from "#af/tools/charts/tenancies";
import { ControlPlane, controlPlaneTools, requireTools } from "../sandbox/plugins/control-plane";
import { everyObject, everyRecording } from "../support/recordings";
import { SITES } from "../support/site-config";
import { asRecord } from "../stacks/written";

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
      for (const tenancy of tenanciesOf(recording.site, objectsOf(recording))) {
        const key = JSON.stringify(tenancy, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
        if (!tenancies.has(key)) tenancies.set(key, { title, namespace: `n${tenancies.size}-${tenancy.name}`.slice(0, 63), tenancy });
      }
    await plane.start(tools);
    cluster = Cluster.load(plane.kubeconfig);
    const classes = everyObject(recordings).filter(({ object }) => object.kind === "PriorityClass");
    for (const { manifest } of classes) await cluster.apply(manifest as ClusterObject, "test");
    await eachAtOnce(AT_ONCE, [...tenancies.values()], ({ namespace, tenancy }) => prepareNamespace(cluster, namespace, tenancy));
  });
  after(() => plane.stop());

  it("admits every pod under the namespace's limits, quota and Pod Security, and asks for what the facility counts", async () => {
    const faults: string[] = [];
    let asked = 0;
    const pods = [...tenancies.values()].flatMap(({ title, namespace, tenancy }) =>
      tenancy.pods.map((counted) => ({ title: `${counted.title} in ${tenancy.name} of ${title}`, namespace, counted })),
    );
    await eachAtOnce(AT_ONCE, pods, async ({ title, namespace, counted }) => {
      asked += 1;
      const answer = await createPod(cluster, namespace, counted, { name: "tried", dryRun: true }).catch(
        (error: unknown) => (error as Error).message,
      );
      if (typeof answer === "string") faults.push(`${title}: ${answer}`);
      else
        faults.push(
          ...differences(podAmounts(answer as Parameters<typeof podAmounts>[0], []), counted.amounts).map(
            (difference) => `${title}: ${difference}`,
          ),
        );
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
          createPod(cluster, namespace, counted, { name, dryRun: false }).then(
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
    const tried = (namespace: string | undefined, spec: object) =>
      createPod(cluster, namespace ?? assert.fail(), pod(spec), { name: "tried", dryRun: true });
    await assert.rejects(tried(restricted?.namespace, { hostNetwork: true, containers: [container] }), /violates PodSecurity "restricted/);
    await assert.rejects(tried(users?.namespace, { containers: [large] }), /exceeded quota: quota/);
    const first = { containers: [container], priorityClassName: "system-node-critical" };
    await assert.rejects(tried(users?.namespace, first), /exceeded quota: barred-priorities/);
  });
});

function objectsOf({ resources }: Recording): readonly KubernetesObject[] {
  return resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
}

/** Resources of which a pod asks for another amount than was counted. */
function differences(asked: PodAmounts, counted: PodAmounts): readonly string[] {
  return (["requests", "limits"] as const).flatMap((kind) =>
    RESOURCES.flatMap((resource) => {
      const [have, want] = [asked[kind][resource], counted[kind][resource]];
      return have === want ? [] : [`${kind}.${resource}: the pod has ${have}, and ${want} is counted`];
    }),
  );
}
