import { candidates } from "../../capacity/placement";
import { bytes, larger } from "../../capacity/quantity";
import { EPHEMERAL, schedulableHosts } from "../../components/nodes/schedulable";
import { packFacility } from "../capacity/pack-facility";
import { Undetermined, type Field } from "../model/field";
import { amountText } from "../model/figures";
import { WHOLE_STACK } from "../model/objects";
import type { PodTemplate } from "../model/pods";
import type { SiteRule } from "../model/rules";
import { attemptOf, stackWorkloads } from "../model/workloads";

export const ephemeralStorageFitsTheHosts: SiteRule = {
  name: "ephemeral-storage-fits-the-hosts",
  pack: "quotas",
  title: "Every host has the ephemeral storage that the pods which may run there ask for, and that their emptyDirs may hold.",
  why: "A host whose disk is full evicts pods. The scheduler counts requests of ephemeral storage, not what emptyDirs may hold, so each pod must fit on the smallest host that may take it.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Lower requests of ephemeral-storage or the sizeLimit of an emptyDir, raise the container's limit to what they may hold, or use a claim.",
  frameworks: ["facility:Q-37"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    const workloads = stackWorkloads(objects, hosts, attemptOf(on));
    if (workloads.length === 0) return;
    const unsaid = Object.entries(site.nodes).flatMap(([pool, { capacity }]) => (capacity.ephemeral === undefined ? [pool] : []));
    const judgement = on(WHOLE_STACK);
    for (const pool of unsaid)
      judgement.attempt(() => {
        throw new Undetermined(`af:nodes.${pool}.capacity.ephemeral`, "is not given");
      });
    let need = packFacility(objects, site).onDemand.reduce(
      (sum, { pod: { requests, count } }) => sum + (requests[EPHEMERAL] ?? 0n) * BigInt(count),
      0n,
    );
    for (const { object, pod, placement, amounts, scale } of workloads)
      on(object).attempt(() => {
        const held = heldBy(pod);
        const [asked = 0n, limit] = [amounts.requests[EPHEMERAL], amounts.limits[EPHEMERAL]];
        if (held > 0n && limit !== undefined)
          on(object).compared(
            pod.spec.at("volumes"),
            { subject: `the emptyDirs of ${object.name}`, resource: `limit of ${EPHEMERAL}`, unit: "bytes", need: held, have: limit },
            `emptyDirs may hold ${amountText("bytes", held)}, and the kubelet evicts the pod once it has more than ${amountText("bytes", limit)} of ${EPHEMERAL}, its limit`,
          );
        const most = larger(held, asked);
        need += most * BigInt(scale.pods + scale.surge);
        const [smallest] = candidates(placement, hosts)
          .flatMap(({ allocatable }) => allocatable[EPHEMERAL] ?? [])
          .sort(ascending);
        if (most > 0n && smallest !== undefined && unsaid.length === 0)
          on(object).compared(pod.spec, {
            subject: `a pod of ${object.name}, on the smallest host that may take it,`,
            resource: EPHEMERAL,
            unit: "bytes",
            need: most,
            have: smallest,
          });
      });
    if (unsaid.length === 0)
      judgement.compared(WHOLE_STACK.root, {
        subject: "the stack with its users",
        resource: `${EPHEMERAL} of all hosts`,
        unit: "bytes",
        need,
        have: hosts.reduce((sum, { allocatable }) => sum + (allocatable[EPHEMERAL] ?? 0n), 0n),
      });
  },
};

/** Bytes that the emptyDirs of a pod may hold on disk. One without sizeLimit counts as 0: the limits of the containers bound it. */
function heldBy({ spec }: PodTemplate): bigint {
  return spec
    .at("volumes")
    .items()
    .map((volume) => volume.at("emptyDir"))
    .filter((directory) => directory.given && isOnDisk(directory))
    .reduce((sum, directory) => sum + bytes(directory.at("sizeLimit").quantity() ?? "0"), 0n);
}

/** True if an emptyDir is on the disk of the host: the media `Memory` and huge pages are not. */
function isOnDisk(directory: Field): boolean {
  return (directory.at("medium").text() ?? "") === "";
}

function ascending(a: bigint, b: bigint): number {
  return Number(a - b);
}
