import assert from "node:assert/strict";
import { packFacility } from "#af/policies/capacity/pack-facility";
import { namesIn, podsWithoutPlace, rollouts, waitingText } from "#af/policies/capacity/packing-results";
import { serverCapacities } from "#af/policies/capacity/server-capacity";
import { withoutSpareMons } from "#af/policies/capacity/spare-mons";
import type { PodVerdict } from "#af/capacity/packing/prove";
import { objectsOf } from "#af/policies/model/objects";
import { usersFitTheHosts } from "#af/policies/quotas/users-fit-the-hosts";
import { saidBy, SITE } from "../expect";
import { HUB_STACK, USER_VALUES } from "../facility-objects";
import { changed, workload, type Data } from "../manifests";

const facilityOf = (...objects: readonly Data[]) =>
  packFacility(
    objects.flatMap((object) => objectsOf(object)),
    SITE,
  );

function verdict(name: string, more: Partial<PodVerdict> = {}, count = 3): PodVerdict {
  const pod = { namespace: "work", name, count, requests: {}, labels: { app: "rook-ceph-mon" } };
  return { pod, verdict: "does not fit", grounds: {} as PodVerdict["grounds"], waiting: 1, refusals: [], message: "no room", ...more };
}

/** A workload of which each pod fills one of the four largest hosts. */
function filling(name: string, replicas: number, kind: "Deployment" | "StatefulSet" = "StatefulSet"): Data {
  const large = changed(workload(kind), ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "20");
  return changed(changed(large, ["metadata", "name"], name), ["spec", "replicas"], replicas);
}

describe("what is told of the packer's results", () => {
  it("names four workloads, and counts the rest", () => {
    const names = (count: number) => namesIn(["a", "b", "c", "d", "e", "f"].slice(0, count).map((name) => verdict(name)));
    assert.equal(names(4), "work/a, work/b, work/c, work/d");
    assert.equal(names(5), "work/a, work/b, work/c, work/d, 1 more");
    assert.equal(names(6), "work/a, work/b, work/c, work/d, 2 more");
  });

  it("counts pods without a place, at least one of a workload that is excluded", () => {
    assert.equal(
      podsWithoutPlace([verdict("a", { waiting: 2 }), verdict("b", { waiting: 0 }), verdict("c", { verdict: "at risk", waiting: 5 })]),
      3,
    );
    assert.equal(waitingText(verdict("a", { waiting: 0 })), "1 of 3 work/a (no room)");
    assert.equal(waitingText(verdict("a", { waiting: 2 })), "2 of 3 work/a (no room)");
  });

  it("names of workloads that compete for room those that wait", () => {
    const said = (...objects: readonly Data[]) => saidBy(usersFitTheHosts, objects).map((text) => text.split(" (")[0]);
    const one = changed(filling("one", 1), ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "18");
    // Four hosts take one of them each, and most pods have a place where the smaller one waits.
    assert.deepEqual(said(filling("many", 4), one), ["no placement on 21 hosts holds 1 of 1 work/one"]);
    assert.deepEqual(said(filling("many", 3), one), []);
  });

  it("tries rollouts at once, and those alone that then have no place", () => {
    const [both, alone] = [
      [filling("a", 2, "Deployment"), filling("b", 1, "Deployment")],
      [filling("a", 4, "Deployment"), workload("StatefulSet")],
    ].map((objects) => rollouts(facilityOf(...objects)).map(({ workload: { pod }, verdict: { verdict } }) => [pod.name, verdict]));
    // Three old pods and one new one fill the four hosts; with both new ones at once one would wait.
    assert.deepEqual(both, [
      ["a", "fits"],
      ["b", "fits"],
    ]);
    assert.deepEqual(alone, [["a", "does not fit"]]);
  });
});

describe("monitors that a cluster can do without", () => {
  const kept = (stuck: number, count: number, others: readonly PodVerdict[] = []) => {
    const waiting = [verdict("mon", { waiting: stuck }, count), ...others];
    const facility = {
      ...facilityOf(),
      platform: waiting.map(({ pod }) => ({ object: objectsOf(workload("Deployment"))[0] ?? assert.fail(), pod, surge: 0 })),
    };
    return withoutSpareMons(waiting, facility).map(({ pod }) => `${pod.namespace}/${pod.name}`);
  };

  it("are those beside which more than half still run", () => {
    assert.deepEqual(
      [kept(1, 3), kept(2, 3), kept(1, 4), kept(2, 4), kept(2, 5), kept(3, 5)],
      [[], ["work/mon"], [], ["work/mon"], [], ["work/mon"]],
    );
  });

  it("are counted in each cluster by itself, beside no other pods", () => {
    const elsewhere = verdict("mon", { waiting: 3 }, 3);
    assert.deepEqual(kept(1, 3, [{ ...elsewhere, pod: { ...elsewhere.pod, namespace: "other" } }]), ["other/mon"]);
    const other = verdict("osd", { waiting: 9 }, 9);
    assert.deepEqual(kept(1, 3, [{ ...other, pod: { ...other.pod, labels: { app: "rook-ceph-osd" } } }]), ["work/osd"]);
  });
});

describe("how many servers fit at once", () => {
  const PROFILES = [...USER_VALUES, "profileList"] as const;
  const capacities = (...objects: readonly Data[]) =>
    serverCapacities(facilityOf(...objects)).map(({ asked: { pod }, packed, totals }) => [pod.name, pod.count, packed, totals]);

  it("is what is left beside everything else, and what the totals of the hosts for users say", () => {
    // The hosts for users have 208 CPU; a small server asks for 1, a large one for 4, and 52 and 8 of these are expected.
    assert.deepEqual(capacities(...HUB_STACK), [
      ["small", 52, 208 - 8 * 4, 208],
      ["large", 8, (208 - 52) / 4, 52],
    ]);
    assert.deepEqual(capacities(...HUB_STACK, filling("x", 4)), [
      ["small", 52, 208 - 8 * 4 - 80, 208],
      ["large", 8, (208 - 52 - 80) / 4, 52],
    ]);
    assert.deepEqual(
      capacities(...HUB_STACK, workload("DaemonSet")).map(([name]) => name),
      ["small", "large"],
    );
  });

  it("does not divide by what a server does not ask for", () => {
    const free = HUB_STACK.map((object, index) =>
      index === 3 ? changed(object, [...PROFILES, 0, "kubespawner_override", "cpu_guarantee"], 0) : object,
    );
    assert.deepEqual(capacities(...free)[1], ["large", 8, 52, 52]);
  });
});
