import assert from "node:assert/strict";
import type { TraefikValues } from "#af/components/charts/traefik";
import type { Manifest } from "#af/components/manifest";
import { ownGatewayRoutes, ownHost, ownNamesBelow } from "#af/components/own-routes";
import { part } from "#af/components/parts";
import { NAMED_ROLES, watchedRoles } from "#af/components/platform/watched-roles";
import { ROLES } from "#af/components/tenancy/roles";
import { nameOf } from "#af/components/tenancy/settings";
import { recordProgram } from "#af/stacks/record";
import { allParts, partsOf, rolesOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { asRecord } from "../../stacks/written";

/** What Traefik is told of namespaces at a site; undefined where the site has none. */
function toldAt(site: Site): TraefikValues["providers"] | undefined {
  return (partsOf(site).platform.traefik?.releases["chart"]?.values as TraefikValues | undefined)?.providers;
}

/** Objects of the site by namespace. */
function objectsAt(site: Site): readonly (Manifest & Readonly<Record<string, unknown>>)[] {
  return allParts(site).flatMap(({ objects }) => Object.values(objects) as readonly (Manifest & Readonly<Record<string, unknown>>)[]);
}

/** Namespaces in which Traefik has to find routes, by the objects alone: those with a route, and those in which a program may make some. */
function routedAt(site: Site): readonly string[] {
  return objectsAt(site).flatMap((object) => {
    const rules = object.kind === "Role" ? (object["rules"] as readonly { readonly apiGroups: readonly string[] }[]) : [];
    const isRoute = object.apiVersion.startsWith("traefik.io/") || rules.some(({ apiGroups }) => apiGroups.includes("traefik.io"));
    return isRoute ? [object.metadata.namespace ?? ""] : [];
  });
}

/** Namespaces with certificates, for each of which its issuer may have to make an Ingress. */
function certifiedAt(site: Site): readonly string[] {
  return objectsAt(site).flatMap(({ kind, metadata }) => (kind === "Certificate" ? [metadata.namespace ?? ""] : []));
}

async function everySite(): Promise<readonly (readonly [name: string, site: Site])[]> {
  const kinds = Object.keys(KINDS).map(async (title) => [title, await settingsOfKind(title)] as const);
  const configs = [...SITES.map((name) => [name, siteConfig(name)] as const), ...(await Promise.all(kinds))];
  return configs.map(([name, config]) => [name, parseSite(config, name)] as const);
}

describe("the namespaces that Traefik watches", function () {
  this.timeout(60_000);

  it("are, at every site and every kind of site, its own and all with a route, and no others", async () => {
    let seen = 0;
    for (const [name, site] of await everySite()) {
      const told = toldAt(site);
      if (told === undefined) continue;
      seen++;
      const { namespaces } = told.kubernetesCRD;
      const own = nameOf(site.tenancy, "traefik");
      for (const place of [own, ...routedAt(site)]) assert.ok(namespaces.includes(place), `${name}: ${place} has a route`);
      for (const place of namespaces)
        assert.ok([own, ...routedAt(site), ...certifiedAt(site)].includes(place), `${name}: ${place} has no route`);
      assert.deepEqual(told.kubernetesIngress.namespaces, namespaces, "a challenge is answered beside the route");
      const roles = rolesOf(site);
      const known = ["traefik" as const, ...NAMED_ROLES].filter((role) => roles.includes(role)).map((role) => nameOf(site.tenancy, role));
      for (const place of namespaces) assert.ok(known.includes(place), `${name}: the rights in ${place} are no exception of the rules`);
    }
    assert.ok(seen > 20, `${seen} sites with Traefik`);
  });

  it("follow the names that the site gives them", () => {
    const config = SITES.map(siteConfig).find((each) => toldAt(parseSite(each, "a test")) !== undefined) ?? assert.fail();
    const before = toldAt(parseSite(config, "a test"))?.kubernetesCRD.namespaces ?? [];
    for (const role of ["traefik", ...NAMED_ROLES]) {
      const renamed = toldAt(parseSite(spoilt(config, ["tenancy", "names", role], "renamed"), "a test"))?.kubernetesCRD.namespaces ?? [];
      assert.equal(renamed.length, before.length);
      assert.equal(renamed.filter((name) => !before.includes(name)).join(), "renamed");
    }
  });

  it("are those of every role that has a route for this Traefik, and of none whose routes another proxy reads", () => {
    for (const role of ROLES) {
      for (const route of [ownHost("www.example.edu"), ownNamesBelow("example.edu")])
        assert.deepEqual([...watchedRoles([part(role, { routes: [route] })])].sort(), [...new Set(["traefik", role])].sort());
      assert.deepEqual(watchedRoles([part(role), part(role, { routes: ownGatewayRoutes("/gateway", "hub") })]), ["traefik"]);
    }
  });

  for (const name of SITES)
    it(`are there before Traefik at ${name}, for its chart makes a role in each`, async () => {
      const site = readSite(name);
      const told = toldAt(site);
      if (told === undefined) return;
      const { resources } = await recordProgram(site);
      const traefik = resources.find(({ type }) => type === "af:platform:Traefik") ?? assert.fail();
      const before = resources.flatMap(({ type, urn, inputs }) =>
        type === "kubernetes:core/v1:Namespace" && traefik.options.dependsOn.includes(urn) ? [asRecord(inputs["metadata"])["name"]] : [],
      );
      assert.deepEqual([...before].sort(), [...told.kubernetesCRD.namespaces].sort());
    });
});
