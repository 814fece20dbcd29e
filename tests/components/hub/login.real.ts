import assert from "node:assert/strict";
import * as path from "node:path";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";
import { PYTHON, subjectOf } from "./subjects";

interface Asked {
  readonly logins: readonly unknown[];
  readonly later: readonly unknown[];
  readonly asks: { readonly every: number; readonly "before a start": boolean };
  readonly scope: readonly string[];
  readonly days: number;
}

type Settings = Readonly<Record<string, unknown>>;

const REFUSED = { status: 403 };

describe("a login, decided by the real authenticator", function () {
  this.timeout(600_000);
  let hub: PythonEnvironment;
  before(async function () {
    hub = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
  });

  /** What the authenticator of a kind of login, with some settings changed, makes of claims. */
  async function ask(kind: string, settings: Settings, claims: readonly object[]): Promise<Asked> {
    const config = Object.entries(settings).reduce(
      (tree, [name, value]) => spoilt(tree, ["hub", "login", name], value),
      await settingsOfKind(`hub.login: ${kind}`),
    );
    return (await hub.ask(path.join(PYTHON, "claims.py"), { values: subjectOf(kind, config).hub, claims })) as Asked;
  }

  /** A claim of groups in every shape, and the groups of a user who has it. */
  const shapes: readonly (readonly [what: string, groups: unknown, read: readonly string[]])[] = [
    ["a list", ["/cms", "/other"], ["/cms", "/other"]],
    ["a list without the group", ["/other"], []],
    ["one text", "/cms", ["/cms"]],
    ["one text, another group", "/cms-else", []],
    ["an empty list", [], []],
    ["an empty text", "", []],
    ["null", null, []],
    ["missing", undefined, []],
    ["a number", 7, []],
    ["an object", { "/cms": true }, []],
    ["a list with what is no group", [null, 3, "/cms"], ["/cms"]],
  ];

  const logins: Readonly<
    Record<string, { readonly settings: Settings; readonly claims: (groups: unknown) => object; readonly name: string }>
  > = {
    cilogon: {
      settings: { identityProviders: ["https://idp.example.edu", "urn:mace:incommon:example.edu"] },
      claims: (groups) => ({ idp: "urn:mace:incommon:example.edu", email: "a@example.edu", isMemberOf: groups }),
      name: "a@example.edu",
    },
    oidc: { settings: {}, claims: (groups) => ({ preferred_username: "a", groups }), name: "a" },
    "oidc, a claim with a dot in its name": {
      settings: { groupsClaim: "wlcg.groups", scopes: ["wlcg", "wlcg.groups"] },
      claims: (groups) => ({ preferred_username: "a", "wlcg.groups": groups }),
      name: "a",
    },
    "oidc, a claim within another": {
      settings: { groupsClaim: "realm_access.roles" },
      claims: (groups) => ({ preferred_username: "a", realm_access: { roles: groups } }),
      name: "a",
    },
  };

  for (const [title, { settings, claims, name }] of Object.entries(logins)) {
    it(`${title}: admits members, whatever the shape of the claim, and nobody else`, async () => {
      const kind = title.split(",")[0] ?? title;
      const { logins: made } = await ask(
        kind,
        settings,
        shapes.map(([, groups]) => claims(groups)),
      );
      const expected = shapes.map(([what, , groups]) => [what, groups.length === 0 ? REFUSED : { name, groups, admin: null }]);
      assert.deepEqual(
        made.map((each, index) => [shapes[index]?.[0], each]),
        expected,
      );
    });
  }

  it("cilogon: refuses a provider that the site does not list, and says which claim names the user", async () => {
    const settings = { identityProviders: ["urn:mace:incommon:example.edu"], usernameClaim: "eppn" };
    const claims = ["urn:mace:incommon:example.edu", "urn:mace:incommon:other.edu"].map((idp) => ({
      idp,
      eppn: "b@x.edu",
      isMemberOf: "/cms",
    }));
    const { logins: made } = await ask("cilogon", settings, claims);
    assert.deepEqual(made, [{ name: "b@x.edu", groups: ["/cms"], admin: null }, REFUSED]);
  });

  it("administrators are the members of their groups, of a claim of any shape", async () => {
    const groups = ["/cms/admins", ["/cms/admins"], "/cms"];
    const { logins: made } = await ask(
      "oidc",
      { adminGroups: ["/cms/admins"] },
      groups.map((each) => ({ preferred_username: "a", groups: each })),
    );
    assert.deepEqual(
      made.map((each) => (each as { admin: unknown }).admin),
      [true, true, false],
    );
  });

  for (const kind of ["cilogon", "oidc"])
    it(`${kind}: asks again with a refresh token, and never where the provider gives none`, async () => {
      const claims = [{ idp: "https://idp.example.edu", email: "a@x.edu", preferred_username: "a", isMemberOf: "/cms", groups: "/cms" }];
      const offline = await ask(kind, { offlineAccess: true }, claims);
      assert.deepEqual(offline.asks, { every: 3600, "before a start": true });
      assert.ok(offline.scope.includes("offline_access"));
      assert.deepEqual(offline.later, [["/cms"], "logged out"]);
      const online = await ask(kind, { offlineAccess: false }, claims);
      assert.deepEqual(online.asks, { every: 0, "before a start": false });
      assert.ok(!online.scope.includes("offline_access"));
      assert.deepEqual([offline.days, online.days], [14, 1]);
    });
});
