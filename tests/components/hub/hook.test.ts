import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { hookFolder } from "#af/components/hub/hook";
import { USER_SERVERS } from "#af/components/hub/pods";
import { flowsOfParts } from "#af/components/part-flows";
import { TRAEFIK } from "#af/components/platform/pods";
import { allParts, partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown>;

describe("the hook in the values of the hub's chart", () => {
  const subjects: readonly (readonly [title: string, config: () => Promise<Config>])[] = [
    ...SITES.map((site) => [site, () => Promise.resolve(siteConfig(site))] as const),
    ...Object.keys(KINDS)
      .filter((title) => title.startsWith("hub.dask: "))
      .map((title) => [title, () => settingsOfKind(title)] as const),
  ];

  for (const [title, config] of subjects)
    it(`${title}: is there as a whole where schedulers are in users' pods, and else nothing of it`, async () => {
      const site = parseSite(await config(), "a test");
      const { hub, custom } = partsOf(site).hub.hub.releases["chart"]?.values as JupyterHubValues;
      const { dask } = site.hub;
      // The login page's template is beside the hook at every site.
      const files = Object.entries(hub.extraFiles ?? {}).filter(([, { mountPath }]) => !mountPath.includes("/templates/"));
      if (dask.kind !== "sni") {
        assert.deepEqual(files, []);
        assert.equal(custom, undefined);
        assert.deepEqual(Object.keys(hub.extraConfig), ["10-groups"]);
        return;
      }
      const folder = path.join(hookFolder(), "dask_ingress");
      const sources = fs.readdirSync(folder).filter((file) => file.includes("."));
      assert.deepEqual(
        files.map(([, { mountPath }]) => mountPath).sort(),
        sources.map((file) => `/usr/local/etc/jupyterhub/dask_ingress/${file}`).sort(),
      );
      for (const [key, { mountPath, stringData }] of files) {
        // A key of a Secret: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
        assert.match(key, /^[-._a-zA-Z0-9]{1,253}$/);
        assert.equal(stringData, fs.readFileSync(path.join(folder, path.basename(mountPath)), "utf8"));
      }
      const told = JSON.stringify(custom);
      for (const domain of [dask.domain, dask.workerDomain]) assert.ok(told.includes(`"${domain}"`), domain);
      const ports = [...told.matchAll(/"port":(\d+)/g)].map(([, port]) => Number(port));
      const flows = flowsOfParts(allParts(site)).filter(({ from, to }) => from === TRAEFIK && to === USER_SERVERS);
      assert.deepEqual(
        flows.flatMap((flow) => flow.ports),
        ports,
      );
      const traefik = partsOf(site).platform.traefik?.releases["chart"]?.values as { readonly ports: object };
      for (const [, entryPoint = ""] of told.matchAll(/"entryPoint":"(\w+)"/g)) assert.ok(entryPoint in traefik.ports, entryPoint);
    });
});
