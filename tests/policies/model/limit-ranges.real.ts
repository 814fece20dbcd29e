import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { judge } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import type { Rule } from "#af/policies/model/rules";
import { limitRangesAreConsistent } from "#af/policies/quotas/limit-ranges-are-consistent";
import { podsPassLimitRanges } from "#af/policies/quotas/pods-pass-limit-ranges";
import { ApiFailure, type Cluster } from "#af/sandbox/cluster/client";
import { AT_ONCE, withApiServer } from "#af/tools/charts/admission";
import { eachAtOnce } from "#af/tools/charts/at-once";
import { requireTools } from "../../sandbox/plugins/control-plane";
import { PATIENCE_MS } from "../../support/patience";

const LIMIT_RANGES = 900;
/** LimitRanges that are made, each in a namespace of its own, and what each of these namespaces is asked to admit. */
const [NAMESPACES, PODS, CLAIMS] = [60, 40, 6];

type Given = Readonly<Record<string, unknown>>;
/** The value in so many cases of a hundred, and else nothing. */
const some = <T>(percent: number, value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: percent, arbitrary: value }, { weight: 100 - percent, arbitrary: fc.constant(undefined) });
const cpu = fc.constantFrom("-100m", "0", "50m", "100m", "200m", "300m", "0.4", "1", "2");
const memory = fc.constantFrom("0", "64Mi", "128Mi", "0.1Gi", "256Mi", "1Gi", "134217728500m", "128.5Mi");
const device = fc.constantFrom("1", "2");
const list = (rate: number) =>
  fc.record({ cpu: some(rate, cpu), memory: some(rate, memory), "example.org/gpu": some(8, device) }).map(compact);
const resources = (rate: number) => fc.record({ requests: list(rate), limits: list(rate) });
const ratio = fc
  .record({ cpu: some(50, fc.constantFrom("0.5", "1", "1.5", "2", "4")), memory: some(10, fc.constantFrom("1.9", "2")) })
  .map(compact);
const rarely = <T>(value: fc.Arbitrary<T>) => some(20, value);
const boundsOf = (rate: number) => ({ min: list(rate), max: list(rate), maxLimitRequestRatio: rarely(ratio) });
const item = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("Container"), ...boundsOf(30), default: list(30), defaultRequest: list(30) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("Pod"), ...boundsOf(30), default: rarely(list(10)) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("PersistentVolumeClaim"),
      min: fc.record({ storage: some(50, memory) }).map(compact),
      max: fc.record({ storage: some(50, memory) }).map(compact),
    }),
  },
);
const limitRange = fc
  .array(item, { minLength: 1, maxLength: 2 })
  .map((limits) => ({ apiVersion: "v1", kind: "LimitRange", metadata: { name: "bounds", namespace: "work" }, spec: { limits } }));
const container = (name: string) => fc.record({ name: fc.constant(name), image: fc.constant("x:1"), resources: resources(50) });
const pod = fc
  .record({
    containers: fc.oneof(fc.tuple(container("a")), fc.tuple(container("a"), container("b"))),
    initContainers: rarely(
      fc.tuple(fc.tuple(container("i"), some(50, fc.constant("Always"))).map(([each, restartPolicy]) => ({ ...each, restartPolicy }))),
    ),
    resources: some(
      40,
      fc.record({
        requests: fc.record({ cpu: some(50, cpu), memory: some(50, memory) }).map(compact),
        limits: fc.record({ cpu: some(50, cpu), memory: some(50, memory) }).map(compact),
      }),
    ),
  })
  .map((spec) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "work" }, spec }));
const claim = memory.map((storage) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "c", namespace: "work" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "", resources: { requests: { storage } } },
}));

/** Names of resources, of which the API server takes each in some places and in others not. */
const NAMES = [
  ...["cpu", "memory", "ephemeral-storage", "storage", "hugepages-2Mi", "pods", "requests.cpu", "limits.memory", "services.nodeports"],
  ...["memroy", "cpus", "gpu", "constructor", "Memory", "hugepages", "requests.memroy", "requests.hugepages-2Mi"],
  ...[
    "example.org/gpu",
    "nvidia.com/gpu",
    "example/gpu",
    "requests.example.org/gpu",
    "kubernetes.io/batch",
    "requests.kubernetes.io/batch",
  ],
  ...[
    "openshift.io/images",
    "count/jobs.batch",
    "Example.org/gpu",
    "a..b/gpu",
    "-a/gpu",
    "a-/gpu",
    "example.org/-gpu",
    "example.org/",
    "/gpu",
  ],
  ...["example.org/a/b", "example.org/a_b.c", `example.org/${"g".repeat(63)}`, `example.org/${"g".repeat(64)}`],
  ...[244, 245, 253, 254].map((length) => `${"a.".repeat(length).slice(0, length - 1)}a/gpu`),
];
/** Objects that name a resource, by the place where they do. */
const PLACES: Readonly<Record<string, (name: string) => Given>> = {
  ...Object.fromEntries(
    ["Container", "Pod", "PersistentVolumeClaim", "openshift.io/Image"].map((type) => [
      `an item of type ${type}`,
      (name: string) => {
        const storage = type === "PersistentVolumeClaim" && { storage: "4" };
        return { apiVersion: "v1", kind: "LimitRange", spec: { limits: [{ type, max: { ...storage, [name]: "4" } }] } };
      },
    ]),
  ),
  "a container": (name) => podWith({ containers: [{ name: "a", image: "x:1", resources: both(name) }] }),
  "a container's limit alone": (name) => podWith({ containers: [{ name: "a", image: "x:1", resources: { limits: { [name]: "4Mi" } } }] }),
  // Huge pages need an amount of another resource beside them.
  "a pod": (name) => podWith({ containers: [{ name: "a", image: "x:1" }], resources: both(name) }),
};

