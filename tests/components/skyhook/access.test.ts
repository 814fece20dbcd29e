import assert from "node:assert/strict";
import type { V1PodSpec } from "@kubernetes/client-node";
import { cephDaemons } from "#af/components/operators/ceph-daemons";
import type { Manifest } from "#af/components/manifest";
import { secondClusterAccess } from "#af/components/skyhook/access";
import { skyhookParts } from "#af/components/skyhook/parts";
import { Skyhook } from "#af/components/skyhook/settings";
import { Nodes } from "#af/components/nodes/settings";
import { asRecord } from "../../stacks/written";
import { upstreamObjectsFor } from "../../support/upstream-files";

/** What the example grants and the experiment does not, or in other words. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "Namespace rook-ceph-secondary": "the namespace is a tenant, with quota and policies",
  "ServiceAccount rook-ceph-secondary/rook-ceph-rgw": "the experiment has no object store",
  // Rook's chart installs the same ClusterRole under the name rook-ceph-osd.
  "ClusterRole rook-ceph-osd-external": "the chart has the same role as rook-ceph-osd",
  "ClusterRole rook-ceph-osd-external to rook-ceph-secondary/rook-ceph-osd": "the chart has the same role as rook-ceph-osd",
};

const EXAMPLE = "rook-ceph-secondary";

/** What an object grants to whom, whatever the binding is called; the name for other objects. */
function grant(object: Manifest): string {
  const { namespace, name = "" } = object.metadata;
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  if (!object.kind.endsWith("Binding")) return `${object.kind} ${place}`;
  const role = asRecord(object["roleRef"]);
  const subjects = (object["subjects"] as readonly { readonly name: string; readonly namespace: string }[]).map(
    (subject) => `${subject.namespace}/${subject.name}`,
  );
  return `${String(role["kind"])} ${String(role["name"])}${namespace === undefined ? "" : ` in ${namespace}`} to ${subjects.join()}`;
}

/** The rules of a role, in an order of their own. */
const rules = (object: Manifest | undefined) =>
  ((object?.["rules"] ?? []) as readonly Readonly<Record<string, readonly string[]>>[])
    .map((rule) => JSON.stringify(Object.entries(rule).map(([key, values]) => [key, [...values].sort()])))
    .sort();

describe("a second Ceph cluster", () => {
  const made = Object.values(secondClusterAccess(EXAMPLE, "rook-ceph"));

  it("is granted what Rook's example grants one, or the reason is listed", function () {
    const examples = upstreamObjectsFor(this, "rook", "common-second-cluster.yaml");
    const used = new Set<string>();
    for (const example of examples) {
      const wanted = grant(example);
      const ours = made.find((each) => grant(each) === wanted);
      if (wanted in OTHERWISE && !ours) used.add(wanted);
      else assert.ok(ours, `nothing grants ${wanted}`);
      if (ours) assert.deepEqual(rules(ours), rules(example), wanted);
    }
    assert.deepEqual([...used].sort(), Object.keys(OTHERWISE).sort());
  });

  it("grants nothing that the example does not", function () {
    const examples = upstreamObjectsFor(this, "rook", "common-second-cluster.yaml").map(grant);
    const more = made.map(grant).filter((each) => !examples.includes(each));
    assert.deepEqual(more, [`ClusterRole rook-ceph-osd to ${EXAMPLE}/rook-ceph-osd`]);
  });

  it("runs on tainted hosts, with all of its daemons and jobs", () => {
    const nodes = Nodes.parse({
      experiment: {
        ...{ model: "spare", hosts: ["spare[1-4]"], capacity: { cpu: 16, memory: "64Gi" }, rack: "spare", runs: ["users"] },
        taints: [{ key: "example.org/experiment" }],
      },
    });
    const skyhook = Skyhook.parse({
      kind: "experimental",
      ...{ image: "registry.example.edu/ceph:v20.2.4", cephMajor: 20, objectClass: "arrow", pool: "experiment" },
      devices: [{ path: "/dev/disk/by-path/pci-1", class: "hdd", size: "1Ti" }],
    });
    const { experiment } = skyhookParts(skyhook, { nodes, namespace: "sky", operator: "rook-ceph" });
    const objects = Object.values(experiment?.objects ?? {});
    const pods = objects
      .flatMap((object) => cephDaemons(object, objects))
      .flatMap((each) => (each.spec as { readonly template?: { readonly spec?: V1PodSpec } } | undefined)?.template?.spec ?? []);
    assert.ok(pods.length > 10);
    for (const { tolerations } of pods)
      assert.deepEqual(tolerations, [{ key: "example.org/experiment", operator: "Equal", value: "true", effect: "NoSchedule" }]);
  });
});
