import type { Workload } from "../workloads/workload";
import { claimSpec, loadBalancer, resources, statefulSet } from "../workloads/kit";
import { SERVICES } from "../platform/priority-classes";
import { SCHEDD_PORT } from "./schedd-config";
import type { DedicatedSchedd } from "./settings";

/** Labels of the access point's pod. */
export const SCHEDD_LABELS = { "app.kubernetes.io/name": "schedd" };

/** What the access point takes of its namespace. */
export function scheddWorkload(
  { image, cpu, memory, spool }: DedicatedSchedd,
  namespace: string,
  storageClass: string,
): readonly Workload[] {
  return [
    statefulSet({
      name: "schedd",
      namespace,
      containers: [{ name: "schedd", image, resources: resources(cpu, memory) }],
      pod: { priorityClassName: SERVICES },
      claims: { spool: claimSpec(spool, storageClass) },
    }),
    loadBalancer("schedd", namespace, { "shared-port": SCHEDD_PORT }, { selector: SCHEDD_LABELS }),
  ];
}
