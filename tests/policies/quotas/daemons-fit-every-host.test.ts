import assert from "node:assert/strict";
import { schedulableHosts } from "#af/components/nodes/schedulable";
import { daemonsFitEveryHost } from "#af/policies/quotas/daemons-fit-every-host";
import { comparedBy, SITE } from "../expect";
import { changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MAIN = ["spec", "template", "spec", "containers", 0, "resources"] as const;

export const cases: RuleCases = {
  rule: daemonsFitEveryHost,
  passes: [workload("DaemonSet")],
  refused: [
    {
      of: 0,
      at: [...MAIN, "requests", "cpu"],
      value: "8001m",
      path: "",
      message: /^red-kube-c\d+ with program needs 8\.001 cpu and has 8: 1m too few$/,
    },
  ],
  boundary: { of: 0, at: [...MAIN, "requests", "cpu"], resource: /^cpu$/, side: "need", write: (amount) => `${amount}m` },
  unknown: [
    { of: 0, at: [...MAIN, "requests", "cpu"], wrong: "half" },
    { of: 0, at: ["spec", "template", "spec", "nodeSelector"], wrong: "none" },
  ],
};

describeCases(cases);

describe("daemons-fit-every-host, by what it compares", () => {
  const compared = (...objects: readonly Data[]) =>
    comparedBy(daemonsFitEveryHost, objects).map((text) => text.replace(/^red-kube-c\d+ /, "a host "));
  const daemon = (name: string, requests: Data) =>
    changed(changed(workload("DaemonSet"), ["metadata", "name"], name), [...MAIN, "requests"], requests);

  it("adds up all DaemonSets on the host that they fill most, for each resource", () => {
    const [smallest] = schedulableHosts(SITE)
      .filter(({ taints }) => taints.length === 0)
      .map(({ allocatable }) => allocatable["memory"] ?? 0n)
      .sort((a, b) => Number(a - b));
    const said = compared(daemon("one", { cpu: "1", memory: "1Gi" }), daemon("two", { cpu: "500m", memory: "2Gi" }));
    assert.deepEqual(said, [
      "a host with one, two cpu: 1500 of 8000 millicores",
      `a host with one, two memory: ${3n * 2n ** 30n} of ${smallest} bytes`,
    ]);
  });

  it("counts no pod of another workload, and compares nothing without a DaemonSet", () => {
    assert.deepEqual(compared(workload("Deployment")), []);
    assert.deepEqual(compared(), []);
    assert.match(compared(daemon("one", { cpu: "1" }), workload("Deployment"))[0] ?? "", /^a host with one cpu: 1000 of 8000/);
  });
});
