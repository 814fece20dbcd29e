import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { UNKNOWN } from "#af/policies/model/field";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import type { StackRule } from "#af/policies/model/rules";
import {
  attemptOf,
  defaultsByNamespace,
  hostsWithDaemons,
  limitRangesByNamespace,
  packPod,
  skipUnreadable,
  stackWorkloads,
  type Attempt,
} from "#af/policies/model/workloads";
import { changed, CONTAINER, LIMIT_RANGE, NAMESPACE, workload, type Data } from "../manifests";

const read = (objects: readonly Data[]): readonly KubernetesObject[] => objects.flatMap((object) => objectsOf(object));
const named = (name: string, object: Data, namespace = "work") =>
  changed(changed(object, ["metadata", "name"], name), ["metadata", "namespace"], namespace);
const host = (name: string, labels: Readonly<Record<string, string>> = {}) => ({ name, labels, taints: [], cpu: 1000n, memory: 1024n });
const of = (objects: readonly Data[], hosts?: readonly ReturnType<typeof host>[], attempt: Attempt = skipUnreadable) =>
  stackWorkloads(read(objects), hosts, attempt);
/** Namespace, name and number of pods of each workload. */
const counts = (objects: readonly Data[], hosts?: readonly ReturnType<typeof host>[]) =>
  of(objects, hosts).map(({ object, scale }) => `${object.namespace}/${object.name}: ${scale.pods}`);
const range = (name: string, cpu: string, namespace = "work") =>
  named(name, changed(LIMIT_RANGE, ["spec", "limits"], [{ type: "Container", default: { cpu } }]), namespace);

describe("workloads of a stack", () => {
  it("are all objects that make pods by themselves, with what their pods ask for", () => {
    const selecting = { containers: [CONTAINER], nodeSelector: { pool: "a" } };
    const found = of([NAMESPACE, changed(workload("Deployment", selecting), ["spec", "replicas"], 3), workload("PodTemplate")]);
    assert.deepEqual(
      found.map(({ object, pod, placement, amounts, scale }) => [object.kind, pod.spec.path, placement.nodeSelector, amounts, scale]),
      [
        [
          "Deployment",
          "spec.template.spec",
          { pool: "a" },
          { requests: { cpu: 100n, memory: 64n * 2n ** 20n }, limits: { memory: 128n * 2n ** 20n } },
          { pods: 3, surge: 1 },
        ],
      ],
    );
  });

  it("count DaemonSets once on each host that they select, and once where the hosts do not matter", () => {
    const daemon = workload("DaemonSet", { containers: [CONTAINER], nodeSelector: { pool: "a" } });
    const hosts = [host("one", { pool: "a" }), host("two"), host("three", { pool: "a" })];
    assert.deepEqual([counts([daemon], hosts), counts([daemon], []), counts([daemon])].flat(), [
      ...["work/program: 2", "work/program: 0", "work/program: 1"],
    ]);
  });

  it("have the most replicas that an autoscaler of the same namespace, kind and name asks for", () => {
    const scaler = (maxReplicas: number | undefined, target: Data, more: Data = {}): Data => ({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "scaler", namespace: "work" },
      spec: { scaleTargetRef: target, maxReplicas },
      ...more,
    });
    const target = { kind: "StatefulSet", name: "program" };
    const scaled = (...scalers: readonly Data[]) => counts([changed(workload("StatefulSet"), ["spec", "replicas"], 2), ...scalers]);
    assert.deepEqual(scaled(), ["work/program: 2"]);
    assert.deepEqual(scaled(scaler(9, target)), ["work/program: 9"]);
    assert.deepEqual(scaled(scaler(9, target, { apiVersion: "autoscaling/v1" })), ["work/program: 9"]);
    assert.deepEqual(scaled(scaler(undefined, target)), ["work/program: 1"], "the API server's own maximum");
    for (const other of [
      scaler(9, { ...target, kind: "Deployment" }),
      scaler(9, { ...target, name: "another" }),
      scaler(9, {}),
      scaler(9, target, { metadata: { name: "scaler", namespace: "elsewhere" } }),
      scaler(9, target, { apiVersion: "example.org/v1" }),
      scaler(9, target, { kind: "Scaler" }),
    ])
      assert.deepEqual(scaled(other), ["work/program: 2"], JSON.stringify(other));
  });

  it("are read on where one object cannot be read, and each such object is told", () => {
    const objects = [
      named("range", changed(LIMIT_RANGE, ["spec", "limits"], UNKNOWN)),
      named("scaler", { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: {}, spec: UNKNOWN }),
      named("spoilt", changed(workload("Deployment"), ["spec", "replicas"], "two")),
      named("good", workload("Deployment")),
    ];
    const told: string[] = [];
    const found = of(objects, undefined, (object, check) => {
      try {
        check();
      } catch {
        told.push(object.name);
      }
    });
    assert.deepEqual(told, ["range", "scaler", "spoilt"]);
    for (const workloads of [found, of(objects)])
      assert.deepEqual(
        workloads.map(({ object }) => object.name),
        ["good"],
      );
  });

  it("that cannot be read are findings of the rule that judges", () => {
    const rule: StackRule = {
      ...{ name: "a-rule", pack: "quotas", title: "", why: "", sources: [], severity: "low", enforcement: "advisory", remedy: "" },
      frameworks: ["facility:F-1"],
      scope: "stack",
      check: (objects, on) => void stackWorkloads(objects, undefined, attemptOf(on)),
    };
    const objects = read([changed(workload("Deployment"), ["spec", "replicas"], "two")]);
    assert.deepEqual(
      judge([rule], objects, { site: undefined }).findings.map(({ object, path, message }) => `${object.kind} ${path} ${message}`),
      ["Deployment spec.replicas found text; allowed: a whole number from 0 to 2147483647"],
    );
  });
});

