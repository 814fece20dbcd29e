import assert from "node:assert/strict";
import * as path from "node:path";
import { chartAtHand } from "../../support/charts-at-hand";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { RunningHub } from "./running-hub";
import { PYTHON, subjectOf, type Subject } from "./subjects";

const LOGINS = Object.keys(KINDS).filter((title) => title.startsWith("hub.login: "));

describe("the real JupyterHub with the values of a site", function () {
  this.timeout(600_000);
  let environment: PythonEnvironment;
  before(async function () {
    environment = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
  });

  const chart = chartAtHand("jupyterhub");

  async function running(subject: Subject, dummy: boolean, use: (hub: RunningHub) => Promise<void>): Promise<void> {
    const hub = new RunningHub();
    try {
      await hub.start(environment, subject, { dummy, chart });
      await use(hub);
    } finally {
      await hub.stop();
    }
  }

  for (const title of [...SITES, ...LOGINS])
    it(`${title}: sends users to the site's provider, with what the provider needs to know`, async () => {
      const subject = subjectOf(title, SITES.includes(title) ? siteConfig(title) : await settingsOfKind(title));
      await running(subject, false, async (hub) => {
        const { status, location } = await hub.browser().open("hub/oauth_login");
        assert.equal(status, 302, hub.complaints().join("\n"));
        const { login } = subject.site.hub;
        const asked = new URL(location);
        const address = login.kind === "oidc" ? login.authorizeUrl : "https://cilogon.org/authorize";
        assert.equal(asked.origin + asked.pathname, address);
        assert.match(
          asked.searchParams.get("redirect_uri") ?? "",
          new RegExp(`^https://${subject.site.hub.host}(:\\d+)?/hub/oauth_callback$`),
        );
        assert.match(asked.searchParams.get("client_id") ?? "", /^a (OAUTH|CILOGON)_CLIENT_ID$/);
        assert.equal((asked.searchParams.get("scope") ?? "").split(" ").includes("offline_access"), login.offlineAccess);
        if (login.kind === "cilogon") assert.equal(asked.searchParams.get("selected_idp"), login.identityProviders.join());
      });
    });

  for (const site of SITES)
    it(`${site}: a user logs in, chooses a size, and the hub asks Kubernetes for that pod`, async () => {
      const subject = subjectOf(site, siteConfig(site));
      await running(subject, true, async (hub) => {
        const browser = hub.browser();
        await browser.open("hub/login");
        const login = await browser.open("hub/login", { username: "first.last@example.edu", password: "x" });
        assert.equal(login.status, 302, hub.complaints().join("\n"));
        const form = await browser.open("hub/spawn");
        assert.equal(form.status, 200, form.location);
        for (const { name } of subject.site.hub.profiles) assert.ok(form.text.includes(name), name);
        const slugs = [...form.text.matchAll(/value="([^"]+)"/g)].map(([, value]) => value ?? "");
        const last = subject.site.hub.profiles.at(-1) ?? assert.fail();
        const profile = slugs.find((slug) => slug === last.name.toLowerCase().replaceAll(" ", "-")) ?? assert.fail(slugs.join());
        const { status } = await browser.open("hub/spawn", { profile });
        assert.equal(status, 302);
        const pod = await hub.created("Pod");
        const { mem_limit: memory } = subject.hub.singleuser.profileList.at(-1)?.["kubespawner_override"] as { mem_limit: number };
        assert.match(JSON.stringify(pod), new RegExp(`"limits":\\{[^}]*"memory":"?${memory}\\b`));
        assert.match(JSON.stringify(await hub.created("PersistentVolumeClaim")), new RegExp(`"storage":"${subject.site.hub.homes.size}"`));
        // Where the hub has the hook, it gives the pod the token of the very login, which it keeps encrypted in its database.
        if (subject.site.hub.dask.kind === "sni") {
          const files = hub.cluster.objectsOf("Secret").flatMap(({ data }) => Object.entries(data as Record<string, string>));
          const [token = assert.fail("no token")] = files.flatMap(([name, text]) => (name === "access_token" ? [text] : []));
          assert.equal(Buffer.from(token, "base64").toString(), "the token of first.last@example.edu");
        }
      });
    });
});
