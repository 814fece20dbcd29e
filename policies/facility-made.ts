import { operatorOf } from "../components/charts/catalogue";
import { groupOf } from "../components/manifest";
import { ROLE_FACTS, ROLES, type Role } from "../components/tenancy/roles";
import { nameOf } from "../components/tenancy/settings";
import { allParts } from "../stacks/site/parts";
import type { Site } from "../stacks/site/schema";
import { memoize } from "./model/memoize";
import type { Origin } from "./model/objects";

/** What a facility makes, as far as standing exceptions are bound to it. A stranger's namespace or release earns none, whatever its labels and names say. */
export interface FacilityMade {
  /** True if the namespace of that role has this name. */
  readonly isNamespaceOf: (role: string, name: string) => boolean;
  /** True if the facility has the release, or the custom resource, in that namespace. */
  readonly installs: (origin: Origin, namespace: string) => boolean;
}

/** What a site's facility makes. */
export const facilityMade = memoize((site: Site): FacilityMade => {
  const made = new Set<string>();
  for (const { role, releases, objects } of allParts(site)) {
    if (role === undefined) continue;
    const namespace = nameOf(site.tenancy, role);
    for (const { chart, release } of Object.values(releases)) made.add(keyOf(chart.name, namespace, release));
    for (const { apiVersion, metadata } of Object.values(objects)) {
      const operator = operatorOf(groupOf(apiVersion));
      if (operator) made.add(keyOf(operator.name, namespace, metadata.name ?? ""));
    }
  }
  return {
    isNamespaceOf: (role, name) => isRole(role) && nameOf(site.tenancy, role) === name,
    installs: ({ chart, release }, namespace) => made.has(keyOf(chart, namespace, release)),
  };
});

/** What is known of a facility without its site file: the names that its namespaces have unless the file renames them. */
export const UNNAMED_FACILITY: FacilityMade = {
  isNamespaceOf: (role, name) => isRole(role) && ROLE_FACTS[role].namespace === name,
  installs: () => true,
};

function isRole(role: string): role is Role {
  return ROLES.some((each) => each === role);
}

function keyOf(...names: readonly string[]): string {
  return names.join("/");
}
