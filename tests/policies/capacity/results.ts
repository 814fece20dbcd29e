import type { PackHost, PackPod } from "#af/capacity/packing/model";
import type { PodVerdict } from "#af/capacity/packing/prove";
import { packFacility, type PackFacility, type PlatformPods } from "#af/policies/capacity/pack-facility";
import { objectsOf } from "#af/policies/model/objects";
import { SITE } from "../expect";
import { changed, workload, type Data } from "../manifests";

/** Objects on the hosts of the site, as the packer reads them. */
export const facilityOf = (...objects: readonly Data[]) =>
  packFacility(
    objects.flatMap((object) => objectsOf(object)),
    SITE,
  );

/** A facility of these hosts, whose platform is the workloads with a surge; users bring the others. */
export function facility(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  surges: Readonly<Record<string, number>> = {},
): PackFacility {
  const platform = pods
    .filter(({ name }) => Object.hasOwn(surges, name))
    .map((each) => ({ pod: each, surge: surges[each.name] ?? 0 }) as PlatformPods);
  return { hosts: hosts as PackFacility["hosts"], platform, onDemand: [], pods, budgets: [], unread: [] };
}

/** What a proof might say of a workload: one of its pods waits, unless something else is given. */
export function verdict(name: string, more: Partial<PodVerdict> = {}, count = 3): PodVerdict {
  const pod = { namespace: "work", name, count, requests: {}, labels: { app: "rook-ceph-mon" } };
  return { pod, verdict: "does not fit", grounds: {} as PodVerdict["grounds"], waiting: 1, refusals: [], message: "no room", ...more };
}

/** A workload of which each pod fills one of the four largest hosts. */
export function filling(name: string, replicas: number, kind: "Deployment" | "StatefulSet" = "StatefulSet"): Data {
  const large = changed(workload(kind), ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "20");
  return changed(changed(large, ["metadata", "name"], name), ["spec", "replicas"], replicas);
}
