import assert from "node:assert/strict";
import { Field, Malformed } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import {
  containerDefaults,
  containerResources,
  hostPortsOf,
  labelSelectorOf,
  nodeAffinityOf,
  placementOf,
  resourcesOf,
  scaledWorkloadOf,
  selectorMatches,
  termsOf,
  tolerationsOf,
} from "#af/policies/model/pod-reading";
import { podTemplateOf } from "#af/policies/model/pods";
import { KINDS } from "../expect";
import { LIMIT_RANGE, workload, type Data, type WorkloadKind } from "../manifests";

const podOf = (spec: Data) => podTemplateOf(objectsOf(workload("Pod", spec))[0] ?? assert.fail()) ?? assert.fail();

describe("what a pod asks for", () => {
  const resources = { requests: { cpu: "100m" }, limits: { memory: "1Gi" } };
  const none = { requests: {}, limits: {} };

  it("is what its containers ask for, what it asks for itself, and its overhead", () => {
    const sidecar = { name: "b", restartPolicy: "Always", resources };
    const pod = podOf({
      containers: [{ name: "a", resources }, { name: "c" }],
      initContainers: [sidecar],
      overhead: { cpu: "1" },
      resources,
    });
    assert.deepEqual(resourcesOf(pod), {
      containers: [{ resources }, { resources: none }],
      initContainers: [{ resources, restartPolicy: "Always" }],
      overhead: { cpu: "1" },
      resources,
    });
    assert.deepEqual(resourcesOf(podOf({})), { containers: [], initContainers: [], overhead: {}, resources: none });
    assert.deepEqual(containerResources(new Field({})), { resources: none });
    assert.throws(() => resourcesOf(podOf({ containers: [{ resources: { limits: { cpu: "much" } } }] })), Malformed);
  });

  it("is filled in by those items of LimitRanges that are about containers", () => {
    const amounts = { default: { cpu: "4" }, defaultRequest: { cpu: "3" }, max: { cpu: "5" }, min: { cpu: "2" } };
    const items = [{ type: "Pod", max: { cpu: "1" } }, { type: "Container", ...amounts }, { type: "Container" }];
    const range = { ...LIMIT_RANGE, spec: { limits: items } };
    const read = (...objects: readonly Data[]) => containerDefaults(objects.flatMap((object) => objectsOf(object)));
    assert.deepEqual(read(range), [amounts, { default: {}, defaultRequest: {}, max: {}, min: {} }]);
    assert.deepEqual(read({ ...range, apiVersion: "example.org/v1" }, { ...range, kind: "ConfigMap" }), []);
  });
});

describe("where a pod may run", () => {
  const term = (values: readonly string[]) => ({
    matchExpressions: [{ key: "pool", operator: "In", values }],
    matchFields: [{ key: "metadata.name", operator: "NotIn", values: ["x"] }],
  });
  const required = (given: unknown) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: given } });

  it("is decided by name, labels, required affinity and tolerations", () => {
    const toleration = { key: "a", operator: "Equal", value: "b", effect: "NoSchedule" };
    assert.deepEqual(
      placementOf(
        podOf({
          nodeName: "host",
          nodeSelector: { pool: "a" },
          affinity: required({ nodeSelectorTerms: [term(["a", "b"])] }),
          tolerations: [toleration, { operator: "Exists" }],
        }),
      ),
      {
        nodeName: "host",
        nodeSelector: { pool: "a" },
        requiredTerms: [term(["a", "b"])],
        tolerations: [toleration, { operator: "Exists" }],
      },
    );
    assert.deepEqual(placementOf(podOf({})), { nodeSelector: {}, tolerations: [] });
  });

  it("is nowhere by a required affinity without a term, and anywhere by a preferred one", () => {
    assert.deepEqual(nodeAffinityOf(new Field(required({}))), { requiredTerms: [] });
    assert.deepEqual(nodeAffinityOf(new Field({ nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{}] } })), {});
    assert.deepEqual(nodeAffinityOf(new Field(undefined)), {});
    const bare = { key: "", operator: "", values: [] };
    assert.deepEqual(termsOf(new Field([{ matchExpressions: [{}] }, {}])), [
      { matchExpressions: [bare], matchFields: [] },
      { matchExpressions: [], matchFields: [] },
    ]);
    assert.deepEqual(termsOf(new Field([{ matchFields: [{ values: [null] }] }])), [
      { matchExpressions: [], matchFields: [{ ...bare, values: [""] }] },
    ]);
    assert.deepEqual(tolerationsOf(new Field([{}])), [{}]);
  });
});

describe("a label selector", () => {
  it("selects by labels and by expressions; an empty one selects all, and none selects nothing", () => {
    const selector = { matchLabels: { a: "1" }, matchExpressions: [{ key: "b", operator: "Exists" }] };
    assert.deepEqual(labelSelectorOf(new Field(selector)), {
      matchLabels: { a: "1" },
      matchExpressions: [{ key: "b", operator: "Exists", values: [] }],
    });
    assert.equal(labelSelectorOf(new Field(null)), undefined);
    const matches = (given: unknown, labels: Readonly<Record<string, string>>) => selectorMatches(new Field(given), labels);
    assert.deepEqual(
      [matches(selector, { a: "1", b: "" }), matches(selector, { a: "1" }), matches(selector, { a: "2", b: "" })],
      [true, false, false],
    );
    assert.deepEqual([matches({}, {}), matches(undefined, {})], [true, false]);
  });
});

