import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { StartedProgram } from "../../support/started-program";
import { Authority, Issuer } from "./xcache/authority";
import { Client } from "./xcache/client";
import { serveIssuers, startCollectors, startDoor, type Door } from "./xcache/federation";
import { Machines } from "./xcache/machines";
import { clientToken, renderCache, requireImage, RunningCache, siteData } from "./xcache/running-cache";

const CACHE = "cache.example.edu";
const ORIGIN = "origin.example.edu";
const COLLECTOR = "collector.example.edu";
const [STREAMS, SUMMARIES] = [9930, 9931];
const AUDIENCE = "https://cache.example.edu";
/** An issuer whose tokens may name more than the cache exports. */
const BROAD = "https://issuer.example.edu/broad/";
const ISSUER = "https://issuer.example.edu/";

/** The disk holds 64 MiB; the cache removes files above 60.8 MiB until 57.6 MiB are left. */
const MIB = 2 ** 20;
const HIGH = 60.8 * MIB;
const LOW = 57.6 * MIB;
const FILES = Object.fromEntries(
  ["known", "later", "again", "never", "a", "b", "c", "d", "e"].map((name) => [
    `/store/${name}`,
    randomBytes(name.length === 1 ? 4 * MIB : MIB),
  ]),
);

describe("XCache under the image's files", function () {
  this.timeout(90_000);
  let machines: Machines;
  let issuer: Issuer;
  let broad: Issuer;
  let door: Door;
  let collectors: StartedProgram;
  let cache: RunningCache;
  let client: Client;

  const rendered = renderCache(
    siteData({
      host: CACHE,
      origin: { host: ORIGIN },
      monitoring: { streams: { host: COLLECTOR, port: STREAMS }, summaries: { host: COLLECTOR, port: SUMMARIES } },
      tokens: {
        audiences: [AUDIENCE, "https://wlcg.cern.ch/jwt/v1/any"],
        issuers: [
          { url: ISSUER, paths: ["/store"] },
          { url: BROAD, paths: ["/"] },
        ],
      },
    }),
    ["cache1"],
  );
  const url = (file: string): string => `roots://${CACHE}:1094/${file}`;
  const good = (): string => clientToken(issuer, rendered);

  before(async function () {
    const image = requireImage(this);
    machines = new Machines();
    await machines.start();
    for (const name of [ORIGIN, CACHE, COLLECTOR, "issuer.example.edu", "client.example.edu"]) await machines.add(name);
    const authority = new Authority(fs.mkdtempSync(`${machines.folder}/authority-`));
    issuer = new Issuer(ISSUER);
    broad = new Issuer(BROAD);
    await serveIssuers(machines, [issuer, broad], authority);
    door = await startDoor(machines, ORIGIN, { authority, issuer, files: FILES });
    collectors = await startCollectors(machines, COLLECTOR, [STREAMS, SUMMARIES]);
    client = await Client.on(machines, "client.example.edu", authority);
    const token = issuer.token({ audience: door.audience, scope: "storage.read:/" });
    cache = await RunningCache.on(machines, CACHE, rendered, { image, authority, token });
    await cache.start();
  });

  after(async () => machines?.end());

  it("starts with no directive that it does not know", () => {
    assert.deepEqual(complaints(cache.log), []);
  });

  it("would say so of one", async () => {
    const prefixes = ["xrd", "xrootd", "sec", "oss", "pss", "ofs"];
    await cache.pod.stop();
    await cache.start({ "etc/xrootd/config.d/91-further.cfg": prefixes.map((prefix) => `${prefix}.nonsense 1\n`).join("") });
    assert.ok(complaints(cache.log).length >= prefixes.length, complaints(cache.log).join("\n"));
    await cache.pod.stop();
    await assert.rejects(cache.start({ "etc/xrootd/config.d/91-further.cfg": "pfc.nonsense 1\n" }), /unmatched pfc parameter: nonsense/);
    await cache.pod.stop();
    await cache.start();
  });

  it("reads a file from its origin once, and then from its disk", async () => {
    for (const _ of ["cold", "warm"]) await reads("/store/known");
    assert.equal(door.opened("/store/known"), 1);
  });

  it("reports who read which file, what stays of it, and its counters under the site's name to the collectors", async () => {
    const told = (port: number): string =>
      [...collectors.log.matchAll(/^(\d+) ([0-9a-f]+)$/gm)]
        .filter(([, at]) => Number(at) === port)
        .map(([, , packet = ""]) => Buffer.from(packet, "hex").toString("latin1"))
        .join("\n");
    const all = (): boolean =>
      /<statistics .*site="EXAMPLE_XCACHE"/.test(told(SUMMARIES)) &&
      told(STREAMS).includes("/store/known") &&
      /"event":"file_close".*"lfn":"\/store\/known"/.test(told(STREAMS));
    await collectors.until("every kind of report", () => Promise.resolve(all()), 70_000);
  });

  it("lifts root:// to TLS", async () => {
    const { bytes, text } = await client.copy(`root://${CACHE}//store/known`, good());
    assert.ok(bytes?.equals(content("/store/known")), text);
    const lines = cache.log.split("\n").filter((line) => line.includes(machines.addressOf("client.example.edu")));
    assert.match(lines.join("\n"), /upgraded to TLSv1\.[23]/);
  });

  it("reads what a URL of ServiceX names, through any known origin alone", async () => {
    for (const scheme of ["root", "roots"]) {
      const { bytes, text } = await client.copy(`root://${CACHE}:1094//${scheme}://${ORIGIN}//store/known`, good());
      assert.ok(bytes?.equals(content("/store/known")), text);
    }
    const { bytes, text } = await client.copy(`root://${CACHE}:1094//root://issuer.example.edu//store/known`, good());
    assert.equal(bytes, undefined);
    assert.match(text, /3010|denied/);
  });

  const refusals: Readonly<Record<string, () => string | undefined>> = {
    "no token": () => undefined,
    "an expired token": () => clientToken(issuer, rendered, "storage.read:/store", -600),
    "a token for another audience": () => issuer.token({ audience: "https://other.example.edu", scope: "storage.read:/store" }),
    "a token for another path": () => clientToken(issuer, rendered, "storage.read:/user"),
    "a token that may only write": () => clientToken(issuer, rendered, "storage.modify:/store"),
    "a token of an unknown issuer": () =>
      new Issuer("https://issuer.example.edu/other/").token({ audience: AUDIENCE, scope: "storage.read:/store" }),
    "a token with the issuer's name and another key": () => new Issuer(ISSUER).token({ audience: AUDIENCE, scope: "storage.read:/store" }),
  };
  for (const [what, token] of Object.entries(refusals))
    it(`refuses ${what}`, async () => {
      const { bytes, text } = await client.copy(url("/store/known"), token());
      assert.equal(bytes, undefined);
      assert.match(text, /3010|3030|Auth failed|denied|No protocols/);
    });

  const accepted: Readonly<Record<string, () => string>> = {
    "scope storage.read:/store": good,
    "a scope of one file": () => clientToken(issuer, rendered, "storage.read:/store/known"),
    "the second audience": () => issuer.token({ audience: "https://wlcg.cern.ch/jwt/v1/any", scope: "storage.read:/store" }),
    "scope storage.read:/ of the issuer that may name it": () => broad.token({ audience: AUDIENCE, scope: "storage.read:/" }),
  };
  for (const [what, token] of Object.entries(accepted))
    it(`accepts ${what}`, async () => {
      const { bytes, text } = await client.copy(url("/store/known"), token());
      assert.ok(bytes?.equals(content("/store/known")), text);
    });

  it("does not reach beyond its exports, whatever the scope", async () => {
    const { bytes, text } = await client.copy(url("/other/known"), broad.token({ audience: AUDIENCE, scope: "storage.read:/" }));
    assert.equal(bytes, undefined);
    assert.match(text, /3010|disallowed|denied/);
  });

  it("refuses to write, whatever the token allows", async () => {
    const all = clientToken(issuer, rendered, "storage.read:/store storage.create:/store storage.modify:/store");
    const { code, text } = await client.run(["xrdcp", "-f", "-N", "/etc/hosts", url("/store/new")], all);
    assert.notEqual(code, 0);
    assert.match(text, /3010|denied|read.only/i);
    assert.ok(!fs.existsSync(`${door.root}/files/store/new`));
  });

  it("asks its origin by a token that was renewed while it ran", async () => {
    cache.renewToken(issuer.token({ audience: door.audience, scope: "storage.read:/", subject: "the-renewed-cache" }));
    await cache.cron("/etc/cron.d/lay-origin-token");
    // The connection that was logged in with the last token stays, so a server that has lost it asks for the new one.
    await door.restart();
    await reads("/store/later");
    assert.match(door.program.log, /login as the-renewed-cache/);
  });

  it("serves what it has while its origin is away, whatever has ended meanwhile, and asks the origin again once it is back", async () => {
    // In place of minutes: connections that nobody uses, requests and attempts to connect end after a second. How long it does not ask again is the pod's own.
    const ends = [
      "DataServerTTL",
      "LoadBalancerTTL",
      "RequestTimeout",
      "StreamTimeout",
      "TimeoutResolution",
      "ConnectionWindow",
      "ConnectionRetry",
    ];
    await cache.pod.stop();
    await cache.start({ "etc/xrootd/config.d/91-further.cfg": ends.map((name) => `pss.setopt ${name} 1\n`).join("") });
    await reads("/store/known");
    await reads("/store/later");
    await door.program.stop();
    await sleep(4000);
    await reads("/store/known");
    assert.equal((await client.copy(url("/store/again"), good(), 20_000)).bytes, undefined);
    await reads("/store/later");
    await door.restart();
    await sleep(11_000);
    // Each connection counts for itself, and clients share a few.
    for (const file of ["again", "a", "b", "c"]) await reads(`/store/${file}`);
    await cache.pod.stop();
    await cache.start();
  });

  it("serves from its disk in a second life, while its origin is down, and removes files down to its mark", async () => {
    for (const file of ["a", "b", "c", "d", "e", "known"]) await reads(`/store/${file}`);
    await cache.pod.stop();
    await door.program.stop();
    const used = await cache.used();
    await machines.shell(`head -c ${Math.ceil(HIGH + MIB - used)} /dev/zero > ${cache.disk}/ballast`);
    assert.ok((await cache.used()) > HIGH);
    await cache.start();
    await cache.pod.program?.until("the cache is at its mark", async () => (await cache.used()) <= LOW);
    // No more went than had to: a file more than the mark asks for, at most.
    assert.ok((await cache.used()) > LOW - 8 * MIB);
    await reads("/store/known");
    assert.equal((await client.copy(url("/store/never"), good(), 8000)).bytes, undefined);
  });

  it("refuses a disk that is not mounted, and says which", async () => {
    await cache.pod.stop();
    await machines.shell(`umount -l ${cache.disk}`);
    await assert.rejects(cache.start(), /mount the disk of af:data\.cache\.disks\[0\] on the host/);
  });

  async function reads(file: string): Promise<void> {
    const { bytes, text } = await client.copy(url(file), good());
    assert.ok(bytes?.equals(content(file)), `${text}\n${cache.log.slice(-4000)}`);
  }
});

/** What the daemon says of its configuration, other than that it read it. */
function complaints(log: string): readonly string[] {
  return log
    .split("\n")
    .filter((line) => /unknown|unrecognized|not recognized|invalid|ignor|warning:|failed/i.test(line))
    .filter((line) => !/Security level is set to none|logging levels enabled|libtcmalloc/i.test(line));
}

function content(file: string): Buffer {
  return FILES[file] ?? Buffer.of();
}
