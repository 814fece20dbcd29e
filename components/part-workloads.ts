import { operandsOf } from "./charts/catalogue";
import type { Manifest } from "./manifest";
import type { Part } from "./parts";
import { isWorkload, type Workload } from "./workloads/workload";

/**
 * Lists all workloads of the given parts in one namespace: those of their charts, those that they hold as objects, and those that an
 * operator makes of their custom resources.
 * @param namespace name of that namespace.
 */
export function workloadsOfParts(parts: readonly Part[], namespace: string): readonly Workload[] {
  const objects: readonly Manifest[] = parts.flatMap((told) => Object.values(told.objects));
  return [
    ...parts.flatMap(({ releases }) =>
      Object.values(releases).flatMap(({ chart, release, values }) => chart.workloads({ name: release, namespace, values })),
    ),
    ...objects.flatMap((object) => (isWorkload(object) ? [object] : operandsOf(object, objects))),
  ];
}
