import assert from "node:assert/strict";
import * as path from "node:path";
import type { V1ConfigMap } from "@kubernetes/client-node";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { siteConfig } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import { settingsOfKind } from "../../support/site-kinds";

const PYTHON = path.join(__dirname, "python");

interface Read {
  readonly url?: string;
  readonly cache?: string;
  readonly file?: string;
  readonly failed?: string;
}

describe("the file of ServiceX' client, read by the client", function () {
  this.timeout(900_000);
  let environment: PythonEnvironment;
  before(async function () {
    if (process.getuid?.() !== 0) skipped(this, "only root can be the user whom the cluster assigns");
    environment = await pythonEnvironment(this, path.join(PYTHON, "client.txt"));
  });

  /** The file of a site, and where its users' servers are told in the environment that ServiceX is. */
  function told(config: Record<string, unknown>): { readonly file: string; readonly host: string | undefined } {
    const { objects, releases } = partsOf(parseSite(config, "a test")).hub.hub;
    const values = releases["chart"]?.values as JupyterHubValues;
    const { data = {} } = objects["servicex-client"] as V1ConfigMap;
    return { file: data["servicex.yaml"] ?? assert.fail("no file"), host: values.singleuser.extraEnv["SERVICEX_HOST"] };
  }
  const read = (file: string, own?: { readonly name: string; readonly text: string }): Promise<Read> =>
    environment.ask(path.join(PYTHON, "client_reads.py"), { file, own }) as Promise<Read>;

  for (const [title, config] of [
    ["unl", () => Promise.resolve(siteConfig("unl"))],
    ...["oidc", "internal"].map((kind) => [kind, () => settingsOfKind(`servicex(servicex).auth: ${kind}`)] as const),
  ] as readonly (readonly [string, () => Promise<Record<string, unknown>>])[])
    it(`${title}: leads to the site's ServiceX from any folder of the home, also for a user without a name`, async () => {
      const { file, host } = told(await config());
      assert.match(host ?? "", /^https?:\/\/\S+$/);
      assert.deepEqual(await read(file), { url: host, cache: "tmp/servicex", file: "servicex.yaml" });
    });

  it("names a folder for downloads, without which the client fails for such a user", async () => {
    const { file } = told(siteConfig("unl"));
    assert.match((await read(file.replace(/^cache_path.*$/m, ""))).failed ?? "", /KeyError|OSError|No username|uid not found/);
  });

  for (const name of [".servicex", "servicex.yaml"])
    it(`comes after the user's own ${name}`, async () => {
      const { file } = told(siteConfig("unl"));
      const text = "api_endpoints: [{ name: own, endpoint: https://own.example.edu, token: abc }]\ncache_path: /tmp/own\n";
      assert.deepEqual(await read(file, { name, text }), { url: "https://own.example.edu", cache: "tmp/own", file: `home/user/${name}` });
    });
});
