import assert from "node:assert/strict";
import { requirePrograms } from "../../support/programs";
import { Authority, Issuer } from "./xcache/authority";
import { Client } from "./xcache/client";
import { serveIssuers, startDoor } from "./xcache/federation";
import { Machines } from "./xcache/machines";
import { clientToken, renderCache, requireImage, RunningCache, siteData } from "./xcache/running-cache";

const CACHE = "cache.example.edu";
const ORIGIN = "origin.example.edu";
const ISSUER = "https://issuer.example.edu/";

describe("XCache that takes tokens and X.509 proxies", function () {
  this.timeout(90_000);
  const rendered = renderCache(
    siteData({
      host: CACHE,
      origin: { host: ORIGIN },
      tokens: { issuers: [{ url: ISSUER, paths: ["/store"] }] },
      proxies: { groups: ["/cms"], paths: ["/store"] },
    }),
    ["cache1"],
  );
  let machines: Machines | undefined;
  let authority: Authority;
  let issuer: Issuer;
  let cache: RunningCache;
  let client: Client;

  before(async function () {
    const image = requireImage(this);
    requirePrograms(this, "voms-proxy-fake");
    machines = new Machines();
    await machines.start();
    for (const name of [ORIGIN, CACHE, "issuer.example.edu", "client.example.edu"]) await machines.add(name);
    authority = new Authority(machines.folder, "rsa");
    issuer = new Issuer(ISSUER);
    await serveIssuers(machines, [issuer], authority);
    const door = await startDoor(machines, ORIGIN, { authority, issuer, files: { "/store/known": Buffer.from("known") } });
    client = await Client.on(machines, "client.example.edu", authority);
    const token = issuer.token({ audience: door.audience, scope: "storage.read:/" });
    cache = await RunningCache.on(machines, CACHE, rendered, { image, authority, token });
    await cache.start(authority.attributesOf("cms"));
  });

  after(async () => machines?.end());

  const urls = [
    `root://${CACHE}//store/known`,
    // As ServiceX' transformers write it.
    ...["root", "roots"].map((scheme) => `root://${CACHE}:1094//${scheme}://${ORIGIN}//store/known`),
  ];
  for (const url of urls)
    it(`reads ${url} by a proxy of the organization`, async () => {
      client.show(authority.proxy("member", "/cms"));
      const { bytes, text } = await client.copy(url);
      assert.equal(bytes?.toString(), "known", `${text}\n${cache.log.slice(-3000)}`);
    });

  const refused: Readonly<Record<string, () => string | undefined>> = {
    "a proxy without attributes": () => authority.proxy("nobody"),
    "a proxy of another organization": () => authority.proxy("stranger", "/atlas"),
    "no proxy": () => undefined,
  };
  for (const [what, proxy] of Object.entries(refused))
    it(`refuses ${what}`, async () => {
      client.show(proxy());
      for (const url of urls) {
        const { bytes, text } = await client.copy(url);
        assert.equal(bytes, undefined);
        assert.match(text, /3010|denied|Auth failed|No protocols/);
      }
    });

  it("refuses a path, an origin and a write that nobody may have", async () => {
    client.show(authority.proxy("member", "/cms"));
    for (const path of ["/other/known", "/root://issuer.example.edu//store/known"]) {
      const { bytes, text } = await client.copy(`root://${CACHE}/${path}`);
      assert.equal(bytes, undefined);
      assert.match(text, /3010|disallowed|denied/);
    }
    const { code, text } = await client.run(["xrdcp", "-f", "-N", "/etc/hosts", `root://${CACHE}//store/new`]);
    assert.notEqual(code, 0);
    assert.match(text, /3010|denied|read.only/i);
  });

  it("still reads by a token", async () => {
    client.show(undefined);
    const { bytes, text } = await client.copy(urls[0] ?? "", clientToken(issuer, rendered));
    assert.equal(bytes?.toString(), "known", text);
  });
});
