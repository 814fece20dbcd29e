import { ROLE_FACTS, ROLES, type Role } from "../../components/tenancy/roles";
import { is, type KubernetesObject } from "./objects";

/** The role of a namespace in the facility; undefined for namespaces without a role and for other objects. */
export function roleOf(object: KubernetesObject): Role | undefined {
  if (!is(object, "v1", "Namespace")) return undefined;
  const role = object.root.at("metadata", "labels", "analysis-facility/role").text();
  return ROLES.find((known) => known === role);
}

/** The role of each namespace of the stack, by name of the namespace. */
export function namespaceRoles(objects: readonly KubernetesObject[]): ReadonlyMap<string, Role> {
  return new Map(
    objects.flatMap((object) => {
      const role = roleOf(object);
      return role === undefined ? [] : [[object.name, role] as const];
    }),
  );
}

/** True for a role in whose namespace users' own code runs. */
export function isTenant(role: Role | undefined): boolean {
  return role !== undefined && ROLE_FACTS[role].runsUserCode === true;
}
