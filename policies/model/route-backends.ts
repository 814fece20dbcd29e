import type { Field } from "./field";
import { is, type KubernetesObject } from "./objects";

/** A Service to which a route leads. */
export interface Backend {
  /** Where the route names it. */
  readonly field: Field;
  readonly namespace: string;
  readonly name: string;
  /** Number or name of the Service's port, as the route gives it; undefined if it gives none. */
  readonly port: number | string | undefined;
}

/**
 * A port as Services and routes write it: its number or its name; undefined if it is left out.
 * @throws {Undetermined | Malformed} if it is not known, or is neither.
 */
export function portIn(field: Field): number | string | undefined {
  return typeof field.raw() === "number" ? field.number() : field.text();
}

/**
 * The Services to which a route from outside leads, or what a route may lead to in between: a `TraefikService`, or the page of errors of a
 * `Middleware` (https://github.com/traefik/traefik/blob/v3.7.13/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml).
 * None for an object that is no route.
 */
export function backendsOf(object: KubernetesObject): readonly Backend[] {
  const spec = object.root.at("spec");
  const backend = (field: Field, port: Field): Backend => ({
    field,
    namespace: field.at("namespace").text() ?? object.namespace,
    name: field.at("name").text() ?? "",
    port: portIn(port),
  });
  if (is(object, "networking.k8s.io/v1", "Ingress")) {
    const paths = spec
      .at("rules")
      .items()
      .flatMap((rule) => rule.at("http", "paths").items());
    return [spec.at("defaultBackend"), ...paths.map((path) => path.at("backend"))]
      .map((each) => each.at("service"))
      .filter(({ given }) => given)
      .map((service) => backend(service, service.at("port", "number").given ? service.at("port", "number") : service.at("port", "name")));
  }
  if (["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"].some((kind) => is(object, "traefik.io/*", kind)))
    return spec
      .at("routes")
      .items()
      .flatMap((route) => route.at("services").items())
      .map((service) => backend(service, service.at("port")));
  if (is(object, "traefik.io/*", "TraefikService")) {
    const [mirroring, failover] = [spec.at("mirroring"), spec.at("failover")];
    const weighed = ["weighted", "highestRandomWeight"].flatMap((how) => spec.at(how, "services").items());
    return [...weighed, mirroring, ...mirroring.at("mirrors").items(), failover.at("service"), failover.at("fallback")]
      .filter(({ given }) => given)
      .map((service) => backend(service, service.at("port")));
  }
  if (is(object, "traefik.io/*", "Middleware"))
    return [spec.at("errors", "service")].filter(({ given }) => given).map((service) => backend(service, service.at("port")));
  if (is(object, "route.openshift.io/*", "Route"))
    return [spec.at("to"), ...spec.at("alternateBackends").items()]
      .filter(({ given }) => given)
      .map((service) => backend(service, spec.at("port", "targetPort")));
  if (["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].some((kind) => is(object, "gateway.networking.k8s.io/*", kind)))
    return spec
      .at("rules")
      .items()
      .flatMap((rule) => rule.at("backendRefs").items())
      .map((service) => backend(service, service.at("port")));
  return [];
}
