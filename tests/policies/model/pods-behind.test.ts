import assert from "node:assert/strict";
import { UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { PodsBehind, takesFromOutside } from "#af/policies/model/pods-behind";
import { changed, specPath, workload, type Data } from "../manifests";
import { KINDS } from "../expect";

const service = (spec: Data, namespace = "work"): Data => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "door", namespace },
  spec,
});
const read = (object: Data) => objectsOf(object)[0] ?? assert.fail();
/** A workload with this name whose pods have these labels. */
function labelled(name: string, labels: unknown, namespace = "work", kind: (typeof KINDS)[number] = "Deployment"): Data {
  const steps = specPath(kind).split(".").slice(0, -1);
  const head = changed(workload(kind), ["metadata"], { name, namespace });
  return changed(head, [...steps, "metadata"], steps.length === 0 ? { name, namespace, labels } : { labels });
}
/** Names of the workloads whose pods a Service selects. */
const behind = (selector: unknown, objects: readonly Data[], namespace?: string) =>
  new PodsBehind(objects.flatMap((object) => objectsOf(object)))
    .of(read(service(selector === undefined ? {} : { selector }, namespace)))
    .map(({ object }) => object.name);

describe("a Service", () => {
  it("takes traffic from outside as a load balancer, at ports of hosts or at addresses from outside", () => {
    for (const [spec, takes] of [
      [{}, false],
      [{ type: "ClusterIP" }, false],
      [{ type: "ExternalName", externalName: "example.org" }, false],
      [{ type: "LoadBalancer" }, true],
      [{ type: "NodePort" }, true],
      [{ externalIPs: [] }, false],
      [{ type: "ClusterIP", externalIPs: ["192.0.2.1"] }, true],
      [{ type: "NodePort", externalIPs: [] }, true],
    ] as const)
      assert.equal(takesFromOutside(read(service(spec))), takes, JSON.stringify(spec));
    for (const spec of [{ type: 1 }, { externalIPs: "192.0.2.1" }, { type: UNKNOWN }])
      assert.throws(() => takesFromOutside(read(service(spec))));
  });

  it("has the pods behind it that have all labels of its selector, of its own namespace", () => {
    const objects = [
      labelled("a", { app: "x", tier: "1" }),
      labelled("b", { app: "x" }),
      labelled("c", { app: "y", tier: "1" }),
      labelled("d", undefined),
      labelled("e", { app: "x", tier: "1" }, "other"),
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "f", namespace: "work", labels: { app: "x" } } },
    ];
    for (const [selector, names] of [
      [{ app: "x" }, ["a", "b"]],
      [{ app: "x", tier: "1" }, ["a"]],
      [{ tier: "1" }, ["a", "c"]],
      [{ app: "z" }, []],
      [{ app: "x", more: "1" }, []],
      // Without a selector somebody else says where it leads.
      [{}, []],
      [undefined, []],
    ] as const)
      assert.deepEqual(behind(selector, objects), names, JSON.stringify(selector));
    assert.deepEqual([behind({ app: "x" }, objects, "other"), behind({ app: "x" }, objects, "third")], [["e"], []]);
  });

  it("has pods of every kind of workload behind it, and gives their templates", () => {
    assert.deepEqual(
      behind(
        { app: "x" },
        KINDS.map((kind) => labelled(kind, { app: "x" }, "work", kind)),
      ),
      KINDS,
    );
    const [pod] = new PodsBehind([read(labelled("a", { app: "x" }))]).of(read(service({ selector: { app: "x" } })));
    assert.deepEqual([pod?.spec.path, pod?.metadata.path], ["spec.template.spec", "spec.template.metadata"]);
  });

  it("has the others behind it where the labels of some pods cannot be read", () => {
    for (const unreadable of ["text", { app: 1 }, UNKNOWN])
      assert.deepEqual(behind({ app: "x" }, [labelled("a", unreadable), labelled("b", { app: "x" })]), ["b"]);
    assert.throws(() => behind("app=x", []), { message: "spec.selector is text; allowed: an object" });
  });
});
