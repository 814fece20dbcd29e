import assert from "node:assert/strict";
import { siteConfig, tokenConfig } from "#af/components/data/xcache-config";
import { diskName } from "#af/components/data/xcache-set";
import { Data, exportsOf, type XCacheSettings } from "#af/components/data/settings";

describe("configuration of the XCache", () => {
  const settings: XCacheSettings = {
    kind: "xcache",
    host: "cache.example.edu",
    origin: { host: "origin.example.edu", port: 1095 },
    image: "r.example.edu/xcache:1",
    disks: [
      { path: "/a", size: "1Ti" },
      { path: "/b", size: "1Ti" },
    ],
    cpu: "1",
    memory: "16Gi",
    certificate: "public",
    resource: "EXAMPLE",
    tokens: { issuers: [{ url: "https://issuer.example.edu/", basePath: "/", paths: ["/store"] }] },
  };
  const text = siteConfig(settings, ["/store", "/user"]);

  it("names the origin and the forms of URL that name another, and every export read-only", () => {
    assert.match(text, /^pss\.origin =root,roots,xroot,xroots origin\.example\.edu:1095$/m);
    for (const path of ["/store", "/user", "/root:/", "/roots:/"]) assert.ok(text.includes(`all.export ${path} r/o\n`), path);
  });

  it("names the image's folder as its namespace, and leaves spaces to the image, which tells them itself", () => {
    assert.match(text, /^oss\.localroot \/xcache\/namespace$/m);
    assert.doesNotMatch(text, /oss\.space|pfc\.spaces/);
  });

  it("gives half of the memory to blocks, never less than the 1g below which the daemon does not start", () => {
    assert.match(text, /^pfc\.ram 8g$/m);
    assert.match(siteConfig({ ...settings, memory: "512Mi" }, ["/store"]), /^pfc\.ram 1g$/m);
  });

  it("uses no directive that does not exist", () => assert.doesNotMatch(text, /pfc\.diskspace|http\.tls/));

  it("admits tokens of the issuers for this cache, at the cache itself and at known origins alone", () => {
    const tokens = tokenConfig(settings, ["door.example.edu:1094"]);
    assert.match(tokens, /^audience = https:\/\/cache\.example\.edu$/m);
    assert.match(tokens, /^base_path = \/,\/root:\/door\.example\.edu:1094\/,/m);
    assert.match(tokens, /^restricted_path = \/store$/m);
  });

  it("gives volumes and claims of a disk other names when its size or path changes, and the first ones when it changes back", () => {
    const disk = { path: "/a", size: "1Ti" };
    const names = [disk, { ...disk, size: "2Ti" }, { ...disk, path: "/b" }, disk].map((each) => diskName(0, each));
    assert.equal(new Set(names).size, 3);
    assert.equal(names[0], names[3]);
  });

  it("lists what the doors of all stores export, each path once", () => {
    const data = Data.parse({
      stores: {
        first: {
          kind: "dcache",
          capacity: "1P",
          status: "known",
          doors: { exports: ["/store"], hosts: [{ name: "door.example.edu", address: "192.0.2.1" }] },
        },
        second: {
          kind: "eos",
          capacity: "1P",
          status: "known",
          doors: { exports: ["/store", "/user"], hosts: [{ name: "eos.example.edu", address: "192.0.2.2" }] },
        },
      },
      cache: { kind: "none" },
      cvmfs: { kind: "none" },
    });
    assert.deepEqual(exportsOf(data), ["/store", "/user"]);
  });
});
