import assert from "node:assert/strict";
import { nameOf } from "#af/components/tenancy/settings";
import { routesNameTheirOwnHosts as rule } from "#af/policies/security/routes-name-their-own-hosts";
import { readSite } from "#af/stacks/site/read";
import { neverSilent, SITE, verdictOn } from "../expect";
import type { Data } from "../manifests";

const UNL = SITE;
const HUB = nameOf(UNL.tenancy, "hub");
const STORE = nameOf(UNL.tenancy, "rook");

const route = (kind: string, namespace: string, match: unknown): Data => ({
  apiVersion: "traefik.io/v1alpha1",
  kind,
  metadata: { name: "route", namespace },
  spec: { entryPoints: ["websecure"], routes: [{ match }] },
});
const ingress = (namespace: string, spec: Data): Data => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "route", namespace },
  spec,
});
const paths = { http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "program", port: { number: 80 } } } }] } };

describe("routes-name-their-own-hosts", () => {
  const said = (object: Data, site = UNL) => {
    const { findings, checked } = verdictOn([object], [rule], site);
    return findings.map(({ path, message }) => `${path} ${message}`).join() || (checked[rule.name] ?? 0);
  };

  it("accepts a user's name below the domain, one label deep, and no other", () => {
    const tcp = (host: string) => said(route("IngressRouteTCP", HUB, `HostSNI(\`${host}\`)`));
    assert.equal(tcp("jane.dask.coffea.casa"), 1);
    for (const host of ["*", "dask.coffea.casa", "a.b.dask.coffea.casa", "jane.daskxcoffea.casa", "jane.example.org", UNL.hub.host])
      assert.match(String(tcp(host)), /^spec\.routes\[0\]\.match is HostSNI\(.*; allowed: .*one name below dask\.coffea\.casa/, host);
  });

  it("accepts a service's own host with its paths, and nothing beside it", () => {
    const http = (match: string) => said(route("IngressRoute", STORE, match));
    assert.equal(http("Host(`s3.coffea.casa`)"), 1);
    assert.equal(http("Host(`s3.coffea.casa`) && PathPrefix(`/bucket`)"), 1);
    for (const match of ["Host(`s3.coffea.casa`) || Host(`hub.example.org`)", "Host(`s3.coffea.casa`, `x.org`)", "HostRegexp(`.+`)", ""])
      assert.match(String(http(match)), /; allowed: s3\.coffea\.casa$/, match);
  });

  it("judges Ingresses and Routes of OpenShift alike", () => {
    const own = { rules: [{ host: "s3.coffea.casa", ...paths }] };
    assert.equal(said(ingress(STORE, own)), 1);
    assert.match(String(said(ingress(STORE, { rules: [{ host: "other.org", ...paths }] }))), /^spec\.rules\[0\]\.host asks for other\.org/);
    assert.match(String(said(ingress(STORE, { rules: [paths] }))), /asks for any host/);
    const otherwise = { defaultBackend: { service: { name: "program", port: { number: 80 } } } };
    assert.match(String(said(ingress(STORE, otherwise))), /^spec\.defaultBackend takes every host/);
    const fnal = readSite("fnal");
    const openshift = (spec: Data): Data => ({
      apiVersion: "route.openshift.io/v1",
      kind: "Route",
      metadata: { name: "route", namespace: nameOf(fnal.tenancy, "hub") },
      spec: { to: { kind: "Service", name: "program" }, ...spec },
    });
    assert.equal(said(openshift({ host: fnal.hub.host }), fnal), 1);
    assert.match(String(said(openshift({ host: "other.org" }), fnal)), /^spec\.host asks for other\.org/);
    assert.match(String(said(openshift({ host: fnal.hub.host, wildcardPolicy: "Subdomain" }), fnal)), /^spec\.wildcardPolicy is Subdomain/);
  });

  it("accepts what Dask Gateway makes for its own Traefik", () => {
    const fnal = readSite("fnal");
    const namespace = nameOf(fnal.tenancy, "hub");
    const gateway = (kind: string, match: string) => said(route(kind, namespace, match), fnal);
    const cluster = "0f".repeat(16);
    assert.equal(gateway("IngressRoute", "PathPrefix(`/services/dask-gateway`)"), 1);
    assert.equal(gateway("IngressRoute", `PathPrefix(\`/services/dask-gateway/clusters/${namespace}.${cluster}/\`)`), 1);
    assert.equal(gateway("IngressRouteTCP", `HostSNI(\`daskgateway-${namespace}.${cluster}\`)`), 1);
    for (const match of ["PathPrefix(`/`)", "PathPrefix(`/services/dask-gateway/clusters/other.x/`)", "HostSNI(`daskgateway-other.x`)"])
      assert.match(String(gateway("IngressRoute", match)), /allowed: /, match);
  });

  it("leaves namespaces alone that are not the facility's, and allows no route where no service has a name", () => {
    for (const foreign of ["somebody", "constructor"]) assert.equal(said(route("IngressRoute", foreign, "Host(`any.example.org`)")), 0);
    const batch = nameOf(UNL.tenancy, "batch");
    assert.match(String(said(route("IngressRoute", batch, "Host(`any.example.org`)"))), /allowed: no route in this namespace$/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, route("IngressRoute", STORE, "Host(`s3.coffea.casa`)"), ["spec", "routes", 0, "match"], 1);
    neverSilent(rule, ingress(STORE, { rules: [{ host: "s3.coffea.casa", ...paths }] }), ["spec", "rules", 0, "host"], 1);
  });
});
