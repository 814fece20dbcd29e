import assert from "node:assert/strict";
import { onDemandOf } from "#af/policies/capacity/on-demand";
import { placementContext } from "#af/policies/capacity/placement-context";
import { objectsOf } from "#af/policies/model/objects";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";
import { HUB, USER_VALUES } from "../facility-objects";
import { changed, LIMIT_RANGE, workload, type Data } from "../manifests";

const LOW: Data = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "low" },
  value: -5,
  preemptionPolicy: "Never",
};
const DEFAULT: Data = { ...LOW, metadata: { name: "usual" }, value: 7, globalDefault: true };
/** A LimitRange that gives containers room on the host's disk, which none of these pods asks for. */
const DISK = changed(LIMIT_RANGE, ["spec", "limits", 0, "defaultRequest"], { "ephemeral-storage": "1Gi" });
const MIB = 2n ** 20n;

const release = (chart: string, values: Data = {}) =>
  changed(
    changed({ ...HUB, metadata: { name: chart, namespace: "work" } }, ["spec", "chart", "spec", "chart"], chart),
    ["spec", "values"],
    values,
  );

/** The site of FNAL, with workers as pods. */
const GATEWAY = changed(changed(readSite("fnal"), ["hub", "dask", "backend"], { kind: "kubernetes" }), ["hub", "dask", "workers"], {
  cpu: "2",
  memory: "3Gi",
  max: 5,
}) as unknown as Site;
const SERVICEX = changed(SITE, ["servicex", "transformers"], { cpu: "1", memory: "1Gi", max: 3, requests: 2 }) as unknown as Site;

/** What the release starts among the other objects. */
function started(site: Site, object: Data, ...others: readonly Data[]) {
  const objects = [object, ...others].flatMap((each) => objectsOf(each));
  const [first] = objects;
  assert.ok(first);
  return onDemandOf(first, objects, site, placementContext(objects)).map((each) => ({ ...each, isFirst: each.object === first }));
}

describe("pods that users start", () => {
  it("are none of an object that is no release, or of another chart", () => {
    for (const object of [workload("Deployment"), release("traefik"), release("")]) assert.deepEqual(started(GATEWAY, object), []);
  });

  it("are servers of users, by profile, with the priority that they get", () => {
    const hub = changed(HUB, [...USER_VALUES, "extraPodConfig", "priorityClassName"], "low");
    const told = started(SITE, hub, LOW, DISK).map(({ profile, isFirst, field, pod }) => [
      profile,
      isFirst,
      field.path,
      pod.namespace,
      pod.name,
      pod.count,
      pod.requests,
      pod.priority,
      pod.preemptionPolicy,
    ]);
    const server = (index: number, name: string, count: number, cores: bigint) => [
      name,
      true,
      `spec.values.singleuser.profileList[${index}].kubespawner_override`,
      "work",
      name,
      count,
      { cpu: cores * 1000n, memory: cores * 1024n * MIB, "ephemeral-storage": 1024n * MIB },
      -5,
      "Never",
    ];
    assert.deepEqual(told, [server(0, "small", 52, 1n), server(1, "large", 8, 4n)]);
    const [usual] = started(SITE, HUB, LOW, DEFAULT);
    assert.deepEqual([usual?.pod.priority, usual?.pod.preemptionPolicy], [7, "PreemptLowerPriority"]);
    assert.equal(usual?.pod.placement?.requiredTerms?.length, 1);
  });

  it("are schedulers and workers of Dask's gateway, each with the priority that its values name", () => {
    const named = (kind: string) => ({ gateway: { backend: { [kind]: { extraPodConfig: { priorityClassName: "low" } } } } });
    const pods = (...given: Parameters<typeof started>) => started(...given).map(({ pod }) => pod);
    const scheduler = { namespace: "work", name: "Dask schedulers", count: 60, requests: { cpu: 500n, memory: 1024n * MIB } };
    const worker = { namespace: "work", name: "Dask workers", count: 300, requests: { cpu: 2000n, memory: 3072n * MIB } };
    const usual = { priority: 7, preemptionPolicy: "PreemptLowerPriority" };
    const low = { priority: -5, preemptionPolicy: "Never" };
    const told = (kind: string, site = GATEWAY) => pods(site, release("dask-gateway", named(kind)), LOW, DEFAULT);
    assert.deepEqual(told("neither"), [
      { ...scheduler, ...usual },
      { ...worker, ...usual },
    ]);
    assert.deepEqual(told("scheduler"), [
      { ...scheduler, ...low },
      { ...worker, ...usual },
    ]);
    assert.deepEqual(told("worker"), [
      { ...scheduler, ...usual },
      { ...worker, ...low },
    ]);
    // Workers that are jobs of the pool are no pods, and a site without a gateway has neither.
    assert.deepEqual(told("scheduler", readSite("fnal")), [{ ...scheduler, ...low }]);
    assert.deepEqual(told("scheduler", SITE), []);
  });

  it("are transformers of ServiceX, two containers each, as many as all requests have at most", () => {
    const named = release("servicex", { transformer: { priorityClassName: "low" } });
    assert.deepEqual(
      started(SERVICEX, named, LOW).map(({ pod }) => pod),
      [
        {
          namespace: "work",
          name: "transformers",
          count: 6,
          requests: { cpu: 1000n, memory: 1024n * MIB },
          priority: -5,
          preemptionPolicy: "Never",
        },
      ],
    );
    assert.deepEqual(
      started(SERVICEX, release("servicex"), LOW, DEFAULT).map(({ field, profile, isFirst, pod }) => [
        field.path,
        profile,
        isFirst,
        pod.priority,
      ]),
      [["", undefined, true, 7]],
    );
    assert.deepEqual(started(readSite("fnal"), named, LOW), [], "a site without ServiceX");
  });

  it("ask for what the LimitRange of the release's namespace fills in, and not for that of another", () => {
    const disk = (range: Data, object = release("servicex")) =>
      started(SERVICEX, object, range).map(({ pod }) => [pod.namespace, pod.requests["ephemeral-storage"]]);
    assert.deepEqual(disk(DISK), [["work", 2048n * MIB]]);
    const elsewhere = changed(DISK, ["metadata", "namespace"], "elsewhere");
    assert.deepEqual(disk(elsewhere), [["work", undefined]]);
    assert.deepEqual(disk(elsewhere, changed(release("servicex"), ["spec", "targetNamespace"], "elsewhere")), [["elsewhere", 2048n * MIB]]);
  });

  it("are not guessed where the stack does not make the priority class", () => {
    const named = release("servicex", { transformer: { priorityClassName: "low" } });
    assert.throws(() => started(SERVICEX, named), /spec\.values\.transformer\.priorityClassName names the priority class low/);
  });
});
