import assert from "node:assert/strict";
import { Authority, Issuer } from "./xcache/authority";
import { Client } from "./xcache/client";
import { serveIssuers, startDoor, type Door } from "./xcache/federation";
import { Machines } from "./xcache/machines";
import { clientToken, renderCache, requireImage, RunningCache, siteData } from "./xcache/running-cache";

const CACHE = "cache.example.edu";
const LOCAL = "doors.example.edu";
const FEDERATION = "redirector.example.edu";
const ISSUER = "https://issuer.example.edu/";

describe("XCache before doors of the site and a federation", function () {
  this.timeout(90_000);
  const rendered = renderCache(
    siteData(
      { host: CACHE, origin: { host: FEDERATION }, local: "site", tokens: { issuers: [{ url: ISSUER, paths: ["/store"] }] } },
      { redirector: { name: LOCAL, address: "192.0.2.2" } },
    ),
    ["cache1"],
  );
  let machines: Machines | undefined;
  let issuer: Issuer;
  let doors: Readonly<Record<"local" | "federation", Door>>;
  let cache: RunningCache;
  let client: Client;
  let started: Machines;

  before(async function () {
    const image = requireImage(this);
    machines = started = new Machines();
    await machines.start();
    for (const name of [CACHE, LOCAL, FEDERATION, "issuer.example.edu", "client.example.edu"]) await machines.add(name);
    const authority = new Authority(machines.folder);
    issuer = new Issuer(ISSUER);
    await serveIssuers(machines, [issuer], authority);
    const both = Object.fromEntries(["both", "late", "back"].map((name) => [`/store/${name}`, Buffer.from(name)]));
    // One token has to do for both, as it does in a federation.
    const audience = "https://wlcg.cern.ch/jwt/v1/any";
    doors = {
      local: await startDoor(machines, LOCAL, { authority, issuer, audience, files: { ...both, "/store/here": Buffer.from("here") } }),
      federation: await startDoor(machines, FEDERATION, {
        authority,
        issuer,
        audience,
        files: { ...both, "/store/far": Buffer.from("far") },
      }),
    };
    client = await Client.on(machines, "client.example.edu", authority);
    cache = await RunningCache.on(machines, CACHE, rendered, {
      image,
      authority,
      token: issuer.token({ audience, scope: "storage.read:/" }),
    });
    await cache.start();
    await asks("local-first");
    for (const name of ["local-first", "federation-alone"]) assert.doesNotMatch(log(name), /unknown|unmatched/);
  });

  after(async () => machines?.end());

  for (const [file, opened] of [
    ["both", { local: 1, federation: 0 }],
    ["here", { local: 1, federation: 0 }],
    ["far", { local: 0, federation: 1 }],
  ] as const)
    it(`reads /store/${file} from ${opened.local === 1 ? "a door of the site" : "the federation"} alone, and once`, async () => {
      for (const _ of ["cold", "warm"]) {
        const { bytes, text } = await client.copy(`root://${CACHE}//store/${file}`, clientToken(issuer, rendered));
        assert.equal(bytes?.toString(), file, `${text}\n${cache.log.slice(-3000)}${log("local-first").slice(-3000)}`);
      }
      for (const from of ["local", "federation"] as const) assert.equal(doors[from].opened(`/store/${file}`), opened[from], from);
    });

  it("says that a file is nowhere", async () => {
    const { bytes, text } = await client.copy(`root://${CACHE}//store/nowhere`, clientToken(issuer, rendered));
    assert.equal(bytes, undefined);
    assert.match(text, /3011|no such file/i);
  });

  it("lets nobody else ask in the cache's name", async () => {
    const { code } = await client.run(["xrdfs", `${CACHE}:1096`, "stat", "/store/here"], undefined, 15_000);
    assert.notEqual(code, 0);
    assert.ok(started.addressOf(CACHE));
  });

  it("reads from the federation while no door of the site answers, and from the doors once they do again", async () => {
    await doors.local.program.stop();
    await asks("federation-alone");
    await reads("late");
    assert.deepEqual([doors.local.opened("/store/late"), doors.federation.opened("/store/late")], [0, 1]);
    await doors.local.restart();
    await asks("local-first", 2);
    await reads("back");
    assert.deepEqual([doors.local.opened("/store/back"), doors.federation.opened("/store/back")], [1, 0]);
  });

  async function reads(file: string): Promise<void> {
    const { bytes, text } = await client.copy(`root://${CACHE}//store/${file}`, clientToken(issuer, rendered));
    assert.equal(bytes?.toString(), file, `${text}\n${cache.log.slice(-6000)}\n${log("federation-alone").slice(-3000)}`);
  }

  /** Waits until the second daemon runs under a name, for the given time. */
  async function asks(name: string, time = 1): Promise<void> {
    const started = (): number => log(name).match(/xrootd \S+ initialization completed/g)?.length ?? 0;
    await cache.pod.program?.until(`the second daemon is ${name}`, () => Promise.resolve(started() === time));
  }

  function log(name: string): string {
    return cache.pod.read(`var/log/xrootd/${name}/xrootd.log`);
  }
});
