import assert from "node:assert/strict";
import { platformSurvivesAFailureDomain } from "#af/policies/quotas/platform-survives-a-failure-domain";
import { platformSurvivesAHost } from "#af/policies/quotas/platform-survives-a-host";
import type { PodVerdict } from "#af/capacity/packing/prove";
import { withoutSpareMons } from "#af/policies/capacity/spare-mons";
import { objectsOf } from "#af/policies/model/objects";
import { verdictOn } from "../expect";
import { changed, workload, type Data } from "../manifests";
import { facilityOf, verdict } from "./results";

/** Pods on as many hosts, each on a host of its own. */
function oneOnEach(app: string, hosts: readonly string[]): readonly Data[] {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: hosts }] }],
      },
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey: "kubernetes.io/hostname" }],
    },
  };
  return hosts.map((_, index) => {
    const named = changed(workload("Deployment"), ["metadata", "name"], `${app}-${index}`);
    const labelled = changed(named, ["spec", "template", "metadata", "labels"], { app });
    return changed(labelled, ["spec", "template", "spec", "affinity"], affinity);
  });
}

describe("monitors of Ceph that have lost their host", () => {
  const hosts = ["red-kube-c1035", "red-kube-c6921", "red-kube-c6922"];
  const messages = (objects: readonly Data[]) =>
    verdictOn(objects, [platformSurvivesAHost, platformSurvivesAFailureDomain]).findings.map(({ rule, message }) => `${rule}: ${message}`);

  it("wait for it while the others are a majority, and not once they are none", () => {
    // Three hosts in two racks: any one host may be lost, and so may the rack that has only one of them.
    const found = messages(oneOnEach("rook-ceph-mon", hosts));
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /^platform-survives-a-failure-domain: without .*c69.* no placement holds 1 of 1 work\/rook-ceph-mon-/);
    assert.deepEqual(messages(oneOnEach("rook-ceph-mon", ["red-kube-c1035", "red-kube-c6921", "red-kube-c0724"])), []);
  });

  it("are the only pods that may wait: any other pod must have a place", () => {
    const found = messages(oneOnEach("hub", hosts));
    assert.deepEqual(
      found.map((text) => text.split(":")[0]),
      ["platform-survives-a-host", "platform-survives-a-failure-domain"],
    );
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
