import { operatorOf } from "../components/charts/catalogue";
import { groupOf } from "../components/manifest";
import { ROLE_FACTS, ROLES, type Role } from "../components/tenancy/roles";
import { nameOf } from "../components/tenancy/settings";
import { allParts } from "../stacks/site/parts";
import type { Site } from "../stacks/site/schema";
import { memoize } from "../capacity/memoize";
import type { Origin } from "./model/objects";

/** What a facility makes, as far as standing exceptions are bound to it. A stranger's namespace or release earns none, whatever its labels and names say. */
export interface FacilityMade {
  /** True if the namespace of that role has this name. */
  readonly isNamespaceOf: (role: string, name: string) => boolean;
  /** The name of each role's namespace, by role. */
  readonly names: Readonly<Record<Role, string>>;
  /** True if the facility has the release, or the custom resource, in that namespace; in any, if the namespace is undefined. */
  readonly installs: (origin: Origin, namespace: string | undefined) => boolean;
}

/** What a site's facility makes. */
export const facilityMade = memoize((site: Site): FacilityMade => {
  const made = new Set<string>();
  for (const { role, releases, objects } of allParts(site)) {
    if (role === undefined) continue;
    const namespace = nameOf(site.tenancy, role);
    for (const { chart, release } of Object.values(releases))
      for (const place of [namespace, ""]) made.add(keyOf(chart.name, place, release));
    for (const { apiVersion, metadata } of Object.values(objects)) {
      const operator = operatorOf(groupOf(apiVersion));
      if (operator) made.add(keyOf(operator.name, namespace, metadata.name ?? ""));
    }
  }
  return {
    isNamespaceOf: (role, name) => isRole(role) && nameOf(site.tenancy, role) === name,
    names: namesBy((role) => nameOf(site.tenancy, role)),
    installs: ({ chart, release }, namespace = "") => made.has(keyOf(chart, namespace, release)),
  };
});

/** What is known of a facility without its site file: the names that its namespaces have unless the file renames them. */
export const UNNAMED_FACILITY: FacilityMade = {
  isNamespaceOf: (role, name) => isRole(role) && ROLE_FACTS[role].namespace === name,
  names: namesBy((role) => ROLE_FACTS[role].namespace),
  installs: () => true,
};

function namesBy(name: (role: Role) => string): Readonly<Record<Role, string>> {
  return Object.fromEntries(ROLES.map((role) => [role, name(role)])) as Record<Role, string>;
}

function isRole(role: string): role is Role {
  return ROLES.some((each) => each === role);
}

function keyOf(chart: string, namespace: string, release: string): string {
  return `${chart}/${namespace}/${release}`;
}
