import assert from "node:assert/strict";
import { hostNamesAreUnique } from "#af/policies/quotas/host-names-are-unique";
import { saidBy } from "../expect";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MATCH = ["spec", "routes", 0, "match"] as const;

function route(name: string, match: string): Data {
  return {
    apiVersion: "traefik.io/v1alpha1",
    kind: "IngressRoute",
    metadata: { name, namespace: "work" },
    spec: { entryPoints: ["websecure"], routes: [{ kind: "Rule", match }] },
  };
}

export const cases: RuleCases = {
  rule: hostNamesAreUnique,
  passes: [route("one", "Host(`one.example.org`)"), route("two", "Host(`two.example.org`)")],
  refused: [
    {
      of: 1,
      at: MATCH,
      value: "Host(`one.example.org`)",
      path: "spec.routes[0].match",
      message: /^one\.example\.org on websecure is already routed by IngressRoute work\/one$/,
    },
    { of: 1, at: MATCH, value: 'Host("two.example.org", "One.example.org")', path: "spec.routes[0].match", message: /^one\.example\.org/ },
    { of: 1, at: MATCH, value: "HostSNI(`one.example.org`)", path: "spec.routes[0].match", message: /^one\.example\.org/ },
  ],
  unknown: [
    { of: 1, at: MATCH, wrong: 1 },
    { of: 1, at: ["spec", "entryPoints"], wrong: "all" },
  ],
};

describeCases(cases);

describe("host-names-are-unique, over every kind of route", () => {
  const said = (...objects: readonly Data[]) => saidBy(hostNamesAreUnique, objects);
  const tcp = (name: string, match: string): Data => ({ ...route(name, match), kind: "IngressRouteTCP" });
  const ingress = (name: string, ...rules: readonly (readonly [host: string | undefined, ...paths: (string | undefined)[]])[]): Data => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "work" },
    spec: {
      rules: rules.map(([host, ...paths]) => ({ ...(host !== undefined && { host }), http: { paths: paths.map((path) => ({ path })) } })),
    },
  });

  it("reads the hosts and paths of an Ingress, which is on the secure entry point", () => {
    const one = ingress("one", ["one.example.org", "/", "/api"]);
    const taken = (rest: string) => `one.example.org${rest} on websecure is already routed by Ingress work/one`;
    assert.deepEqual(said(one), []);
    assert.deepEqual(said(one, ingress("two", ["two.example.org", "/", "/api"])), []);
    assert.deepEqual(said(one, ingress("two", ["one.example.org", "/other", "/api"])), [taken("/api")]);
    assert.deepEqual(said(one, ingress("two", ["two.example.org", "/"], ["one.example.org", "/"])), [taken("/")]);
    const all = ingress("one", [undefined, "/"]);
    assert.deepEqual(said(all, ingress("two", [undefined, "/"])), ["*/ on websecure is already routed by Ingress work/one"]);
    assert.deepEqual(said(all, ingress("two", [undefined, "/a"])), []);
    const bare = ingress("one", ["one.example.org", undefined]);
    assert.deepEqual(said(bare, route("two", "Host(`one.example.org`)")), [taken("")]);
  });

  it("compares what routes share beside the host, however it is spaced", () => {
    const host = "Host(`one.example.org`)";
    const other = (match: string) => said(route("one", `${host} && PathPrefix(\`/a\`)`), route("two", match));
    const taken = ["one.example.orgPathPrefix(`/a`) on websecure is already routed by IngressRoute work/one"];
    assert.deepEqual(other(`${host} && PathPrefix(\`/b\`)`), []);
    assert.deepEqual(other(host), []);
    for (const match of [`${host}&&PathPrefix(\`/a\`)`, `PathPrefix(\`/a\`) && ${host}`, `${host}  &&  PathPrefix(\`/a\`)`])
      assert.deepEqual(other(match), taken, match);
    const three = (space: string) => `${host} && PathPrefix(\`/a\`)${space}&&${space}Method(\`GET\`)`;
    assert.deepEqual(said(route("one", three(" ")), route("two", three(""))), [
      "one.example.orgPathPrefix(`/a`) Method(`GET`) on websecure is already routed by IngressRoute work/one",
    ]);
  });

  it("compares routes by HTTP with those by SNI, and each entry point by itself", () => {
    assert.deepEqual(said(route("one", "Host(`one.example.org`)"), tcp("two", "HostSNI(`one.example.org`)")), [
      "one.example.org on websecure is already routed by IngressRoute work/one",
    ]);
    const other = changed(tcp("two", "HostSNI(`one.example.org`)"), ["spec", "entryPoints"], ["xrootd"]);
    assert.deepEqual(said(route("one", "Host(`one.example.org`)"), other), []);
    assert.deepEqual(said(other, { ...other, kind: "Middleware" }, { ...other, apiVersion: "example.org/v1" }), []);
  });
});
