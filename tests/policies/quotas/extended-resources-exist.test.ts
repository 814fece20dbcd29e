import { extendedResourcesExist } from "#af/policies/quotas/extended-resources-exist";
import { HUB, USER_VALUES } from "../facility-objects";
import { changed, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MAIN = ["spec", "template", "spec", "containers", 0, "resources"] as const;

export const cases: RuleCases = {
  rule: extendedResourcesExist,
  passes: [changed(workload("Deployment"), [...MAIN, "limits", "nvidia.com/gpu"], "0"), HUB],
  refused: [
    {
      of: 0,
      at: [...MAIN, "limits", "nvidia.com/gpu"],
      value: "1",
      path: "spec.template.spec",
      message: /^Deployment program needs 1 nvidia\.com\/gpu and has 0: 1 too few$/,
    },
    {
      of: 1,
      at: [...USER_VALUES, "profileList", 1, "kubespawner_override", "extra_resource_limits"],
      value: { "nvidia.com/gpu": "1" },
      path: "spec.values.singleuser.profileList[1].kubespawner_override",
      message: /^profile large needs 1 nvidia\.com\/gpu and has 0/,
    },
  ],
  boundary: { of: 0, at: [...MAIN, "limits", "nvidia.com/gpu"], resource: /gpu$/, side: "need" },
  unknown: [
    { of: 0, at: [...MAIN, "limits"], wrong: "none" },
    { of: 1, at: [...USER_VALUES, "profileList", 0, "kubespawner_override", "extra_resource_limits"], wrong: "none" },
  ],
};

describeCases(cases);
