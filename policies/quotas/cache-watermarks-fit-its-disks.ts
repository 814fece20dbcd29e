import { memoize } from "../../capacity/memoize";
import { grouped } from "../../capacity/packing/grouped";
import { bytes, multiplied } from "../../capacity/quantity";
import { Undetermined, type Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import type { StackRule } from "../model/rules";
import { claimsOf } from "../model/demand";
import { attemptOf, stackWorkloads, type Attempt, type StackWorkload } from "../model/workloads";

/**
 * `pfc.diskusage <low> <high>` in the configuration of XRootD: shares of the disk, or sizes
 * (https://github.com/xrootd/xrootd/blob/v5.7.0/src/XrdPfc/XrdPfcConfiguration.cc).
 */
const WATERMARKS = /^\s*pfc\.diskusage\s+(\S+)\s+(\S+)/m;

export const cacheWatermarksFitItsDisks: StackRule = {
  name: "cache-watermarks-fit-its-disks",
  pack: "quotas",
  title: "An XCache starts to purge before its disks are full, and stops before it is empty.",
  why: "An XCache whose high mark is beyond its disks fills them before it starts to purge. One whose low mark is not below the high one has nothing to purge.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Set pfc.diskusage to a low and a higher mark, as shares below 1 or as sizes below that of the disks.",
  frameworks: ["facility:Q-37"],
  scope: "stack",
  check: (objects, on) => {
    const attempt = attemptOf(on);
    const workloads = grouped(stackWorkloads(objects, undefined, attempt), ({ object }) => object.namespace);
    for (const object of objects.filter((each) => is(each, "v1", "ConfigMap")))
      on(object).attempt(() => {
        for (const [, field] of object.root.at("data").entries()) {
          const [, low = "", high] = WATERMARKS.exec(field.text() ?? "") ?? [];
          if (high === undefined) continue;
          const disks = diskOf(object, workloads.get(object.namespace) ?? [], attempt);
          const [from, to] = [markOf(low, disks, field), markOf(high, disks, field)];
          on(object).compared(field, {
            subject: `high mark ${high} of pfc.diskusage`,
            resource: "disk of a cache",
            unit: "bytes",
            need: to,
            have: disks,
          });
          on(object).compared(field, {
            subject: `low mark ${low} of pfc.diskusage`,
            resource: "up to the high mark",
            unit: "bytes",
            need: from,
            have: to - 1n,
          });
        }
      });
  },
};

/** Bytes of the volumes of one pod that mounts the configuration, among the workloads of its namespace. */
function diskOf(config: KubernetesObject, workloads: readonly StackWorkload[], attempt: Attempt): bigint {
  return claimsOf([], usersOf(workloads).get(config.name) ?? [], attempt).reduce((sum, claim) => sum + claim.bytes, 0n);
}

/** The workloads that mount each ConfigMap, by its name. */
const usersOf = memoize((workloads: readonly StackWorkload[]) => {
  const mounted = workloads.flatMap((workload) => {
    const names = workload.pod.spec
      .at("volumes")
      .items()
      .map((volume) => volume.at("configMap", "name").text());
    return [...new Set(names)].map((name) => ({ name, workload }));
  });
  const users = grouped(mounted, ({ name }) => name);
  return new Map([...users].map(([name, all]) => [name, all.map(({ workload }) => workload)]));
});

/**
 * Bytes that a mark stands for. Sizes of XRootD are powers of 2, so that `1t` is 2^40 bytes
 * (https://github.com/xrootd/xrootd/blob/v5.7.0/src/XrdOuc/XrdOuca2x.cc).
 * @throws {Undetermined} for text that is neither a share nor a size.
 */
function markOf(text: string, disks: bigint, field: Field): bigint {
  if (/^[01]?\.\d+$|^[01]$/.test(text)) return multiplied(disks, Number(text), "down");
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([kmgt])?$/i.exec(text) ?? [];
  if (amount === undefined) throw new Undetermined(field.path, `has the mark ${text}, which is neither a share nor a size`);
  return bytes(unit === undefined ? amount : `${amount}${unit.toUpperCase()}i`);
}
