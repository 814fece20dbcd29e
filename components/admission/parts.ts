import { part, type ConcernParts, type Part } from "../parts";
import type { Kubernetes } from "../site/settings";
import { ROLE_FACTS, ROLES, type Role } from "../tenancy/roles";
import { defaultClassPolicies, namespacePolicy, servicePolicy } from "./cluster";
import { podPolicies } from "./pods";
import { policyManifests, policyName, type AdmissionPolicy } from "./policy";
import { routePolicies, type OwnRoutes } from "./routes";

/** The part of the cluster's admission. */
export interface AdmissionParts extends ConcernParts {
  readonly admission: Part;
}

/** What the policies take from the rest of the site. */
export interface AdmissionFacts {
  readonly kubernetes: Kubernetes["kind"];
  readonly namespaceOf: (role: Role) => string;
  /** Where the images of a role's namespace come from: folders of a registry, which end in `/`, and repositories. */
  readonly imagesOf: (role: Role) => readonly string[];
  /** The parts of all other concerns. */
  readonly others: readonly Part[];
}

/** The part of the cluster's admission: a policy for each rule and each kind of objects, and its binding. */
export function admissionParts(facts: AdmissionFacts): AdmissionParts {
  return {
    admission: part(undefined, {
      objects: Object.fromEntries(
        admissionPolicies(facts).flatMap((policy) => {
          const [own, binding] = policyManifests(policy);
          const key = policyName(policy).replace("facility-", "");
          return [
            [key, own],
            [`${key}-binding`, binding],
          ];
        }),
      ),
    }),
  };
}

/** The rules of the packs that the API server holds too, for what is made at run time. */
export function admissionPolicies({ kubernetes, namespaceOf, imagesOf, others }: AdmissionFacts): readonly AdmissionPolicy[] {
  const roles = ROLES.filter((role) => others.some((each) => each.role === role));
  const namesOf = (holds: (role: Role) => boolean) => roles.filter(holds).map(namespaceOf);
  const all = namesOf(() => true);
  const privileged = namesOf((role) => ROLE_FACTS[role].podSecurity === "privileged");
  return [
    ...podPolicies({
      levelled: all.filter((name) => !privileged.includes(name)),
      userCode: Object.fromEntries(
        roles.filter((role) => ROLE_FACTS[role].runsUserCode).map((role) => [namespaceOf(role), imagesOf(role)]),
      ),
    }),
    namespacePolicy(all, privileged),
    ...routePolicies(ownRoutes(others, namespaceOf), kubernetes === "okd"),
    servicePolicy(all),
    ...defaultClassPolicies(),
  ];
}

/** The hosts that routes of each namespace of the facility may ask for. */
export function ownRoutes(parts: readonly Part[], namespaceOf: (role: Role) => string): OwnRoutes {
  const own = new Map<string, Part["routes"]>();
  for (const { role, routes } of parts) {
    if (role === undefined) continue;
    const name = namespaceOf(role);
    own.set(name, [...(own.get(name) ?? []), ...routes]);
  }
  return own;
}
