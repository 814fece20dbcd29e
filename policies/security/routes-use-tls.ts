import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import type { Judgement, ObjectRule } from "../model/rules";

/** Protocols of a listener that carry no TLS. */
const OPEN_PROTOCOLS = ["HTTP", "TCP"];

export const routesUseTls: ObjectRule = {
  name: "routes-use-tls",
  pack: "security",
  title: "Every route from outside speaks TLS.",
  why: "Users send tokens and cookies to what stands behind a route, and everybody on the way reads them where it has no TLS. A redirect belongs to the entry point, not to a route.",
  sources: ["https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Name a certificate for the host: tls with hosts and secretName, a termination of the Route, HTTPS for a listener.",
  frameworks: ["Kubescape:C-0263", "facility:NET-13"],
  scope: "object",
  check: (object, judgement) => {
    const check = checkOf(object);
    if (check === undefined) return;
    judgement.countChecked();
    judgement.attempt(() => check(object.root.at("spec"), judgement));
  },
};

function checkOf(object: KubernetesObject): ((spec: Field, judgement: Judgement) => void) | undefined {
  // A patch may leave out what the object in the cluster has.
  if (object.partial) return undefined;
  if (is(object, "networking.k8s.io/v1", "Ingress")) return checkIngress;
  if (["IngressRoute", "IngressRouteTCP"].some((kind) => is(object, "traefik.io/*", kind))) return checkTraefik;
  if (is(object, "route.openshift.io/*", "Route")) return checkRoute;
  return is(object, "gateway.networking.k8s.io/*", "Gateway") ? checkGateway : undefined;
}

function checkIngress(spec: Field, judgement: Judgement): void {
  const secured = spec.at("tls").items();
  // An entry without hosts is for all of them (https://github.com/kubernetes/api/blob/v0.34.0/networking/v1/types.go).
  const hosts = secured.flatMap((entry) => {
    const named = entry.at("hosts").items();
    return named.length === 0 ? ["*"] : named.map((host) => host.text() ?? "");
  });
  for (const rule of spec.at("rules").items())
    judgement.attempt(() => {
      const host = rule.at("host").text() ?? "";
      if (!hosts.some((each) => each === "*" || each === host || isBelow(host, each)))
        judgement.violation(rule, `${host || "every host"} has no TLS; allowed: hosts that spec.tls names`);
    });
  const otherwise = spec.at("defaultBackend");
  if (otherwise.given && secured.length === 0) judgement.violation(otherwise, "every host has no TLS; allowed: hosts that spec.tls names");
}

/** True for one label below a wildcard, as certificates have it. */
function isBelow(host: string, wildcard: string): boolean {
  return wildcard.startsWith("*.") && host.includes(".") && host.slice(host.indexOf(".")) === wildcard.slice(1);
}

function checkTraefik(spec: Field, judgement: Judgement): void {
  const tls = spec.at("tls");
  if (!tls.given) judgement.violation(tls, "the route has no TLS; allowed: tls with a certificate, or passthrough", "no TLS");
}

function checkRoute(spec: Field, judgement: Judgement): void {
  const termination = spec.at("tls", "termination");
  if ((termination.text() ?? "") === "") {
    judgement.violation(termination, "the route has no TLS; allowed: edge, reencrypt, passthrough");
    return;
  }
  const insecure = spec.at("tls", "insecureEdgeTerminationPolicy");
  if (insecure.text() === "Allow") judgement.violation(insecure, "is Allow, which serves without TLS too; allowed: None, Redirect");
}

function checkGateway(spec: Field, judgement: Judgement): void {
  for (const listener of spec.at("listeners").items())
    judgement.attempt(() => {
      const protocol = listener.at("protocol");
      if (OPEN_PROTOCOLS.includes(protocol.text() ?? ""))
        judgement.violation(protocol, `the listener speaks ${protocol.text() ?? ""}; allowed: HTTPS, TLS`);
    });
}
