import assert from "node:assert/strict";
import { signpostPart } from "#af/components/data/signpost-part";
import { setName } from "#af/components/data/xcache-set";
import { Authority, Issuer } from "./xcache/authority";
import { Client } from "./xcache/client";
import { serveIssuers, startDoor, type Door } from "./xcache/federation";
import { Machines } from "./xcache/machines";
import type { Pod } from "./xcache/pod";
import { clientToken, renderCache, requireImage, RunningCache, siteData, startRedirector } from "./xcache/running-cache";
import { startSignpost } from "./xcache/signpost";

const CACHE = "cache.example.edu";
const ORIGIN = "origin.example.edu";
const ISSUER = "https://issuer.example.edu/";
const SERVERS = ["cache1.example.edu", "cache2.example.edu"];
const FILES = Array.from({ length: 8 }, (_, index) => `/store/file${index}`);

describe("two caches behind a redirector", function () {
  this.timeout(120_000);
  const rendered = renderCache(
    siteData({
      host: CACHE,
      origin: { host: ORIGIN },
      address: "192.0.2.20",
      servers: SERVERS.map((host, index) => ({ host, address: `192.0.2.${21 + index}` })),
      tokens: { issuers: [{ url: ISSUER, paths: ["/store"] }] },
    }),
    ["cache1", "cache2"],
  );
  let machines: Machines | undefined;
  let issuer: Issuer;
  let door: Door;
  let redirector: Pod;
  let caches: readonly RunningCache[];
  let client: Client;

  before(async function () {
    const image = requireImage(this);
    machines = new Machines();
    await machines.start();
    // As in a cluster: addresses have the names of pods, and the names of the site file lead to them, but not back.
    await machines.add(CACHE, "xcache-redirector.xcache.svc");
    const pods = rendered.hosts.map((host) => `${setName(host)}-0.xcache-servers.xcache.svc`);
    for (const [index, pod] of pods.entries()) await machines.add(pod, SERVERS[index] ?? "");
    for (const name of [ORIGIN, "issuer.example.edu", "client.example.edu", "xcache"]) await machines.add(name);
    const authority = new Authority(machines.folder);
    issuer = new Issuer(ISSUER);
    await serveIssuers(machines, [issuer], authority);
    door = await startDoor(machines, ORIGIN, {
      authority,
      issuer,
      files: Object.fromEntries(FILES.map((file) => [file, Buffer.from(file)])),
    });
    client = await Client.on(machines, "client.example.edu", authority);
    redirector = await startRedirector(machines, CACHE, rendered, { image, authority });
    await startSignpost(
      machines,
      "xcache",
      signpostPart(rendered.settings, { nodes: {}, namespace: "hub", loadBalancer: { kind: "none" } }).objects,
      image,
    );
    const token = issuer.token({ audience: door.audience, scope: "storage.read:/" });
    const on = machines;
    caches = await Promise.all(
      pods.map((pod, index) => RunningCache.on(on, pod, rendered, { image, authority, token }, rendered.hosts[index])),
    );
    for (const cache of caches) await cache.start();
    await redirector.program
      ?.until(
        "both caches have subscribed",
        () =>
          Promise.resolve(
            SERVERS.every((host) => new RegExp(`@${host.split(".")[0] ?? ""}\\S* logged in`).test(log("cmsd"))) &&
              /manager service enabled/.test(log("cmsd")),
          ),
        60_000,
      )
      .catch((error: unknown) => {
        throw new Error(`${String(error)}\n${log("cmsd")}\n${caches[0]?.pod.read("var/log/xrootd/cms-xcache/cmsd.log")}`);
      });
  });

  after(async () => machines?.end());

  it("starts with no directive that it does not know", () => {
    for (const name of ["xrootd", "cmsd"]) assert.doesNotMatch(log(name), /unknown|unmatched|ignoring/);
  });

  it("fetches each file to one of them, and reads it there again", async () => {
    for (const _ of ["cold", "warm"]) for (const file of FILES) await read(file);
    for (const file of FILES) assert.equal(door.opened(file), 1, file);
    const counts = await Promise.all(caches.map(kept));
    assert.ok(
      counts.every((count) => count > 0),
      counts.join(" and "),
    );
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      FILES.length,
    );
  });

  it("reads every file at the other cache while one is away, and at both once it is back", async () => {
    const [first, second] = caches;
    await first?.pod.stop();
    for (const file of FILES) await read(file);
    assert.deepEqual(await kept(second), FILES.length);
    await first?.start();
    for (const file of FILES) await read(file);
    // Nothing was fetched a third time, so each has kept what it had.
    for (const file of FILES) assert.ok(door.opened(file) <= 2, `${file}: ${door.opened(file)}`);
  });

  it("is where the name xcache leads readers without the plug-in", async () => {
    for (const file of FILES) {
      const { bytes, text } = await client.copy(`root://xcache/${file}`, clientToken(issuer, rendered));
      assert.equal(bytes?.toString(), file, text);
    }
  });

  it("takes a URL of ServiceX", async () => {
    const { bytes, text } = await client.copy(`root://${CACHE}//root://${ORIGIN}/${FILES[0]}`, clientToken(issuer, rendered));
    assert.equal(bytes?.toString(), FILES[0], text);
  });

  async function read(file: string): Promise<void> {
    const { bytes, text } = await client.copy(`root://${CACHE}/${file}`, clientToken(issuer, rendered));
    assert.equal(bytes?.toString(), file, `${text}\n${log("xrootd").slice(-2000)}\n${log("cmsd").slice(-3000)}`);
  }

  /** Number of files that a cache has. */
  async function kept(cache: RunningCache | undefined): Promise<number> {
    return Number((await cache?.pod.shell("ls /xcache/namespace/store | grep -vc cinfo"))?.text.trim());
  }

  function log(name: string): string {
    return redirector.read(`var/log/xrootd/redirector/${name}.log`);
  }
});
