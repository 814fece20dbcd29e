import { transformersFitTheirQuota } from "#af/policies/quotas/transformers-fit-their-quota";
import { LIMIT_RANGE, NAMESPACE, QUOTA, changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const TRANSFORMER = ["spec", "values", "transformer"] as const;
const persistence = { size: "1Gi", storageClass: "block" };
const off = { enabled: false };
/** A release of ServiceX in which the transformers alone request CPU; everything else requests 0. */
const nothing = { requests: { cpu: "0", memory: "0" }, limits: { memory: "0" } };
const SERVICEX = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "servicex", namespace: "work" },
  spec: {
    chart: { spec: { chart: "servicex", version: "1.8.5" } },
    values: {
      noCerts: true,
      app: { replicas: 0, checksImage: "registry.example.org/busybox:1", resources: nothing },
      codeGen: Object.fromEntries(["atlasr21", "atlasr22", "cmssw-5-3-32", "python", "uproot", "uproot-raw"].map((name) => [name, off])),
      didFinder: { CERNOpenData: off, xrootd: off, rucio: off },
      objectStore: { enabled: true, internal: false },
      postgres: { enabled: true },
      transformer: { autoscaler: { enabled: true, maxReplicas: 4 }, cpuLimit: 1, cpuRequest: "500m" },
      postgresql: { image: { repository: "postgresql" }, primary: { persistence, resources: nothing } },
      rabbitmq: { image: { repository: "rabbitmq" }, persistence, resources: nothing },
    },
  },
};

export const cases: RuleCases = {
  rule: transformersFitTheirQuota,
  passes: [NAMESPACE, LIMIT_RANGE, changed(QUOTA, ["spec", "hard"], { "requests.cpu": "5", pods: "10" }), SERVICEX],
  refused: [
    {
      of: 3,
      at: [...TRANSFORMER, "autoscaler", "maxReplicas"],
      value: 6,
      path: 'spec.hard["requests.cpu"]',
      message: /^work with 6 transformers needs 6 requests\.cpu and has 5: 1 too few$/,
    },
    {
      of: 3,
      at: [...TRANSFORMER, "cpuRequest"],
      value: "1",
      path: 'spec.hard["requests.cpu"]',
      message: /with 4 transformers needs 8 requests\.cpu/,
    },
  ],
  boundary: { of: 2, at: ["spec", "hard", "requests.cpu"], resource: /^requests\.cpu$/, side: "have", write: (amount) => `${amount}m` },
  unknown: [
    { of: 3, at: [...TRANSFORMER, "autoscaler", "maxReplicas"], wrong: "many" },
    { of: 2, at: ["spec", "hard", "requests.cpu"], wrong: "much" },
  ],
};

describeCases(cases);