describe("LimitRanges of a stack", () => {
  const objects = read([range("b", "2"), NAMESPACE, range("a", "1"), range("c", "3", "other"), { ...range("x", "9"), kind: "Range" }]);

  it("are told by namespace, in their order", () => {
    assert.deepEqual(
      [...limitRangesByNamespace(objects)].map(([namespace, ranges]) => [namespace, ranges.map(({ name }) => name)]),
      [
        ["work", ["b", "a"]],
        ["other", ["c"]],
      ],
    );
  });

  it("fill in what containers of their namespace leave out, the first before the others", () => {
    const defaults = (cpu: string) => [{ default: { cpu }, defaultRequest: { cpu } }];
    assert.deepEqual(
      [...defaultsByNamespace(objects, skipUnreadable)],
      [
        ["work", defaults("2")],
        ["other", defaults("3")],
      ],
    );
    const memory = changed(LIMIT_RANGE, ["spec", "limits"], [{ type: "Container", default: { memory: "1Gi" } }]);
    const both = defaultsByNamespace(read([range("a", "1"), memory]), skipUnreadable).get("work");
    assert.deepEqual(both?.[0]?.default, { cpu: "1", memory: "1Gi" });
    const bare = (namespace: string) => named("program", workload("Pod", { containers: [{ name: "main" }] }), namespace);
    const requests = stackWorkloads([...objects, ...read([bare("work"), bare("other"), bare("bare")])], undefined, skipUnreadable);
    assert.deepEqual(
      requests.map(({ amounts }) => amounts.requests),
      [{ cpu: 2000n }, { cpu: 3000n }, {}],
    );
  });
});

describe("pods to be packed", () => {
  const [set] = of([changed(workload("StatefulSet"), ["spec", "replicas"], 2)]);

  it("are those of a workload, with labels and placement", () => {
    const labelled = changed(workload("StatefulSet"), ["spec", "template", "metadata", "labels"], { app: "a" });
    const [workloadOf] = of([changed(labelled, ["spec", "replicas"], 2)]);
    assert.ok(workloadOf);
    assert.deepEqual(packPod(workloadOf), {
      ...{ namespace: "work", name: "program", count: 2, labels: { app: "a" } },
      requests: { cpu: 100n, memory: 64n * 2n ** 20n },
      placement: { nodeSelector: {}, tolerations: [] },
    });
  });

  it("stand on each host that a DaemonSet selects, and no other kind does", () => {
    const daemon = (name: string, pool: string, apiVersion = "apps/v1") => ({
      ...named(name, workload("DaemonSet", { containers: [CONTAINER], nodeSelector: { pool } })),
      apiVersion,
    });
    const hosts = ["a", "b"].map((pool) => ({ ...host(pool, { pool }), pool, rack: "r", uses: [], allocatable: {} }));
    const found = of([daemon("one", "a"), daemon("two", "b"), daemon("old", "b", "extensions/v1beta1")], hosts);
    const standing = hostsWithDaemons(hosts, [...found, ...(set ? [set] : [])]).map((each) => [
      each.name,
      each.standing?.map(({ name, count }) => `${name} ${count}`),
    ]);
    assert.deepEqual(standing, [
      ["a", ["one 1"]],
      ["b", ["two 1", "old 1"]],
    ]);
  });
});
