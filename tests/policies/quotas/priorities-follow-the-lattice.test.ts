import assert from "node:assert/strict";
import { prioritiesFollowTheLattice } from "#af/policies/quotas/priorities-follow-the-lattice";
import { saidBy, verdictOn } from "../expect";
import { HUB, HUB_NAMESPACE, USER_VALUES } from "../facility-objects";
import { changed, NAMESPACE, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const CLASS_OF_USERS = [...USER_VALUES, "extraPodConfig", "priorityClassName"] as const;

function priorityClass(name: string, value: number, globalDefault = false): Data {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, globalDefault };
}

export const cases: RuleCases = {
  rule: prioritiesFollowTheLattice,
  passes: [
    HUB_NAMESPACE,
    changed(HUB, CLASS_OF_USERS, "users"),
    priorityClass("platform", 1000, true),
    priorityClass("users", 100),
    priorityClass("other", 2000),
  ],
  refused: [
    {
      of: 1,
      at: CLASS_OF_USERS,
      value: "platform",
      path: "spec.values.singleuser.extraPodConfig.priorityClassName",
      message: /^of users has priority 1000, and Deployment work\/hub of ingress and hub only 1000; allowed: less than that$/,
    },
    {
      of: 3,
      at: ["value"],
      value: 1000,
      path: "spec.values.singleuser.extraPodConfig.priorityClassName",
      message: /^of users has priority 1000/,
    },
    {
      of: 4,
      at: ["globalDefault"],
      value: true,
      path: "globalDefault",
      message: /^is the default, and so is platform; allowed: one default$/,
    },
    {
      of: 1,
      at: CLASS_OF_USERS,
      value: "nobody-made",
      path: "spec.values.singleuser.extraPodConfig.priorityClassName",
      message: /^undetermined: .* names the priority class nobody-made, which the stack does not make/,
    },
  ],
  unknown: [
    { of: 1, at: CLASS_OF_USERS, wrong: 1 },
    { of: 3, at: ["value"], wrong: "high" },
  ],
};

describeCases(cases);

describe("priorities-follow-the-lattice, by what is compared", () => {
  const ROLE = ["metadata", "labels", "analysis-facility/role"] as const;
  const values: Readonly<Record<string, number>> = { p1: 1, p2: 2, p3: 3, p4: 4, p5: 5 };
  const classes = Object.entries(values).map(([name, value]) => priorityClass(name, value));
  const namespace = (role: string) => changed(changed(NAMESPACE, ["metadata", "name"], role), ROLE, role);
  const ROLES = ["rook", "traefik", "hub", "servicex", "monitoring"].map(namespace);
  /** A workload in the namespace of a role. */
  const of = (role: string, name: string, priority: string, kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" = "Deployment") =>
    changed(
      changed(changed(workload(kind), ["metadata", "name"], name), ["metadata", "namespace"], role),
      ["spec", "template", "spec", "priorityClassName"],
      priority,
    );
  const objects = (...workloads: readonly Data[]) => [...ROLES, ...classes, ...workloads];
  const said = (...workloads: readonly Data[]) => saidBy(prioritiesFollowTheLattice, objects(...workloads));
  const checked = (...workloads: readonly Data[]) =>
    verdictOn(objects(...workloads), [prioritiesFollowTheLattice]).checked[prioritiesFollowTheLattice.name];

  it("names the highest of a step and the lowest of all above it", () => {
    const mon = of("rook", "rook-ceph-mon-a", "p3");
    assert.deepEqual(said(mon, of("traefik", "t", "p2"), of("servicex", "s", "p1")), []);
    for (const hubs of [
      [of("hub", "low", "p1"), of("hub", "high", "p4"), of("traefik", "middle", "p3")],
      [of("traefik", "middle", "p3"), of("hub", "high", "p4"), of("hub", "low", "p1")],
    ])
      assert.deepEqual(said(mon, of("rook", "rook-ceph-osd-0", "p5"), ...hubs), [
        "of ingress and hub has priority 4, and Deployment rook/rook-ceph-mon-a of storage only 3; allowed: less than that",
      ]);
    assert.deepEqual(said(of("hub", "b", "p4"), of("hub", "a", "p2"), of("traefik", "c", "p3"), of("servicex", "s", "p2")), [
      "of ServiceX has priority 2, and Deployment hub/a of ingress and hub only 2; allowed: less than that",
    ]);
  });

  it("compares what serves without end, in namespaces of a known role", () => {
    const hub = of("hub", "hub", "p2");
    for (const other of [
      of("servicex", "s", "p5", "DaemonSet"),
      of("servicex", "s", "p5", "Job"),
      of("monitoring", "s", "p5"),
      of("nowhere", "s", "p5"),
    ]) {
      assert.deepEqual(said(hub, other), []);
      assert.equal(checked(hub, other), 1);
    }
    assert.equal(said(hub, of("servicex", "s", "p5", "StatefulSet")).length, 1);
  });

  it("counts of Rook's pods those that keep data or serve it", () => {
    const hub = of("hub", "hub", "p3");
    for (const name of ["rook-ceph-mon-a", "rook-ceph-mgr-a", "rook-ceph-osd-0", "rook-ceph-mds-files-a"])
      assert.equal(said(of("rook", name, "p1"), hub).length, 1, name);
    for (const name of ["rook-ceph-exporter-a", "rook-ceph-operator", "x-rook-ceph-mon-a", "rook-ceph-monitor"])
      assert.deepEqual(said(of("rook", name, "p1"), hub), [], name);
  });

  it("lets placeholders go first, those of the hub's chart and those of an event", () => {
    const server = of("servicex", "s", "p2");
    const event = changed(of("hub", "school", "p2"), ["metadata", "labels", "analysis-facility/event"], "school");
    for (const placeholder of [of("hub", "user-placeholder", "p2", "StatefulSet"), event])
      assert.match(
        said(server, placeholder).join("\n"),
        /^of placeholders has priority 2, and Deployment servicex\/s of ServiceX only 2; /,
      );
    assert.deepEqual(said(server, of("hub", "user-placeholder", "p1", "StatefulSet")), []);
    assert.match(said(server, of("hub", "school", "p2")).join("\n"), /^of ServiceX has priority 2/);
  });

  it("reads defaults of priority classes alone", () => {
    const other: Data = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "work" }, globalDefault: true };
    assert.deepEqual(saidBy(prioritiesFollowTheLattice, [other, changed(other, ["metadata", "name"], "b")]), []);
  });
});