describe("ports of the host", () => {
  const ports = (container: readonly Data[], more: Data = {}) =>
    hostPortsOf(podOf({ containers: [{ name: "a" }, { name: "b", ports: container }], ...more })).map(({ field, ...port }) => ({
      at: field.path,
      ...port,
    }));
  const at = (name: string, index = 0) => `spec.containers[1].ports[${index}].${name}`;

  it("are those that a container binds, with their protocol and their address", () => {
    const bound = [{ containerPort: 1 }, { containerPort: 2, hostPort: 20, protocol: "UDP", hostIP: "192.0.2.1" }, { hostPort: 30 }];
    assert.deepEqual(ports(bound), [
      { at: at("hostPort", 1), port: 20, protocol: "UDP", ip: "192.0.2.1" },
      { at: at("hostPort", 2), port: 30, protocol: "TCP" },
    ]);
    assert.deepEqual(ports(bound, { hostNetwork: false }).length, 2);
    const [initial] = hostPortsOf(podOf({ initContainers: [{ ports: [{ hostPort: 5 }] }] }));
    assert.equal(initial?.field.path, "spec.initContainers[0].ports[0].hostPort");
  });

  it("are all ports of a pod in the network of its host", () => {
    assert.deepEqual(ports([{ containerPort: 1 }, { containerPort: 2, hostPort: 20 }, {}], { hostNetwork: true }), [
      { at: at("containerPort"), port: 1, protocol: "TCP" },
      { at: at("hostPort", 1), port: 20, protocol: "TCP" },
    ]);
  });

  it("are none where they are 0", () => {
    const zero = podOf({ containers: [{ ports: [{ hostPort: 1 }] }] });
    const port = (value: number) => hostPortsOf({ ...zero, spec: new Field({ containers: [{ ports: [{ hostPort: value }] }] }) }).length;
    assert.deepEqual([port(0), port(1)], [0, 1]);
  });
});

describe("how many pods a workload makes", () => {
  const scaled = (kind: WorkloadKind, spec: Data, autoscaledTo?: number) => {
    const [object] = objectsOf({ ...workload(kind), spec });
    assert.ok(object);
    return scaledWorkloadOf(object, podTemplateOf(object) ?? assert.fail(), autoscaledTo);
  };

  it("is decided by the fields of its kind", () => {
    const strategy = (type: string, maxSurge?: unknown) => ({ strategy: { type, rollingUpdate: { maxSurge } } });
    const placement = { nodeSelector: { pool: "a" }, tolerations: [] };
    const parallel = { parallelism: 3, completions: 7 };
    const table: readonly (readonly [WorkloadKind, Data, unknown])[] = [
      ["Pod", {}, { kind: "Pod" }],
      ["Deployment", {}, { kind: "Deployment", recreate: false }],
      ["Deployment", { replicas: 0, ...strategy("Recreate") }, { kind: "Deployment", replicas: 0, recreate: true }],
      [
        "Deployment",
        { replicas: 2, ...strategy("RollingUpdate", "25%") },
        { kind: "Deployment", replicas: 2, recreate: false, maxSurge: "25%" },
      ],
      ["Deployment", strategy("RollingUpdate", 3), { kind: "Deployment", recreate: false, maxSurge: 3 }],
      ["StatefulSet", { replicas: 2 }, { kind: "StatefulSet", replicas: 2 }],
      ["ReplicaSet", { replicas: 2 }, { kind: "ReplicaSet", replicas: 2 }],
      ["ReplicationController", { replicas: 2 }, { kind: "ReplicaSet", replicas: 2 }],
      ["ReplicationController", {}, { kind: "ReplicaSet" }],
      ["DaemonSet", { template: { spec: { nodeSelector: { pool: "a" } } } }, { kind: "DaemonSet", placement }],
      ["Job", {}, { kind: "Job" }],
      ["Job", { ...parallel, suspend: true }, { kind: "Job", ...parallel, suspend: true }],
      [
        "CronJob",
        { jobTemplate: { spec: parallel }, concurrencyPolicy: "Forbid" },
        { kind: "CronJob", ...parallel, concurrencyPolicy: "Forbid" },
      ],
      ["CronJob", { jobTemplate: { spec: { completions: 7 } } }, { kind: "CronJob", completions: 7 }],
      ["PodTemplate", {}, undefined],
    ];
    for (const [kind, spec, expected] of table) assert.deepEqual(scaled(kind, spec), expected, `${kind} ${JSON.stringify(spec)}`);
    assert.deepEqual(new Set(table.map(([kind]) => kind)), new Set(KINDS));
  });

  it("is what an autoscaler may ask for, whatever the replicas are", () => {
    assert.deepEqual(scaled("StatefulSet", { replicas: 2 }, 9), { kind: "StatefulSet", replicas: 9 });
    assert.deepEqual(scaled("StatefulSet", {}, 0), { kind: "StatefulSet", replicas: 0 });
  });
});
