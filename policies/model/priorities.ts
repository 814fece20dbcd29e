import { Undetermined, type Field } from "./field";
import { is, type KubernetesObject } from "./objects";

/** Priorities of the classes that every cluster has (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/scheduling/v1/helpers.go). */
const BUILT_IN: Readonly<Record<string, number>> = { "system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000 };

/** The priority classes that the stack makes, and those that every cluster has. */
export interface PriorityClasses {
  /** Priority of each class, by name. */
  readonly values: ReadonlyMap<string, number>;
  /** Priority of pods that name no class. */
  readonly otherwise: number;
}

/** Reads the priority classes of the stack. */
export function priorityClasses(objects: readonly KubernetesObject[]): PriorityClasses {
  const own = objects.filter(isPriorityClass);
  const values = new Map(Object.entries(BUILT_IN));
  for (const { name, root } of own) values.set(name, root.at("value").number() ?? 0);
  const chosen = own.filter(({ root }) => root.at("globalDefault").boolean() === true).map(({ name }) => values.get(name) ?? 0);
  // If several classes are the default, the API server uses the one with the lowest value.
  return { values, otherwise: chosen.length === 0 ? 0 : Math.min(...chosen) };
}

/** True for a PriorityClass. */
export function isPriorityClass(object: KubernetesObject): boolean {
  return is(object, "scheduling.k8s.io/v1", "PriorityClass");
}

/**
 * The priority that a pod gets from the class that it names.
 * @throws {Undetermined} for a class that the stack does not make.
 */
export function priorityOf(className: Field, { values, otherwise }: PriorityClasses): number {
  const name = className.text();
  if (name === undefined || name === "") return otherwise;
  const value = values.get(name);
  if (value === undefined) throw new Undetermined(className.path, `names the priority class ${name}, which the stack does not make`);
  return value;
}
