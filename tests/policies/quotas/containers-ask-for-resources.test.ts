import assert from "node:assert/strict";
import { containersAskForResources } from "#af/policies/quotas/containers-ask-for-resources";
import { nothingFound, verdictOn } from "../expect";
import { changed, CONTAINER, KEPT, POD_SPEC, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MAIN = ["spec", "template", "spec", "containers", 0, "resources"] as const;

export const cases: RuleCases = {
  rule: containersAskForResources,
  passes: [workload("Deployment")],
  refused: [
    {
      of: 0,
      at: [...MAIN, "requests", "cpu"],
      value: undefined,
      path: "spec.template.spec.containers[0].resources.requests.cpu",
      message: /^container main has no requests\.cpu/,
    },
  ],
  unknown: [{ of: 0, at: MAIN, wrong: "small" }],
};

describeCases(cases);

describe("containers-ask-for-resources", () => {
  it("refuses each amount that is missing, in every kind", () => {
    for (const [steps, path] of [
      [["resources", "requests", "cpu"], "resources.requests.cpu"],
      [["resources", "requests", "memory"], "resources.requests.memory"],
      [["resources", "limits", "memory"], "resources.limits.memory"],
    ] as const) {
      const broken = path.includes("requests.memory") ? changed(CONTAINER, ["resources", "limits", "memory"], undefined) : CONTAINER;
      const spec = { containers: [changed(broken, steps, undefined)] };
      const { findings } = verdictOn([workload("Deployment", spec)], [containersAskForResources]);
      assert.ok(
        findings.some((finding) => finding.path.endsWith(path)),
        path,
      );
      assert.match(
        findings[0]?.message ?? "",
        /^container main has no (requests|limits)\.(cpu|memory), and no LimitRange of its namespace gives one$/,
      );
    }
  });

  it("refuses init containers too, but not ephemeral ones, which may not ask", () => {
    const bare = { name: "helper", image: "program:1" };
    const paths = (list: string) =>
      verdictOn([workload("Job", { ...POD_SPEC, [list]: [bare] })], [containersAskForResources]).findings.map(({ path }) => path);
    assert.deepEqual(
      paths("initContainers"),
      ["requests.cpu", "requests.memory", "limits.memory"].map((each) => `spec.template.spec.initContainers[0].resources.${each}`),
    );
    assert.deepEqual(paths("ephemeralContainers"), []);
  });

  it("counts a limit as request, the namespace's defaults, and amounts of the whole pod", () => {
    const limitsOnly = { ...CONTAINER, resources: { limits: { cpu: "1", memory: "1Gi" } } };
    nothingFound([workload("Pod", { containers: [limitsOnly] })], containersAskForResources);
    const bare = changed(CONTAINER, ["resources"], undefined);
    nothingFound([...KEPT, workload("Pod", { containers: [bare] })], containersAskForResources);
    const wholePod = { containers: [bare], resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } } };
    nothingFound([workload("Pod", wholePod)], containersAskForResources);
  });
});