/** As much asked for as allowed, which the API server wants of resources that cannot be shared. */
function both(name: string): Given {
  const amounts = { memory: "4Mi", [name]: "4Mi" };
  return { requests: amounts, limits: amounts };
}

function podWith(spec: Given): Given {
  return { apiVersion: "v1", kind: "Pod", spec };
}

describe("LimitRanges, and the API server's own admission", function () {
  this.timeout(300_000);

  it(`agree about ${NAMES.length} names of resources in ${Object.keys(PLACES).length} places`, async function () {
    const tools = await requireTools(this, "etcd", "kube-apiserver", "kube-controller-manager");
    await withApiServer(programsOf(tools), async (cluster) => {
      await makeNamespace(cluster, "work");
      const outcomes = new Set<string>();
      for (const [place, make] of Object.entries(PLACES))
        await eachAtOnce(AT_ONCE, NAMES, async (name) => {
          const object: Given = { ...make(name), metadata: { name: "asked", namespace: "work" } };
          const refusal = await refusalOf(cluster, object, "work");
          outcomes.add(`${place}: ${refusal === undefined}`);
          assertAgreement([object], object["kind"] === "Pod" ? podsPassLimitRanges : limitRangesAreConsistent, refusal);
        });
      // A place where one side takes all names, or none, would show nothing.
      assert.equal(outcomes.size, 2 * Object.keys(PLACES).length);
    });
  });

  it(`agree about ${LIMIT_RANGES} LimitRanges, and about ${NAMESPACES * (PODS + CLAIMS)} pods and claims in their namespaces`, async function () {
    const tools = await requireTools(this, "etcd", "kube-apiserver", "kube-controller-manager");
    await withApiServer(programsOf(tools), async (cluster) => {
      const ranges = fc.sample(limitRange, LIMIT_RANGES).map(plain);
      const taken: Given[] = [];
      await makeNamespace(cluster, "work");
      await eachAtOnce(AT_ONCE, ranges, async (range) => {
        const refusal = await refusalOf(cluster, range, "work");
        if (refusal === undefined) taken.push(range);
        assertAgreement([range], limitRangesAreConsistent, refusal);
      });
      assert.ok(taken.length > NAMESPACES && taken.length < LIMIT_RANGES - 200, `${taken.length} taken`);
      let admitted = 0;
      const [pods, claims] = [fc.sample(pod, NAMESPACES * PODS), fc.sample(claim, NAMESPACES * CLAIMS)];
      await eachAtOnce(4, taken.slice(0, NAMESPACES), async (range) => {
        const index = taken.indexOf(range);
        const namespace = `n${index}`;
        const part = <T>(all: readonly T[], size: number) => all.slice(index * size, (index + 1) * size);
        await makeNamespace(cluster, namespace);
        await cluster.create({ ...range, metadata: { name: "bounds", namespace } } as unknown as Parameters<typeof cluster.create>[0]);
        for (const asked of [...part(pods, PODS), ...part(claims, CLAIMS)].map(plain)) {
          let refusal = await refusalOf(cluster, asked, namespace);
          // The API server takes up a LimitRange a moment after it has stored it.
          for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !agrees([range, asked], podsPassLimitRanges, refusal);) {
            await sleep(100);
            refusal = await refusalOf(cluster, asked, namespace);
          }
          if (refusal === undefined) admitted += 1;
          assertAgreement([range, asked], podsPassLimitRanges, refusal);
        }
      });
      // A test in which one side refuses everything would show nothing.
      const all = NAMESPACES * (PODS + CLAIMS);
      assert.ok(admitted > all / 20 && admitted < (all * 19) / 20, `${admitted} of ${all} admitted`);
    });
  });
});

type Programs = Parameters<typeof withApiServer>[0];

function programsOf(tools: Awaited<ReturnType<typeof requireTools>>): Programs {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, tool?.path ?? ""])) as Programs;
}

/** The rule and the API server say the same. */
function assertAgreement(objects: readonly Given[], rule: Rule, refusal: string | undefined): void {
  const found = findingsOf(objects, rule);
  assert.equal(
    found.length > 0,
    refusal !== undefined,
    `${JSON.stringify(objects)}\nthe API server: ${refusal ?? "admitted"}\nours: ${found.join("; ")}`,
  );
}

function agrees(objects: readonly Given[], rule: Rule, refusal: string | undefined): boolean {
  return findingsOf(objects, rule).length > 0 === (refusal !== undefined);
}

/** What the rule says. What a default does to every pod is a finding of ours alone. */
function findingsOf(objects: readonly Given[], rule: Rule): readonly string[] {
  const verdict = judge(
    [rule],
    objects.flatMap((each) => objectsOf(each)),
    { site: undefined, exceptions: [] },
  );
  return verdict.findings.map(({ message }) => message).filter((message) => !message.includes("more than maxLimitRequestRatio"));
}

async function makeNamespace(cluster: Cluster, name: string): Promise<void> {
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } });
}

/** Why the API server does not take an object, which it is asked not to keep; undefined if it takes it. */
async function refusalOf(cluster: Cluster, object: Given, namespace: string): Promise<string | undefined> {
  const kind = String(object["kind"]);
  try {
    const path = await cluster.collection("v1", kind, namespace);
    await cluster.request("POST", `${path}?dryRun=All`, { ...object, metadata: { name: "asked", namespace } });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ApiFailure && [403, 422].includes(error.status), String(error));
    return error.message;
  }
}

function compact(record: Given): Given {
  return plain(record);
}

/** Plain data, without what is not given. */
function plain(value: unknown): Given {
  return JSON.parse(JSON.stringify(value)) as Given;
}
