import { is, type KubernetesObject } from "./objects";

/** A namespace of the stack with all objects that are in it. */
export interface NamespaceContents {
  readonly namespace: KubernetesObject;
  readonly members: readonly KubernetesObject[];
}

/** The namespaces that the stack itself makes. Who made the others decides about their quotas and policies. */
export function namespaceContents(objects: readonly KubernetesObject[]): readonly NamespaceContents[] {
  const members = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    if (object.namespace === "") continue;
    const list = members.get(object.namespace);
    if (list) list.push(object);
    else members.set(object.namespace, [object]);
  }
  return objects
    .filter((object) => is(object, "v1", "Namespace") && !object.partial)
    .map((namespace) => ({ namespace, members: members.get(namespace.name) ?? [] }));
}
