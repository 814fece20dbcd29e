import { ownRoutes } from "../../components/admission/parts";
import type { OwnRoutes } from "../../components/admission/routes";
import type { OwnRoute } from "../../components/own-routes";
import { nameOf } from "../../components/tenancy/settings";
import { allParts } from "../../stacks/site/parts";
import type { Site } from "../../stacks/site/schema";
import type { Field } from "../model/field";
import { memoize } from "../../capacity/memoize";
import { is, type KubernetesObject } from "../model/objects";
import type { Judgement, SiteRule } from "../model/rules";

/** The cluster's own admission holds the same for the routes that are made at run time. */
export const routesNameTheirOwnHosts: SiteRule = {
  name: "routes-name-their-own-hosts",
  pack: "security",
  title: "A route of a namespace asks only for hosts that the site gives the services there.",
  why: "Traefik and the router of OpenShift take a route from any namespace, so a route for the host of another service takes that service's traffic.",
  sources: ["https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Name one host of the service, written as in the site file; a wildcard or a pattern takes hosts of others too.",
  frameworks: ["facility:F-05"],
  scope: "site",
  check: (objects, site, on) => {
    const own = ownRoutesOf(site);
    for (const object of objects) {
      const routes = own.get(object.namespace);
      if (routes) on(object).attempt(() => checkRoutes(object, routes, on(object)));
    }
  },
};

const ownRoutesOf = memoize((site: Site): OwnRoutes => ownRoutes(allParts(site), (role) => nameOf(site.tenancy, role)));

function checkRoutes(object: KubernetesObject, routes: readonly OwnRoute[], judgement: Judgement): void {
  const spec = object.root.at("spec");
  const allowed = (says: readonly string[]) => says.join(", ") || "no route in this namespace";
  const hosts = routes.flatMap(({ host }) => host ?? []);
  const checkHost = (field: Field): void => {
    judgement.countChecked();
    const host = field.text() ?? "";
    if (!hosts.includes(host)) judgement.violation(field, `asks for ${host || "any host"}; allowed: ${allowed(hosts)}`);
  };
  if (is(object, "networking.k8s.io/v1", "Ingress")) {
    for (const rule of spec.at("rules").items()) judgement.attempt(() => checkHost(rule.at("host")));
    const otherwise = spec.at("defaultBackend");
    if (otherwise.given) judgement.violation(otherwise, `takes every host; allowed: ${allowed(hosts)}`);
  } else if (is(object, "route.openshift.io/v1", "Route")) {
    checkHost(spec.at("host"));
    const wildcard = spec.at("wildcardPolicy");
    if ((wildcard.text() ?? "None") !== "None") judgement.violation(wildcard, `is ${wildcard.text() ?? ""}; allowed: None`);
  } else if (["IngressRoute", "IngressRouteTCP"].some((kind) => is(object, "traefik.io/*", kind)))
    for (const route of spec.at("routes").items())
      judgement.attempt(() => {
        judgement.countChecked();
        const match = route.at("match");
        const text = match.text() ?? "";
        if (!routes.some(({ rule }) => new RegExp(rule).test(text)))
          judgement.violation(match, `is ${text || "left out"}; allowed: ${allowed(routes.map(({ says }) => says))}`);
      });
}
