import assert from "node:assert/strict";
import type { V1Service } from "@kubernetes/client-node";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { flowsOfParts } from "#af/components/part-flows";
import { USER_SERVERS } from "#af/components/hub/pods";
import { allParts, partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";
import { SNI_SITE } from "./subjects";

type Config = Record<string, unknown>;
type Override = { readonly image: string; readonly environment?: Readonly<Record<string, string>> };

const valuesOf = (config: Config) => partsOf(parseSite(config, "a test")).hub.hub.releases["chart"]?.values as JupyterHubValues;

describe("values of the hub's chart", () => {
  const bySni = siteConfig(SNI_SITE);
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

  it("hold back no upgrade of the hub for a host that is down: nothing runs before it, and images come by a DaemonSet beside it", () => {
    const { chart, release, values } = partsOf(parseSite(bySni, "a test")).hub.hub.releases["chart"] ?? assert.fail();
    const workloads = chart.workloads({ name: release, namespace: "hub", values });
    assert.deepEqual(
      workloads.filter(({ metadata }) => metadata?.annotations?.["helm.sh/hook"] !== undefined).map(({ kind }) => kind),
      [],
    );
    const puller = workloads.find(({ kind, metadata }) => kind === "DaemonSet" && metadata?.name === "continuous-image-puller");
    assert.match(JSON.stringify(puller), /"maxUnavailable":"100%"/);
  });

  it("give a profile with another image workers of that image, and leave the others the hub's", () => {
    const other = "registry.example.edu/other:1.0";
    const { profileList } = valuesOf(spoilt(bySni, ["hub", "profiles", 1, "image"], other)).singleuser;
    const [standard, second] = profileList.map((entry) => entry["kubespawner_override"] as Override);
    assert.equal(standard?.environment, undefined);
    assert.equal(second?.image, other);
    assert.match(JSON.stringify(second?.environment), /other:1\.0/);
  });

  it("lead clients of Dask Gateway to its Service, whose port needs no certificate, and browsers to the hub's name", async () => {
    const { gateway, hub } = partsOf(parseSite(await settingsOfKind("hub.dask: gateway"), "a test")).hub;
    const { singleuser } = hub.releases["chart"]?.values as JupyterHubValues;
    const { protocol, hostname, port, pathname } = new URL(singleuser.extraEnv["DASK_GATEWAY__ADDRESS"] as string);
    const { chart, release, values } = gateway?.releases["chart"] ?? assert.fail();
    const services = chart.workloads({ name: release, namespace: "hub", values }).filter(({ kind }) => kind === "Service");
    const service = services.find(({ metadata }) => metadata?.name === hostname) as V1Service | undefined;
    assert.deepEqual([protocol, service?.spec?.ports?.map((each) => String(each.port))], ["http:", [port || "80"]]);
    assert.equal(pathname, `${(values as DaskGatewayValues).gateway.prefix}/`);
    const links = new URL(singleuser.extraEnv["DASK_GATEWAY__PUBLIC_ADDRESS"] as string);
    assert.deepEqual([links.protocol, links.pathname], ["https:", pathname]);
  });

  it("tell where ServiceX is: by its public name with accounts, by its Service without", async () => {
    const address = async (title: string) => valuesOf(await settingsOfKind(title)).singleuser.extraEnv["SERVICEX_HOST"];
    assert.equal(await address("servicex(servicex).auth: oidc"), "https://servicex.af.example.edu");
    assert.equal(await address("servicex(servicex).auth: internal"), "http://servicex-servicex-app.servicex.svc:8000");
    assert.equal(await address("servicex: none"), undefined);
  });
});
