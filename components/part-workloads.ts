import { operandsOf } from "./charts/catalogue";
import type { Manifest } from "./manifest";
import type { Part } from "./parts";
import { isWorkload, type Workload } from "./workloads/workload";

/**
 * Everything that the given parts run in one namespace: workloads of their charts, their own, and those that an operator makes of their
 * custom resources.
 * @param namespace the namespace's name.
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
