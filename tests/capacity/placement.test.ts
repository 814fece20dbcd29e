import assert from "node:assert/strict";
import fc from "fast-check";
import { candidates, holds, mayRunOn, type PodPlacement, type SchedulableHost } from "#af/capacity/placement";
import { scaleOf, type ScaledWorkload } from "#af/capacity/scale";

const host = (name: string, labels: Record<string, string> = {}, taints: SchedulableHost["taints"] = []): SchedulableHost => ({
  name,
  labels,
  taints,
  cpu: 8000n,
  memory: 2n ** 34n,
});
const requires = (key: string, operator: string, values?: readonly string[]): PodPlacement => ({
  requiredTerms: [{ matchExpressions: [{ key, operator, ...(values && { values }) }] }],
});

const NAMED_N1 = { key: "metadata.name", operator: "In", values: ["n1"] };

const key = fc.constantFrom("a", "b");
const value = fc.constantFrom("1", "2");
const taint = fc.record({ key, value, effect: fc.constantFrom("NoSchedule", "NoExecute", "PreferNoSchedule") });
const anyHost = fc
  .record({ name: fc.string({ minLength: 1, maxLength: 3 }), labels: fc.dictionary(key, value), taints: fc.array(taint, { maxLength: 2 }) })
  .map(({ name, labels, taints }) => host(name, labels, taints));
const toleration = fc.record({ key, operator: fc.constantFrom("Exists", "Equal"), value, effect: fc.constantFrom("", "NoSchedule") });
const placement: fc.Arbitrary<PodPlacement> = fc.record({
  nodeSelector: fc.dictionary(key, value),
  tolerations: fc.array(toleration, { maxLength: 2 }),
});

describe("where a pod may go", () => {
  it("follows labels, affinity and names", () => {
    const ssd = host("n1", { disk: "ssd", rank: "7", size: "1e3", none: "" });
    const cases: readonly (readonly [PodPlacement, boolean])[] = [
      [{}, true],
      [{ nodeSelector: { disk: "ssd" } }, true],
      [{ nodeSelector: { disk: "hdd" } }, false],
      [{ nodeSelector: { disk: "ssd", rank: "7" } }, true],
      [{ nodeSelector: { disk: "ssd", rank: "8" } }, false],
      [{ nodeName: "n1" }, true],
      [{ nodeName: "n2" }, false],
      [requires("disk", "In", ["hdd", "ssd"]), true],
      [requires("disk", "NotIn", ["ssd"]), false],
      [requires("disk", "NotIn", ["ssd", "hdd"]), false],
      [requires("gpu", "NotIn", ["yes"]), true],
      [requires("disk", "Exists"), true],
      [requires("gpu", "Exists"), false],
      [requires("gpu", "DoesNotExist"), true],
      [requires("disk", "DoesNotExist"), false],
      [requires("disk", "In"), false],
      [requires("gpu", "In", ["yes"]), false],
      [requires("rank", "Gt", ["6"]), true],
      [requires("rank", "Gt", ["7"]), false],
      [requires("rank", "Lt", ["7"]), false],
      [requires("rank", "Lt", ["8"]), true],
      [requires("rank", "Gt", ["-1"]), true],
      [requires("rank", "Gt", ["6.5"]), false],
      [requires("size", "Gt", ["7"]), false],
      [requires("none", "Lt", ["7"]), false],
      [requires("gpu", "Lt", ["7"]), false],
      [requires("disk", "Like", ["ssd"]), false],
      [{ requiredTerms: [] }, false],
      [{ requiredTerms: [{}] }, false],
      [{ requiredTerms: [{ matchExpressions: [{ key: "disk", operator: "Exists" }], matchFields: [NAMED_N1] }] }, true],
      [{ requiredTerms: [{ matchExpressions: [{ key: "gpu", operator: "Exists" }], matchFields: [NAMED_N1] }] }, false],
      [{ requiredTerms: [{ matchFields: [{ ...NAMED_N1, key: "metadata.namespace" }] }] }, false],
      [{ requiredTerms: [{}, { matchFields: [NAMED_N1] }] }, true],
    ];
    for (const [pod, expected] of cases) assert.equal(mayRunOn(pod, ssd), expected, JSON.stringify(pod));
  });

  it("is settled by no operator that is unknown", () => {
    for (const found of ["ssd", undefined]) assert.equal(holds({ key: "disk", operator: "Like", values: ["ssd"] }, found), false);
  });

  it("keeps away from taints that it does not tolerate", () => {
    const tainted = host("n1", {}, [{ key: "cache", value: "true", effect: "NoSchedule" }]);
    const with_ = (toleration: object): PodPlacement => ({ tolerations: [toleration] });
    assert.equal(mayRunOn({}, tainted), false);
    assert.equal(mayRunOn({}, host("n1", {}, [{ key: "cache", effect: "PreferNoSchedule" }])), true);
    assert.equal(mayRunOn(with_({ key: "cache", value: "true" }), tainted), true);
    assert.equal(mayRunOn(with_({ key: "cache", value: "false" }), tainted), false);
    assert.equal(mayRunOn(with_({ key: "cache", operator: "Exists", effect: "NoExecute" }), tainted), false);
    assert.equal(mayRunOn(with_({ operator: "Exists" }), tainted), true);
    assert.equal(mayRunOn(with_({ key: "cache", operator: "Exists", effect: "NoSchedule" }), tainted), true);
    assert.equal(mayRunOn(with_({ key: "users", operator: "Exists" }), tainted), false);
    assert.equal(mayRunOn(with_({ key: "cache", operator: "In", value: "true" }), tainted), false);
    assert.equal(mayRunOn(with_({ key: "cache" }), tainted), false);
    const valueless = host("n1", {}, [{ key: "cache", effect: "NoSchedule" }]);
    assert.equal(mayRunOn({}, valueless), false);
    assert.equal(mayRunOn(with_({ key: "cache" }), valueless), true);
    assert.equal(mayRunOn(with_({ key: "cache", value: "true" }), valueless), false);
    assert.equal(mayRunOn(with_({ key: "cache", operator: "", value: "true" }), tainted), true);
  });

  it("takes no toleration that compares numbers, for schedulers do not by default", () => {
    const slow = host("n1", {}, [{ key: "latency", value: "5", effect: "NoSchedule" }]);
    for (const operator of ["Lt", "Gt"])
      for (const value of ["4", "5", "6"]) assert.equal(mayRunOn({ tolerations: [{ key: "latency", operator, value }] }, slow), false);
  });

  it("only grows with tolerations and hosts, and only shrinks with selectors", () => {
    fc.assert(
      fc.property(
        placement,
        fc.array(anyHost, { maxLength: 6 }),
        anyHost,
        toleration,
        key,
        value,
        (pod, hosts, more, another, name, text) => {
          const before = candidates(pod, hosts);
          assert.ok(before.every((each) => candidates(pod, [...hosts, more]).includes(each)));
          assert.ok(
            before.every((each) => candidates({ ...pod, tolerations: [...(pod.tolerations ?? []), another] }, hosts).includes(each)),
          );
          const narrower = candidates(
            { ...pod, requiredTerms: [{ matchExpressions: [{ key: name, operator: "In", values: [text] }] }] },
            hosts,
          );
          assert.ok(narrower.every((each) => before.includes(each)));
        },
      ),
    );
  });
});

