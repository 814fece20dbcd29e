import type { Field } from "../model/field";
import { objectName, type StackRule } from "../model/rules";
import { is, type KubernetesObject } from "../model/objects";

/** A host name that a route asks for. */
interface RoutedHost {
  readonly field: Field;
  readonly entryPoint: string;
  readonly host: string;
  /** The rest of the rule, such as the path: routes that differ in it share a host. */
  readonly rest: string;
}

export const hostNamesAreUnique: StackRule = {
  name: "host-names-are-unique",
  pack: "quotas",
  title: "No two routes ask for the same host and path on an entry point, by HTTP or by SNI.",
  why: "Of two routes for the same host and path Traefik serves the one with the longer rule, or either. The routes that the hub makes for users are in a domain of their own.",
  sources: ["https://doc.traefik.io/traefik/routing/routers/#priority"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Give each service a host name of its own: of two routes for one name, Traefik serves whichever it likes.",
  frameworks: ["facility:Q-43"],
  scope: "stack",
  check: (objects, on) => {
    const taken = new Map<string, KubernetesObject>();
    for (const object of objects) {
      const judgement = on(object);
      judgement.attempt(() => {
        for (const { field, entryPoint, host, rest } of routedHosts(object)) {
          judgement.countChecked();
          const key = `${entryPoint} ${host} ${rest}`;
          const other = taken.get(key);
          if (other) judgement.violation(field, `${host}${rest} on ${entryPoint} is already routed by ${objectName(other)}`);
          else taken.set(key, object);
        }
      });
    }
  },
};

function routedHosts(object: KubernetesObject): readonly RoutedHost[] {
  const spec = object.root.at("spec");
  if (is(object, "networking.k8s.io/v1", "Ingress")) {
    return spec
      .at("rules")
      .items()
      .flatMap((rule) => {
        const paths = rule.at("http", "paths").items();
        const host = rule.at("host").text() ?? "*";
        return paths.map((path) => ({ field: rule, entryPoint: "websecure", host, rest: path.at("path").text() ?? "" }));
      });
  }
  if (!["IngressRoute", "IngressRouteTCP"].some((kind) => is(object, "traefik.io/*", kind))) return [];
  const entryPoints = spec
    .at("entryPoints")
    .items()
    .map((entry) => entry.text() ?? "");
  return spec
    .at("routes")
    .items()
    .flatMap((route) => {
      const field = route.at("match");
      const match = field.text() ?? "";
      const hosts = [...match.matchAll(/\bHost(?:SNI)?\(([^)]*)\)/g)].flatMap(([, list = ""]) => [...list.matchAll(/[`"]([^`"]+)[`"]/g)]);
      const rest = match
        .replace(/\bHost(?:SNI)?\([^)]*\)/g, "")
        .replace(/\s*(&&|\|\|)\s*/g, " ")
        .trim();
      return entryPoints.flatMap((entryPoint) => hosts.map(([, host = ""]) => ({ field, entryPoint, host: host.toLowerCase(), rest })));
    });
}
