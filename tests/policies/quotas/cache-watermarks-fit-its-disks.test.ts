import { cacheWatermarksFitItsDisks } from "#af/policies/quotas/cache-watermarks-fit-its-disks";
import { POD_SPEC, changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const FILE = ["data", "cache.cfg"] as const;
const CACHE = changed(
  changed(workload("StatefulSet"), ["spec", "template", "spec"], {
    ...POD_SPEC,
    volumes: [{ name: "config", configMap: { name: "cache" } }],
  }),
  ["spec", "volumeClaimTemplates"],
  [{ metadata: { name: "data" }, spec: { resources: { requests: { storage: "1Ti" } } } }],
);

function config(marks: string): Data {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cache", namespace: "work" },
    data: { "cache.cfg": `pfc.diskusage ${marks}` },
  };
}

export const cases: RuleCases = {
  rule: cacheWatermarksFitItsDisks,
  passes: [config("0.90 0.95"), CACHE],
  refused: [
    {
      of: 0,
      at: FILE,
      value: "pfc.diskusage 1.1t 1.2t",
      path: 'data["cache.cfg"]',
      message: /^high mark 1\.2t of pfc\.diskusage needs 1\.2Ti disk of a cache and has 1Ti: 204\.8Gi too few$/,
    },
    { of: 0, at: FILE, value: "pfc.diskusage 0.95 0.90", path: 'data["cache.cfg"]', message: /^low mark 0\.95 of pfc\.diskusage needs/ },
    {
      of: 0,
      at: FILE,
      value: "pfc.diskusage some more",
      path: 'data["cache.cfg"]',
      message: /^undetermined: .* has the mark some, which is neither a share nor a size/,
    },
  ],
  boundary: { of: 0, at: FILE, resource: /^disk of a cache$/, side: "need", write: (size) => `pfc.diskusage 1g ${size}` },
  unknown: [{ of: 0, at: FILE, wrong: 1 }],
};

describeCases(cases);
