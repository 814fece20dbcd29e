import assert from "node:assert/strict";
import { hubLoginIsTheSites as rule } from "#af/policies/security/hub-login-is-the-sites";
import { parseSite } from "#af/stacks/site/parse";
import { partsOf } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";
import { neverSilent, saidBy, SITE, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { HUB_EXAMPLES, siteLogin } from "./hub-examples";

const [release = {}] = HUB_EXAMPLES[rule.name]?.accepted ?? [];
const HUB = ["spec", "values", "hub"] as const;
const CILOGON = [...HUB, "config", "CILogonOAuthenticator"] as const;
const said = (at: readonly string[], value: unknown, of: Data = release) => saidBy(rule, [changed(of, at, value)]);

/** A value of the same type. */
function otherThan(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as readonly unknown[]), "more"];
  switch (typeof value) {
    case "boolean":
      return !value;
    case "number":
      return value + 1;
    default:
      return typeof value === "string" ? "other" : {};
  }
}

describe("hub-login-is-the-sites", () => {
  it("accepts what the facility makes of the login of each site, and a list in another order", () => {
    for (const name of SITES) {
      const site = readSite(name);
      const { config, code } = siteLogin(site);
      const own = changed(changed(release, [...HUB, "config"], config), [...HUB, "extraConfig"], { "10-groups": code });
      const { findings, checked } = verdictOn([own], [rule], site);
      assert.deepEqual([findings, checked[rule.name]], [[], 1], name);
    }
    const { scope = [] } = siteLogin(SITE).config["CILogonOAuthenticator"] as { readonly scope?: readonly string[] };
    assert.deepEqual(said([...CILOGON, "scope"], [...scope].reverse()), []);
    assert.deepEqual(said([...HUB, "extraConfig", "20-more"], "c.JupyterHub.shutdown_on_logout = True"), []);
    assert.deepEqual(said([...HUB, "config", "KubeSpawner"], { slug_scheme: "safe" }), []);
  });

  it("accepts all of the hub's values that the facility makes, with a check and without one, whether the hub asks the provider again or not", () => {
    for (const name of SITES)
      for (const offlineAccess of [true, false])
        for (const check of [undefined, { file: "/store/test/known" }]) {
          const config = spoilt(spoilt(siteConfig(name), ["hub", "login", "offlineAccess"], offlineAccess), ["hub", "check"], check);
          const site = parseSite(config, "a test");
          const { values } = partsOf(site).hub.hub.releases["chart"] ?? assert.fail(name);
          const plain = JSON.parse(JSON.stringify(values)) as Data;
          assert.deepEqual(
            saidBy(rule, [changed(release, ["spec", "values"], plain)], site),
            [],
            `${name} ${offlineAccess} ${check?.file}`,
          );
        }
  });

  it("refuses each setting of the login that is another one or left out, and says what the site file says", () => {
    for (const [name, settings] of Object.entries(siteLogin(SITE).config))
      for (const [key, value] of Object.entries(settings)) {
        const at = [...HUB, "config", name, key];
        const other = otherThan(value);
        const allowed = `allowed: ${JSON.stringify(value)}, by the site file`;
        assert.deepEqual(said(at, other), [`is another; ${allowed}`], key);
        // No administrators are none, whether an empty list says so or nothing.
        const isEmpty = Array.isArray(value) && value.length === 0;
        assert.deepEqual(said(at, undefined), isEmpty ? [] : [`is left out; ${allowed}`], key);
      }
  });

  it("refuses a list of the same length with another name in it, and another claim of an identity provider", () => {
    const { allowed_groups: groups, idps } = siteLogin(SITE).config["CILogonOAuthenticator"] as {
      readonly allowed_groups: readonly string[];
      readonly idps: Readonly<Record<string, unknown>>;
    };
    assert.equal(said([...CILOGON, "allowed_groups"], ["other", ...groups.slice(1)]).length, 1);
    const [provider = assert.fail()] = Object.keys(idps);
    assert.equal(said([...CILOGON, "idps", provider, "username_derivation", "username_claim"], "nickname").length, 1);
    assert.equal(said([...CILOGON, "idps"], { ...idps, "https://idp.example.org": {} }).length, 1);
    assert.equal(said([...CILOGON, "idps"], { "https://idp.example.org": idps[provider] }).length, 1);
  });

  it("refuses a setting of the login in another class, and code that can change who logs in", () => {
    assert.deepEqual(said([...HUB, "config", "OAuthenticator"], { admin_groups: ["/cms"], client_id: "x" }), [
      "says it for another class, OAuthenticator; allowed: JupyterHub, Authenticator, CILogonOAuthenticator",
    ]);
    for (const code of [
      "c.Authenticator.allow_all = True",
      "c.JupyterHub.authenticator_class = 'dummy'",
      "get_config().X.admin_users = {'me'}",
      `${siteLogin(SITE).code}\n`,
    ])
      assert.deepEqual(said([...HUB, "extraConfig", "20-more"], code), [
        "is code that can change who logs in; allowed: the code that the facility makes of the site file",
      ]);
  });

  it("is about the hub's chart alone, with all of its login", () => {
    assert.deepEqual(verdictOn([changed(release, ["spec", "chart"], "traefik")], [rule]).checked[rule.name] ?? 0, 0);
    const settings = Object.values(siteLogin(SITE).config).flatMap((each) => Object.values(each));
    const full = settings.filter((each) => !Array.isArray(each) || each.length > 0);
    assert.equal(said([...HUB, "config"], undefined).length, full.length);
  });

  it("is never silent about what it cannot read", () => {
    for (const at of [["extraConfig"], ["extraConfig", "10-groups"], ["config"], ["config", "Other"]])
      neverSilent(rule, release, [...HUB, ...at], 1);
    neverSilent(rule, release, [...CILOGON, "oauth_callback_url"], 1);
    neverSilent(rule, release, [...CILOGON, "allowed_groups"], "all");
    neverSilent(rule, release, [...CILOGON, "manage_groups"], "yes");
  });
});
