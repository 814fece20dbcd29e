import assert from "node:assert/strict";
import { hostsHaveRoomForPods } from "#af/policies/quotas/hosts-have-room-for-pods";
import { SITE, comparedBy } from "../expect";
import { HUB_STACK } from "../facility-objects";
import { changed, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: hostsHaveRoomForPods,
  passes: [changed(workload("StatefulSet"), ["spec", "replicas"], 10), workload("DaemonSet")],
  refused: [
    {
      of: 0,
      at: ["spec", "replicas"],
      value: 2000,
      path: "",
      message: /^the stack with 0 users needs 2000 pods beside DaemonSets and has 1963: 37 too few$/,
    },
  ],
  boundary: { of: 0, at: ["spec", "replicas"], resource: /beside DaemonSets$/, side: "need", write: Number },
  unknown: [{ of: 0, at: ["spec", "replicas"], wrong: "two" }],
};

describeCases(cases);

describe("hosts-have-room-for-pods, by the pods that it counts", () => {
  const compared = (...objects: Parameters<typeof comparedBy>[1]) => comparedBy(hostsHaveRoomForPods, objects);

  it("looks at the host with the most DaemonSets", () => {
    const [first] = compared(workload("DaemonSet"));
    assert.match(first ?? "", /^\S+, which has the most DaemonSets of 21 hosts, pods: \d+ of 110 count$/);
    const masters = changed(changed(workload("DaemonSet"), ["metadata", "name"], "masters"), ["spec", "template", "spec", "nodeSelector"], {
      "kubernetes.io/hostname": "red-kube-c0730",
    });
    const amount = (line: string | undefined) => Number(/pods: (\d+) of/.exec(line ?? "")?.[1]);
    const [more] = compared(workload("DaemonSet"), masters);
    assert.match(more ?? "", /^red-kube-c0730, /);
    assert.equal(amount(more), amount(first) + 1);
  });

  it("counts pods that a rollout adds and all users at once, and DaemonSets only where they run", () => {
    const second = (...objects: Parameters<typeof comparedBy>[1]) => compared(...objects)[1]?.replace(/ of \d+ count/, "");
    assert.equal(second(changed(workload("StatefulSet"), ["spec", "replicas"], 4)), "the stack with 0 users pods beside DaemonSets: 4");
    // A rollout of a Deployment adds a quarter, rounded up.
    assert.equal(second(changed(workload("Deployment"), ["spec", "replicas"], 4)), "the stack with 0 users pods beside DaemonSets: 5");
    assert.equal(second(workload("DaemonSet")), "the stack with 0 users pods beside DaemonSets: 0");
    const users = SITE.hub.users.concurrent;
    assert.match(second(...HUB_STACK) ?? "", new RegExp(`^the stack with ${users} users pods beside DaemonSets: ${users + 2}$`));
  });

  it("compares nothing where nothing runs", () => assert.deepEqual(compared(), []));
});
