import assert from "node:assert/strict";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { flowsOfParts } from "#af/components/part-flows";
import { USER_SERVERS } from "#af/components/hub/pods";
import { allParts, partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown>;
type Override = { readonly image: string; readonly environment?: Readonly<Record<string, string>> };

const valuesOf = (config: Config) => partsOf(parseSite(config, "a test")).hub.hub.releases["chart"]?.values as JupyterHubValues;

describe("values of the hub's chart", () => {
  const bySni = SITES.map(siteConfig).find((config) => JSON.stringify(config).includes('"sni"')) ?? {};
  const portsOf = (config: Config) =>
    flowsOfParts(allParts(parseSite(config, "a test"))).flatMap(({ from, ports }) => (from === USER_SERVERS ? ports : []));

  it("leave policies to the facility, which lets user servers out to every port that a setting decides", () => {
    const { hub, proxy, singleuser } = valuesOf(bySni);
    for (const { networkPolicy } of [hub, proxy.chp, singleuser]) assert.equal(networkPolicy.enabled, false);
    const moved = spoilt(bySni, ["batch", "schedd"], {
      kind: "external",
      host: "schedd.example.edu",
      port: 19618,
    });
    const ports = portsOf(moved);
    assert.ok(ports.includes(19618) && !portsOf(bySni).includes(19618));
  });

  it("give a profile with another image workers of that image, and leave the others the hub's", () => {
    const other = "registry.example.edu/other:1.0";
    const { profileList } = valuesOf(spoilt(bySni, ["hub", "profiles", 1, "image"], other)).singleuser;
    const [standard, second] = profileList.map((entry) => entry["kubespawner_override"] as Override);
    assert.equal(standard?.environment, undefined);
    assert.equal(second?.image, other);
    assert.match(JSON.stringify(second?.environment), /other:1\.0/);
  });

  it("tell where ServiceX is: by its public name with accounts, by its Service without", async () => {
    const address = async (title: string) => valuesOf(await settingsOfKind(title)).singleuser.extraEnv["SERVICEX_HOST"];
    assert.equal(await address("servicex(servicex).auth: oidc"), "https://servicex.af.example.edu");
    assert.equal(await address("servicex(servicex).auth: internal"), "http://servicex-servicex-app.servicex.svc:8000");
    assert.equal(await address("servicex: none"), undefined);
  });
});
