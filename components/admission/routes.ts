import type { OwnRoute } from "../own-routes";
import { namespacesNamed, quoted, quotedList, type AdmissionPolicy } from "./policy";

/** The hosts that routes of each namespace may ask for; a namespace without any has an empty list. */
export type OwnRoutes = ReadonlyMap<string, readonly OwnRoute[]>;

/**
 * Routes of a namespace ask for the namespace's own hosts. The hub and Dask Gateway make routes for users, and whoever may make one could else take the
 * traffic of another service.
 * @param router true if the cluster has routes of OpenShift.
 */
export function routePolicies(own: OwnRoutes, router: boolean): readonly AdmissionPolicy[] {
  const namespaces = [...own.keys()].sort();
  const byNamespace = (of: (route: OwnRoute) => string | undefined): string =>
    `{${namespaces.map((name) => `${quoted(name)}: ${quotedList((own.get(name) ?? []).flatMap((route) => of(route) ?? []))}`).join(", ")}}[?request.namespace].orValue([])`;
  const policy = (of: string, told: Pick<AdmissionPolicy, "apiGroup" | "apiVersion" | "resources" | "faults">, key: "host" | "rule") => ({
    rule: "routes-name-their-own-hosts",
    of,
    ...told,
    changed: (object: string) => `${object}.spec`,
    variables: { own: byNamespace((route) => route[key]), says: byNamespace((route) => (key === "host" ? route.host : route.says)) },
    allowed: '(variables.says.size() == 0 ? "no route in this namespace" : variables.says.join(", "))',
    namespaces: { matchExpressions: [namespacesNamed(namespaces)] },
  });
  return [
    policy(
      "ingresses",
      {
        ...{ apiGroup: "networking.k8s.io", apiVersion: "v1", resources: ["ingresses"] },
        faults: [
          'object.spec.?rules.orValue([]).filter(r, !(r.?host.orValue("") in variables.own)).map(r, "spec.rules[].host is " + r.?host.orValue("any host"))',
          '(has(object.spec.defaultBackend) ? ["spec.defaultBackend takes every host"] : [])',
        ],
      },
      "host",
    ),
    policy(
      "traefik",
      {
        ...{ apiGroup: "traefik.io", apiVersion: "v1alpha1", resources: ["ingressroutes", "ingressroutetcps"] },
        faults: ['object.spec.routes.filter(r, !variables.own.exists(o, r.match.matches(o))).map(r, "spec.routes[].match is " + r.match)'],
      },
      "rule",
    ),
    ...(router
      ? [
          policy(
            "openshift",
            {
              ...{ apiGroup: "route.openshift.io", apiVersion: "v1", resources: ["routes"] },
              faults: [
                '(object.spec.?host.orValue("") in variables.own ? [] : ["spec.host is " + object.spec.?host.orValue("left to the router")])',
                '(object.spec.?wildcardPolicy.orValue("None") == "None" ? [] : ["spec.wildcardPolicy is " + object.spec.wildcardPolicy])',
              ],
            },
            "host",
          ),
        ]
      : []),
  ];
}
