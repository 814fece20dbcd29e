import assert from "node:assert/strict";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { HUB_CHECK_PLACES } from "#af/components/hub/check-files";
import { recordProgram } from "#af/stacks/record";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { declaredSecrets } from "#af/stacks/site/secrets";
import type { Site } from "#af/stacks/site/schema";
import { asRecord } from "../../stacks/written";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

/** A site with the check or, without a file, without it. */
function checked(config: Record<string, unknown>, file?: string): Site {
  return parseSite(spoilt(config, ["hub", "check"], file === undefined ? undefined : { file }), "a test");
}
const FILE = "/store/test/known";
const partOf = (site: Site) => partsOf(site).hub.check ?? assert.fail("no check");
const valuesOf = (site: Site) => partsOf(site).hub.hub.releases["chart"]?.values as JupyterHubValues;
const dataOf = (site: Site) => asRecord(asRecord(partOf(site).objects["config"])["data"]) as Readonly<Record<string, string>>;

describe("the job that does what a user does", () => {
  for (const name of SITES)
    it(`${name}: has its way to the address that users open, and no other`, () => {
      const site = checked(siteConfig(name), FILE);
      const { flows } = partOf(site);
      assert.equal(flows.length, 1);
      const [{ to, ports } = assert.fail()] = flows;
      const { hub } = site;
      const expected = hub.expose.kind === "address" ? ["proxy", 8443] : ["router", 443];
      assert.deepEqual([typeof to === "string" ? to : "name" in to ? to.name : "", ports[0]], expected);
      assert.ok(String((JSON.parse(dataOf(site)["check.json"] ?? "") as { url: string }).url).startsWith(`https://${hub.host}`));
    });

  it("may do what it does for its own user and for no other, as whom nobody logs in", () => {
    const { hub } = valuesOf(checked(siteConfig("unl"), FILE));
    assert.deepEqual(hub.loadRoles, {
      "hub-check": {
        services: ["hub-check"],
        scopes: ["admin:users!user=hub-check", "servers!user=hub-check", "access:servers!user=hub-check"],
      },
    });
    assert.deepEqual(hub.services, { "hub-check": { display: false } });
    assert.deepEqual(hub.config["Authenticator"]?.["blocked_users"], ["hub-check"]);
  });

  it("adds nothing to the hub of a site without it, and nothing that the provider is asked where it is not asked", async () => {
    const { hub } = valuesOf(checked(siteConfig("unl")));
    assert.deepEqual([hub.loadRoles, hub.services, hub.config["Authenticator"]?.["blocked_users"]], [undefined, undefined, undefined]);
    const asked = await settingsOfKind("hub.login: oidc");
    for (const offlineAccess of [true, false]) {
      const { extraConfig } = valuesOf(checked(spoilt(asked, ["hub", "login", "offlineAccess"], offlineAccess), FILE)).hub;
      assert.equal("40-hub-check" in extraConfig, offlineAccess);
    }
  });

  it("makes a cluster of the kind that the site has", async () => {
    const kinds = Object.keys(KINDS).filter((title) => title.startsWith("hub.dask"));
    assert.ok(kinds.length >= 2, kinds.join());
    const words = { sni: /labextension\.factory/, gateway: /dask_gateway/, none: /LocalCluster/ };
    for (const config of [siteConfig("unl"), ...(await Promise.all(kinds.map(settingsOfKind)))]) {
      const site = checked(config, FILE);
      const cell = dataOf(site)["dask.py"] ?? "";
      for (const [kind, word] of Object.entries(words)) assert.equal(word.test(cell), kind === site.hub.dask.kind, kind);
      assert.match(cell, /cluster\.scale\(2\)/);
    }
  });

  it("asks the operator for a token where servers are given one, and makes one for the hub", async () => {
    const unl = checked(siteConfig("unl"), FILE);
    const declared = (site: Site): boolean => declaredSecrets(site).some(({ name }) => name === "hubCheckToken");
    assert.ok(declared(unl));
    assert.ok(!declared(checked(siteConfig("unl"))));
    assert.ok(!declared(checked(siteConfig("fnal"), FILE)));
    const { resources } = await recordProgram(unl);
    const made = resources.filter(({ type, name }) => /^(kubernetes:core.*Secret|random:.*)$/.test(type) && name.startsWith("hub-check-"));
    assert.deepEqual(made.map(({ name }) => name).sort(), ["hub-check-token", "hub-check-tokens"]);
  });

  it("finds its files and tokens where it looks for them, and ends after all of its patience", () => {
    const site = checked(siteConfig("unl"), FILE);
    const job = asRecord(asRecord(asRecord(asRecord(partOf(site).objects["job"])["spec"])["jobTemplate"])["spec"]);
    const { containers, terminationGracePeriodSeconds } = asRecord(asRecord(job["template"])["spec"]) as {
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly { readonly image: string; readonly volumeMounts: readonly { name: string; mountPath: string }[] }[];
    };
    const at = Object.fromEntries(containers[0]?.volumeMounts.map(({ name, mountPath }) => [name, mountPath]) ?? []);
    assert.deepEqual(at, { config: HUB_CHECK_PLACES.files, tokens: HUB_CHECK_PLACES.tokens });
    const program = dataOf(site)["check.py"] ?? "";
    for (const place of Object.values(HUB_CHECK_PLACES)) assert.ok(program.includes(`"${place}"`), place);
    const given = JSON.parse(dataOf(site)["check.json"] ?? "") as { patience: Record<string, number>; cells: { file: string } };
    assert.equal(given.cells.file, FILE);
    const sum = Object.values(given.patience).reduce((all, seconds) => all + seconds, 0);
    assert.ok(Number(job["activeDeadlineSeconds"]) > sum, `${sum} s`);
    assert.ok((given.patience["spawn"] ?? 0) > valuesOf(site).singleuser.startTimeout, "the hub says first why a server does not start");
    const givesBack = [...program.matchAll(/account\.step\("(\w+)".*gives_back=True/g)].map(([, step = ""]) => given.patience[step] ?? NaN);
    assert.equal(givesBack.length, 2);
    assert.ok(
      terminationGracePeriodSeconds > givesBack.reduce((all, seconds) => all + seconds, 0),
      "a run that is told to end can give back",
    );
    for (const step of Object.keys(given.patience)) assert.ok(program.includes(`account.step("${step}"`), step);
  });

  it("has a home of its own beside those of registered users, and a server among those at once", () => {
    const [without, with_] = [checked(siteConfig("unl")), checked(siteConfig("unl"), FILE)].map((site) => partsOf(site).hub.hub.onRequest);
    assert.equal((with_?.claims[0]?.count ?? 0) - (without?.claims[0]?.count ?? 0), 1);
    assert.deepEqual(with_?.pods, without?.pods);
  });

  it("is watched by rules where the facility has a monitoring of its own", () => {
    const rules = partsOf(checked(siteConfig("unl"), FILE)).monitoring.stack?.objects["hub-check-rules"] ?? assert.fail("no rules");
    const text = JSON.stringify(rules);
    for (const name of ["HubCheckFailed", "HubCheckNotRun", "facility:hub_check:seconds"]) assert.ok(text.includes(name), name);
    assert.ok(text.includes('namespace=\\"cmsaf-prod\\"'));
    assert.equal(partsOf(checked(siteConfig("unl"))).monitoring.stack?.objects["hub-check-rules"], undefined);
  });
});
