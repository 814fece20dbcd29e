import assert from "node:assert/strict";
import { routesUseTls as rule } from "#af/policies/security/routes-use-tls";
import { neverSilent, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";

const object = (apiVersion: string, kind: string, spec: Data): Data => ({
  apiVersion,
  kind,
  metadata: { name: "route", namespace: "work" },
  spec,
});
const INGRESS = object("networking.k8s.io/v1", "Ingress", {
  rules: [{ host: "www.example.org" }],
  tls: [{ hosts: ["www.example.org"], secretName: "www-tls" }],
});
const TRAEFIK = object("traefik.io/v1alpha1", "IngressRouteTCP", { routes: [], tls: { passthrough: true } });
const ROUTE = object("route.openshift.io/v1", "Route", { host: "www.example.org", tls: { termination: "edge" } });
const GATEWAY = object("gateway.networking.k8s.io/v1", "Gateway", { listeners: [{ name: "web", port: 443, protocol: "HTTPS" }] });

describe("routes-use-tls", () => {
  const said = (found: Data) => verdictOn([found], [rule]).findings.map(({ path, message }) => `${path}: ${message}`);

  it("accepts routes with TLS, written in each way", () => {
    const accepted = [
      ...[INGRESS, TRAEFIK, ROUTE, GATEWAY],
      changed(INGRESS, ["spec", "tls", 0, "hosts"], ["*.example.org"]),
      changed(INGRESS, ["spec", "tls", 0, "hosts"], undefined),
      changed(TRAEFIK, ["spec", "tls"], {}),
      changed(ROUTE, ["spec", "tls", "insecureEdgeTerminationPolicy"], "Redirect"),
      changed(GATEWAY, ["spec", "listeners", 0, "protocol"], "TLS"),
    ];
    for (const each of accepted) {
      assert.deepEqual(said(each), []);
      assert.deepEqual(verdictOn([each], [rule]).checked, { [rule.name]: 1 });
    }
  });

  it("refuses the same without it, one field apart", () => {
    assert.deepEqual(said(changed(INGRESS, ["spec", "tls"], undefined)), [
      "spec.rules[0]: www.example.org has no TLS; allowed: hosts that spec.tls names",
    ]);
    assert.deepEqual(said(changed(INGRESS, ["spec", "tls", 0, "hosts", 0], "other.example.org")).length, 1);
    assert.deepEqual(said(changed(INGRESS, ["spec", "rules", 0, "host"], "a.www.example.org")).length, 1);
    assert.match(said(changed(INGRESS, ["spec", "rules", 0, "host"], undefined)).join(), /^spec\.rules\[0\]: every host has no TLS/);
    assert.deepEqual(said(object("networking.k8s.io/v1", "Ingress", { defaultBackend: { service: { name: "program" } } })), [
      "spec.defaultBackend: every host has no TLS; allowed: hosts that spec.tls names",
    ]);
    assert.match(
      said(changed(TRAEFIK, ["spec", "tls"], undefined)).join(),
      /^spec\.tls: the route has no TLS; allowed: tls with a certificate/,
    );
    assert.match(said(changed(ROUTE, ["spec", "tls"], undefined)).join(), /^spec\.tls\.termination: the route has no TLS; allowed: edge/);
    const both = changed(ROUTE, ["spec", "tls", "insecureEdgeTerminationPolicy"], "Allow");
    assert.match(said(both).join(), /^spec\.tls\.insecureEdgeTerminationPolicy: is Allow, which serves without TLS too/);
    for (const protocol of ["HTTP", "TCP"])
      assert.deepEqual(said(changed(GATEWAY, ["spec", "listeners", 0, "protocol"], protocol)), [
        `spec.listeners[0].protocol: the listener speaks ${protocol}; allowed: HTTPS, TLS`,
      ]);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, INGRESS, ["spec", "tls"], {});
    neverSilent(rule, INGRESS, ["spec", "tls", 0, "hosts", 0], 1);
    neverSilent(rule, INGRESS, ["spec", "rules", 0, "host"], 1);
    neverSilent(rule, TRAEFIK, ["spec"], "none");
    neverSilent(rule, ROUTE, ["spec", "tls", "termination"], 1);
    neverSilent(rule, GATEWAY, ["spec", "listeners", 0, "protocol"], 1);
  });
});
