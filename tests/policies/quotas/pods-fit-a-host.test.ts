import { podsFitAHost } from "#af/policies/quotas/pods-fit-a-host";
import { nothingFound, onlyFinding } from "../expect";
import { changed, CONTAINER, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const POD = ["spec", "template", "spec"] as const;

export const cases: RuleCases = {
  rule: podsFitAHost,
  passes: [workload("Deployment")],
  refused: [
    {
      of: 0,
      at: [...POD, "nodeSelector"],
      value: { disk: "ssd" },
      path: "spec.template.spec",
      message: /^no host of the site has the labels/,
    },
  ],
  boundary: { of: 0, at: [...POD, "containers", 0, "resources", "requests", "memory"], resource: /^memory$/, side: "need" },
  unknown: [{ of: 0, at: [...POD, "nodeSelector"], wrong: "none" }],
};

describeCases(cases);

describe("pods-fit-a-host", () => {
  const asking = (requests: Data, placement: Data = {}) =>
    workload("Pod", { containers: [changed(CONTAINER, ["resources"], { requests, limits: { memory: "1Ti" } })], ...placement });

  it("accepts what fits the largest host exactly, and refuses one unit more", () => {
    nothingFound([asking({ cpu: "24", memory: "98204Mi" })], podsFitAHost);
    onlyFinding(
      [asking({ cpu: "24001m", memory: "1Gi" })],
      podsFitAHost,
      "spec",
      /^a pod asks for 24\.001 cpu; red-kube-c0724, the roomiest of 17 hosts that it may run on, has 24 left beside its DaemonSets: 1m too few$/,
    );
    onlyFinding([asking({ cpu: "1", memory: "97Gi" })], podsFitAHost, "spec", /asks for 97Gi memory/);
  });

  it("looks at one host at a time, not at totals", () => {
    const selector = { nodeSelector: { "analysis-facility/pool": "x2200-24g" } };
    nothingFound([asking({ cpu: "8", memory: "24476Mi" }, selector)], podsFitAHost);
    onlyFinding(
      [asking({ cpu: "9", memory: "1Gi" }, selector)],
      podsFitAHost,
      "spec",
      /asks for 9 cpu; red-kube-c6921, the roomiest of 6 hosts .* has 8 left/,
    );
  });

  it("refuses a pod that no host would take", () => {
    const none = /no host of the site has the labels that the pod asks for and only taints that it tolerates/;
    onlyFinding([asking({ cpu: "1", memory: "1Gi" }, { nodeSelector: { disk: "ssd" } })], podsFitAHost, "spec", none);
    const cache = { nodeSelector: { "analysis-facility/cache": "true" } };
    onlyFinding([asking({ cpu: "1", memory: "1Gi" }, cache)], podsFitAHost, "spec", none);
    nothingFound(
      [asking({ cpu: "1", memory: "1Gi" }, { ...cache, tolerations: [{ key: "analysis-facility/cache", operator: "Exists" }] })],
      podsFitAHost,
    );
  });

  it("takes off what DaemonSets put on the host, and says so of a host that is the only one", () => {
    const selector = { nodeSelector: { "kubernetes.io/hostname": "red-kube-c0724" } };
    const daemon = changed(workload("DaemonSet"), ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "1");
    onlyFinding(
      [asking({ cpu: "23001m", memory: "1Gi" }, selector), daemon],
      podsFitAHost,
      "spec",
      /^a pod asks for 23\.001 cpu; red-kube-c0724, the only host that it may run on, has 23 left/,
    );
  });
});
