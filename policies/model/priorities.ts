import { Undetermined, type Field } from "./field";
import { is, type KubernetesObject } from "./objects";

/** Classes that every cluster has (kubernetes/kubernetes, pkg/apis/scheduling/helpers.go). */
const BUILT_IN: Readonly<Record<string, number>> = { "system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000 };

/** The priority classes of the cluster, as far as the stack makes them. */
export interface PriorityClasses {
  readonly values: ReadonlyMap<string, number>;
  /** Of pods that name none. */
  readonly otherwise: number;
}

export function priorityClasses(objects: readonly KubernetesObject[]): PriorityClasses {
  const own = objects.filter(isPriorityClass);
  const values = new Map(Object.entries(BUILT_IN));
  for (const { name, root } of own) values.set(name, root.at("value").number() ?? 0);
  const chosen = own.filter(({ root }) => root.at("globalDefault").boolean() === true).map(({ name }) => values.get(name) ?? 0);
  // Of several the API server takes the lowest.
  return { values, otherwise: chosen.length === 0 ? 0 : Math.min(...chosen) };
}

export function isPriorityClass(object: KubernetesObject): boolean {
  return is(object, "scheduling.k8s.io/v1", "PriorityClass");
}

/** @throws {Undetermined} for a class that the stack does not make. */
export function priorityOf(className: Field, { values, otherwise }: PriorityClasses): number {
  const name = className.text();
  if (name === undefined || name === "") return otherwise;
  const value = values.get(name);
  if (value === undefined) throw new Undetermined(className.path, `names the priority class ${name}, which the stack does not make`);
  return value;
}
