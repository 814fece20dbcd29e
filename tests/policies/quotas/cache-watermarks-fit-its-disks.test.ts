import assert from "node:assert/strict";
import { cacheWatermarksFitItsDisks } from "#af/policies/quotas/cache-watermarks-fit-its-disks";
import { comparedBy, saidBy } from "../expect";
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

describe("cache-watermarks-fit-its-disks, by the disks that it counts", () => {
  const TI = 2n ** 40n;
  const compared = (...objects: readonly Data[]) => comparedBy(cacheWatermarksFitItsDisks, objects);
  const marks = (low: string, high: string, [from, to]: readonly [bigint, bigint]) => [
    `high mark ${high} of pfc.diskusage disk of a cache: ${to} of ${TI} bytes`,
    `low mark ${low} of pfc.diskusage up to the high mark: ${from} of ${to - 1n} bytes`,
  ];
  const sized = (storage: string) => ["spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage", storage] as const;
  const other = (steps: readonly (string | number)[], value: unknown) => {
    const [storage, ...at] = [...sized("5Ti")].reverse();
    return changed(changed(changed(CACHE, ["metadata", "name"], "other"), at.reverse(), storage), steps, value);
  };
  const VOLUMES = ["spec", "template", "spec", "volumes"] as const;

  it("counts the volumes of the pods that mount the configuration, and no others", () => {
    const expected = marks("0.90", "0.95", [(TI * 90n) / 100n, (TI * 95n) / 100n]);
    const own = config("0.90 0.95");
    assert.deepEqual(compared(own, CACHE), expected);
    assert.deepEqual(compared(own, changed(CACHE, [...VOLUMES, 1], { name: "scratch", emptyDir: {} })), expected);
    assert.deepEqual(compared(own, CACHE, other(["metadata", "namespace"], "elsewhere")), expected);
    assert.deepEqual(compared(own, CACHE, other([...VOLUMES, 0, "configMap", "name"], "another")), expected);
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "a", namespace: "work" } };
    assert.deepEqual(compared(own, CACHE, { ...claim, spec: { resources: { requests: { storage: "5Ti" } } } }), expected);
  });

  it("reads shares of the disk, rounded down, and sizes in powers of 2", () => {
    for (const [low, high, amounts] of [
      [".5", "1", [TI / 2n, TI]],
      ["0", "1.5", [0n, (TI * 3n) / 2n]],
      ["10", "1g", [10n, 2n ** 30n]],
      ["2.5", "500M", [3n, 500n * 2n ** 20n]],
      ["5", "1T", [5n, TI]],
      ["2.75", "1.25T", [3n, (TI * 5n) / 4n]],
      ["7k", "1.5t", [7n * 2n ** 10n, (TI * 3n) / 2n]],
    ] as const)
      assert.deepEqual(compared(config(`${low} ${high}`), CACHE), marks(low, high, amounts));
  });

  it("takes no mark for a size that XRootD would not read", () => {
    for (const mark of ["5Gi", "+5g", "1e3", "x10g", "5gb", "1.2.3g"])
      assert.match(
        saidBy(cacheWatermarksFitItsDisks, [config(`1 ${mark}`), CACHE])[0] ?? "",
        /^undetermined: .* has the mark .*, which is neither/,
        mark,
      );
  });

  it("leaves alone what has no marks or is no configuration", () => {
    const unmarked = changed(config("0.90 0.95"), FILE, "pfc.ram 4g");
    assert.deepEqual([compared(unmarked, CACHE), saidBy(cacheWatermarksFitItsDisks, [unmarked, CACHE])], [[], []]);
    assert.deepEqual(compared({ ...config("0.90 0.95"), kind: "Secret" }, CACHE), []);
  });

  it("refuses marks that are the same", () => {
    assert.match(
      saidBy(cacheWatermarksFitItsDisks, [config("0.9 0.9"), CACHE])[0] ?? "",
      /^low mark 0\.9 of pfc\.diskusage needs .*: 1 too few$/,
    );
  });
});
