import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadSite } from "#af/stacks/load-site";
import { commandFor, declaredSecrets } from "#af/stacks/site/secrets";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../support/site-config";

describe("loading the site that the engine hands over", () => {
  const [name = ""] = SITES;
  const config = siteConfig(name);
  const secrets = declaredSecrets(parseSite(config, name));
  const given = Object.fromEntries(secrets.map((secret) => [secret.name, `value of ${secret.name}`]));

  const engine = async (settings: Record<string, unknown>) => {
    await pulumi.runtime.setMocks(
      { newResource: ({ name: id, inputs }) => ({ id, state: inputs as object }), call: () => ({}) },
      "af",
      name,
    );
    pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(settings).map(([key, value]) => [`af:${key}`, JSON.stringify(value)])), [
      "af:secrets",
    ]);
  };

  it("reads the settings and wraps every secret", async () => {
    await engine({ ...config, secrets: given });
    const loaded = loadSite();
    assert.equal(loaded.site.site.name, name);
    const [first] = secrets;
    assert.ok(first);
    const output = loaded.secrets(first.name);
    assert.equal(await pulumi.isSecret(output), true);
    assert.equal(await new Promise((resolve) => output.apply(resolve)), given[first.name]);
  });

  it("reads dates and times that are written without quotes, which the engine passes on as Go prints them", async () => {
    const freeze = (from: string, until: string) => [{ from, until, because: "a conference" }];
    const written = freeze("2026-12-18T17:00:00-06:00", "2027-01-04T08:00:00Z");
    await engine({
      ...config,
      freeze: freeze("2026-12-18 17:00:00 -0600 CST", "2027-01-04 08:00:00 +0000 UTC"),
      approvals: [
        {
          change: "delete",
          object: "ConfigMap default/a",
          owner: "an office",
          reason: "nobody reads it any more",
          ticket: "https://tickets.example.edu/1",
          until: "2027-06-30 00:00:00 +0000 UTC",
        },
      ],
      secrets: given,
    });
    const { freeze: read, approvals } = loadSite().site;
    assert.deepEqual(read, written);
    assert.deepEqual(
      approvals.map(({ until }) => until),
      ["2027-06-30"],
    );
  });

  it("lists every missing secret with the command that sets it, and no stack trace", async () => {
    await engine(config);
    assert.throws(
      () => loadSite(),
      (error) => pulumi.RunError.isInstance(error) && secrets.every((secret) => error.message.includes(commandFor(secret, name))),
    );
  });

  it("refuses a secret that nobody reads", async () => {
    await engine({ ...config, secrets: { ...given, hubClientSercet: "x" } });
    assert.throws(() => loadSite(), /af:secrets\.hubClientSercet: no service of this site reads it/);
  });

  it("reports problems of the settings as the engine's user error", async () => {
    await engine({ ...config, hub: {} });
    assert.throws(
      () => loadSite(),
      (error) => pulumi.RunError.isInstance(error) && /af:hub\.host/.test(error.message) && error.stack === error.message,
    );
  });

  it("does not hand out what is not declared", async () => {
    await engine({ ...config, secrets: given });
    assert.throws(() => loadSite().secrets("other"), /used but not declared/);
  });
});