describe("how many pods a workload makes", () => {
  const hosts = [
    host("a", { use: "users" }),
    host("b", { use: "users" }, [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }]),
    host("c", {}, [{ key: "cache", effect: "NoSchedule" }]),
  ];

  it("follows the API server's defaults", () => {
    const cases: readonly (readonly [ScaledWorkload, number, number])[] = [
      [{ kind: "Pod" }, 1, 0],
      [{ kind: "Deployment" }, 1, 1],
      [{ kind: "Deployment", replicas: 0 }, 0, 0],
      [{ kind: "Deployment", replicas: 0, maxSurge: 1 }, 0, 0],
      [{ kind: "Deployment", replicas: 5 }, 5, 2],
      [{ kind: "Deployment", replicas: 5, recreate: true }, 5, 0],
      [{ kind: "Deployment", replicas: 5, maxSurge: 0 }, 5, 0],
      [{ kind: "Deployment", replicas: 4, maxSurge: "100%" }, 4, 4],
      [{ kind: "StatefulSet", replicas: 3 }, 3, 0],
      [{ kind: "ReplicaSet" }, 1, 0],
      [{ kind: "DaemonSet", placement: {} }, 2, 0],
      [{ kind: "DaemonSet", placement: { nodeSelector: { use: "none" } } }, 0, 0],
      [{ kind: "DaemonSet", placement: { tolerations: [{ operator: "Exists" }] } }, 3, 0],
      [{ kind: "Job" }, 1, 0],
      [{ kind: "Job", parallelism: 5, completions: 2 }, 2, 0],
      [{ kind: "Job", parallelism: 5, suspend: true }, 0, 0],
      [{ kind: "CronJob", concurrencyPolicy: "Forbid" }, 1, 0],
      [{ kind: "CronJob", parallelism: 3 }, 3, 3],
    ];
    for (const [workload, pods, surge] of cases) assert.deepEqual(scaleOf(workload, hosts), { pods, surge }, JSON.stringify(workload));
    assert.deepEqual(scaleOf({ kind: "DaemonSet", placement: {} }, undefined), { pods: 1, surge: 0 });
  });
});
