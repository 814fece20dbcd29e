import assert from "node:assert/strict";
import { transformersFitTheirQuota } from "#af/policies/quotas/transformers-fit-their-quota";
import { comparedBy } from "../expect";
import { LIMIT_RANGE, NAMESPACE, QUOTA, changed, workload, type Data } from "../manifests";
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

describe("transformers-fit-their-quota, by what a transformer asks for", () => {
  const hard = {
    "requests.cpu": "5",
    "requests.memory": "9Gi",
    "limits.cpu": "50",
    "limits.memory": "99Gi",
    cpu: "5",
    memory: "9Gi",
    pods: "10",
    persistentvolumeclaims: "9",
    "count/secrets": "9",
    "requests.storage": "9Gi",
    "requests.ephemeral-storage": "9Gi",
  };
  const quota = changed(QUOTA, ["spec", "hard"], hard);
  const told = (release: Data, ...others: readonly Data[]) => {
    const lines = comparedBy(transformersFitTheirQuota, [NAMESPACE, LIMIT_RANGE, quota, release, ...others]);
    return Object.fromEntries(
      lines.map((line) => {
        const [, key = line, need = "0"] = /^work with \d+ transformers (\S+): (\d+) of/.exec(line) ?? [];
        return [key, need] as const;
      }),
    );
  };
  const none = told(changed(SERVICEX, [...TRANSFORMER, "autoscaler", "maxReplicas"], 0));
  /** What each of four transformers adds. */
  const each = (values: Data, ...others: readonly Data[]) => {
    const all = told(changed(SERVICEX, TRANSFORMER, { autoscaler: { enabled: true, maxReplicas: 4 }, ...values }), ...others);
    return Object.fromEntries(Object.entries(all).map(([key, need]) => [key, (BigInt(need) - BigInt(none[key] ?? 0)) / 4n]));
  };

  it("compares what is counted in pods, CPU and memory, and nothing else", () => {
    assert.deepEqual(Object.keys(none).sort(), ["cpu", "limits.cpu", "limits.memory", "memory", "pods", "requests.cpu", "requests.memory"]);
  });

  it("takes what the values say, and else what the chart has, for each of two containers", () => {
    const MI = 2n ** 20n;
    const usual = each({});
    assert.equal(usual["pods"], 1n);
    const more = each({ cpuRequest: "700m", memoryRequest: "612Mi", cpuLimit: "3", memoryLimit: "3Gi" });
    const by = (key: string) => (more[key] ?? 0n) - (usual[key] ?? 0n);
    assert.deepEqual(["cpu", "requests.cpu", "limits.cpu", "memory", "requests.memory", "limits.memory", "pods"].map(by), [
      400n,
      400n,
      4000n,
      200n * MI,
      200n * MI,
      2048n * MI,
      0n,
    ]);
    assert.deepEqual(each({ cpuRequest: "500m", memoryRequest: "512Mi", cpuLimit: "1", memoryLimit: "2Gi" }), usual);
  });

  it("counts twenty where no number is told, beside the pods of its own namespace alone", () => {
    const pods = (release: Data, ...others: readonly Data[]) => Number(told(release, ...others)["pods"]);
    assert.equal(pods(changed(SERVICEX, [...TRANSFORMER, "autoscaler"], undefined)), Number(none["pods"]) + 20);
    const other = workload("StatefulSet");
    assert.equal(pods(SERVICEX, other), Number(none["pods"]) + 5);
    assert.equal(pods(SERVICEX, changed(other, ["metadata", "namespace"], "elsewhere")), Number(none["pods"]) + 4);
  });

  it("compares with quotas of the whole namespace, and other releases with none", () => {
    const scoped = changed(changed(quota, ["metadata", "name"], "scoped"), ["spec", "scopes"], ["BestEffort"]);
    assert.equal(comparedBy(transformersFitTheirQuota, [scoped, SERVICEX]).length, 0);
    assert.equal(
      comparedBy(transformersFitTheirQuota, [quota, changed(SERVICEX, ["spec", "chart", "spec", "chart"], "another")]).length,
      0,
    );
  });
});
