import assert from "node:assert/strict";
import type { V1Deployment, V1Service } from "@kubernetes/client-node";
import { clientEnvironment, jobEnvironment } from "#af/components/data/clients";
import { SIGNPOST_PODS } from "#af/components/data/signpost-part";
import { flowsOfParts } from "#af/components/part-flows";
import { isPodKind, isSameKind, type Flow } from "#af/components/tenancy/flows";
import { objectsOf } from "#af/policies/model/objects";
import { breachesOf } from "#af/policies/model/pod-security";
import { podTemplateOf } from "#af/policies/model/pods";
import { allParts, partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { siteConfig, spoilt } from "../../support/site-config";

const site = parseSite(siteConfig("unl"), "unl");
/** A site whose name `xcache` only pods know. */
const inside = parseSite(spoilt(siteConfig("unl"), ["data", "cache", "signpost"], undefined), "unl");
const objectsAt = (one: Site) => partsOf(one).data.signpost?.objects ?? assert.fail("no signpost");
const server = (one: Site) => objectsAt(one)["server"] as unknown as V1Deployment;

/** A new site of this kind with a cache of its own. */
async function cachedSite(kind: string): Promise<Site> {
  const changes = KINDS["data.cache: xcache"] ?? assert.fail("no such kind");
  return parseSite(
    changes.reduce((tree, [at, value]) => spoilt(tree, at, value), await settingsOfKind(kind)),
    kind,
  );
}

describe("the signpost of the cache", () => {
  it("is there where the site has a cache of its own", async () => {
    for (const kind of ["xcache", "external", "none"]) {
      const { data } = partsOf(parseSite(await settingsOfKind(`data.cache: ${kind}`), kind));
      assert.equal(data.signpost !== undefined, kind === "xcache", kind);
    }
  });

  it("answers to the name in the URLs of analyses, at the port that they leave out, beside the pods that read", () => {
    const service = objectsAt(site)["service"] as unknown as V1Service;
    assert.deepEqual([service.metadata?.name, service.metadata?.namespace], ["xcache", "cmsaf-prod"]);
    assert.deepEqual(service.spec?.selector, server(site).spec?.template.metadata?.labels);
    assert.deepEqual(
      service.spec?.ports?.map(({ port, targetPort }) => [port, targetPort]),
      [[1094, 1094]],
    );
  });

  it("sends readers to where the variables of the plug-in lead, with every request", () => {
    const { XCACHE_HOST: host = "", XCACHE_PORT: port = "" } = clientEnvironment(site.data);
    const text = (objectsAt(site)["config"] as unknown as { data: Record<string, string> }).data["signpost.cfg"] ?? "";
    assert.deepEqual(
      text.split("\n").filter((line) => line.startsWith("xrootd.redirect ")),
      [`xrootd.redirect ${host}:${port} /`, `xrootd.redirect ${host}:${port} all`],
    );
  });

  it("has an address of the load balancer where jobs of the pool ask for it, and tells them and the monitoring the name that leads there", () => {
    const { cache } = site.data;
    assert.ok(cache.kind === "xcache" && cache.signpost);
    const { domain, address } = cache.signpost;
    const service = objectsAt(site)["service"] as unknown as V1Service;
    assert.equal(service.spec?.type, "LoadBalancer");
    assert.deepEqual(service.metadata?.annotations, { "metallb.io/loadBalancerIPs": address });
    assert.deepEqual(partsOf(site).data.signpost?.probes, [
      { service: "signpost", host: `xcache.${domain}`, port: 1094, scheme: "xrootd" },
    ]);
    assert.equal(jobEnvironment(site.data)["LOCALDOMAIN"], domain);
    assert.equal(clientEnvironment(site.data)["LOCALDOMAIN"], undefined, "a pod needs the search list of the cluster");
    const { spec, metadata } = objectsAt(inside)["service"] as unknown as V1Service;
    assert.deepEqual([spec?.type, metadata?.annotations, partsOf(inside).data.signpost?.probes], [undefined, undefined, []]);
    assert.deepEqual(jobEnvironment(inside.data), clientEnvironment(inside.data));
  });

  it("is reached by the pods of users alone, from outside where it has an address there, and reaches nothing but the DNS", async () => {
    const cases: readonly (readonly [Site, readonly string[]])[] = [
      [site, ["blackbox-exporter", "users", "anywhere"]],
      [inside, ["users"]],
      [await cachedSite("hub.dask: gateway"), ["users", "dask-worker"]],
    ];
    for (const [one, readers] of cases) {
      const flows = flowsOfParts(allParts(one));
      const isSignpost = (end: Flow["from"] | Flow["to"]): boolean => isPodKind(end) && isSameKind(end, SIGNPOST_PODS);
      assert.deepEqual(
        flows.filter(({ to }) => isSignpost(to)).map(({ from, ports }) => [isPodKind(from) ? from.name : from, ports]),
        readers.map((name) => [name, [1094]]),
      );
      assert.deepEqual(
        flows.filter(({ from }) => isSignpost(from)),
        [],
      );
    }
  });

  it("keeps the level restricted of Pod Security, which a start as root would break", () => {
    const breaches = (manifest: unknown) =>
      objectsOf(manifest).flatMap((object) => breachesOf(podTemplateOf(object) ?? assert.fail("no pod"), "restricted"));
    const manifest = objectsAt(site)["server"] as unknown as Record<string, unknown>;
    assert.deepEqual(breaches(manifest), []);
    assert.ok(breaches(spoilt(manifest, ["spec", "template", "spec", "securityContext", "runAsNonRoot"], undefined)).length > 0);
  });

  it("has two pods, one of which may go at a time, with the hub's priority", () => {
    const { spec } = server(site);
    assert.equal(spec?.replicas, 2);
    assert.equal(spec?.template.spec?.priorityClassName, "facility-front");
    const budget = objectsAt(site)["budget"]?.["spec"] as { readonly maxUnavailable: number };
    assert.equal(budget.maxUnavailable, 1);
  });
});
