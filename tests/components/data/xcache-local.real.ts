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
    siteData({
      host: CACHE,
      origin: { host: FEDERATION },
      local: { host: LOCAL },
      tokens: { issuers: [{ url: ISSUER, paths: ["/store"] }] },
    }),
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
    const both = { "/store/both": Buffer.from("both") };
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
    const log = (): string => cache.pod.read("var/log/xrootd/local-first/xrootd.log");
    await cache.pod.program?.until(
      "the second daemon answers",
      () => Promise.resolve(/local-first@\S+ initialization completed/.test(log())),
      30_000,
    );
    assert.doesNotMatch(log(), /unknown|unmatched/);
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
        assert.equal(
          bytes?.toString(),
          file,
          `${text}\n${cache.log.slice(-3000)}${cache.pod.read("var/log/xrootd/local-first/xrootd.log").slice(-3000)}`,
        );
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
});
