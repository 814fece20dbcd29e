import assert from "node:assert/strict";
import { Malformed, Undetermined, UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { containersOf, hasPodTemplate, isDaemonSet, podTemplateOf } from "#af/policies/model/pods";
import { KINDS } from "../expect";
import { specPath, workload, WORKLOAD_KINDS, type Data } from "../manifests";

const objectOf = (object: Data) => objectsOf(object)[0] ?? assert.fail();

describe("pods of an object", () => {
  it("are found where each kind keeps its template", () => {
    for (const kind of KINDS) {
      const object = objectOf(workload(kind));
      const pod = podTemplateOf(object);
      assert.ok(pod && pod.spec.given && hasPodTemplate(object), kind);
      const path = specPath(kind);
      assert.deepEqual([pod.object, pod.spec.path, pod.metadata.path], [object, path, path.replace(/spec$/, "metadata")]);
    }
  });

  it("are none of a kind of another group, or of one that is a property of every object", () => {
    for (const kind of KINDS)
      for (const apiVersion of ["example.org/v1", kind === "Pod" ? "apps/v1" : "policy/v1"])
        assert.equal(hasPodTemplate({ apiVersion, kind }), false, `${apiVersion} ${kind}`);
    for (const kind of ["ConfigMap", "constructor", "toString", "pod", ""]) {
      assert.equal(hasPodTemplate({ apiVersion: "apps/v1", kind }), false);
      assert.equal(podTemplateOf(objectOf({ apiVersion: "apps/v1", kind })), undefined);
    }
    for (const [kind, holds] of [
      ["Deployment", true],
      ["ReplicaSet", true],
      ["DaemonSet", true],
      ["StatefulSet", false],
    ] as const)
      assert.equal(hasPodTemplate({ apiVersion: "extensions/v1beta1", kind }), holds, kind);
  });

  it("are undetermined where what a chart or an operator makes cannot be worked out, at the field that decides", () => {
    const stopped = (object: Data) => ({ ...objectOf(object), obstacle: "no number" });
    const release = { apiVersion: "helm.sh/v3", kind: "Release", spec: { values: { a: 1 } } };
    const list = { apiVersion: "v1", kind: "PodList", items: UNKNOWN };
    for (const [object, path, message] of [
      [release, "spec.values", "spec.values cannot be turned into the chart's workloads (no number)"],
      [list, "spec", "spec cannot be turned into the pods that run for it (no number)"],
      [workload("Deployment"), "spec", "spec cannot be turned into the pods that run for it (no number)"],
    ] as const)
      assert.throws(
        () => podTemplateOf(stopped(object)),
        (error) => error instanceof Undetermined && error.path === path && error.message === message,
      );
  });
});

describe("a DaemonSet", () => {
  it("is one of Kubernetes' own groups", () => {
    for (const [apiVersion, kind, is] of [
      ["apps/v1", "DaemonSet", true],
      ["extensions/v1beta1", "DaemonSet", true],
      ["example.org/v1", "DaemonSet", false],
      ["apps/v1", "Deployment", false],
    ] as const)
      assert.equal(isDaemonSet(objectOf({ apiVersion, kind })), is, `${apiVersion} ${kind}`);
    assert.deepEqual(
      KINDS.filter((kind) => isDaemonSet(objectOf({ apiVersion: WORKLOAD_KINDS[kind][0], kind }))),
      ["DaemonSet"],
    );
  });
});

describe("containers of a pod", () => {
  const of = (spec: Data) => containersOf(podTemplateOf(objectOf(workload("Deployment", spec))) ?? assert.fail());

  it("are those of all three lists, in the order in which they start", () => {
    const containers = of({
      ephemeralContainers: [{ name: "d" }],
      containers: [{ name: "b" }, {}],
      initContainers: [{ name: "a" }],
    });
    assert.deepEqual(
      containers.map(({ list, name, field, pod }) => [list, name, field.path.replace(`${pod.spec.path}.`, "")]),
      [
        ["initContainers", "a", "initContainers[0]"],
        ["containers", "b", "containers[0]"],
        ["containers", "", "containers[1]"],
        ["ephemeralContainers", "d", "ephemeralContainers[0]"],
      ],
    );
    assert.deepEqual(of({}), []);
  });

  it("are never silently none", () => {
    assert.throws(() => of({ containers: {} }), Malformed);
    assert.throws(() => of({ containers: [{ name: 1 }] }), Malformed);
    assert.throws(() => of({ initContainers: UNKNOWN }), Undetermined);
  });
});
