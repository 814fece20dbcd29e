import assert from "node:assert/strict";
import { siteConfig, tokenConfig } from "#af/components/data/xcache-config";
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
    tokens: { issuer: "https://issuer.example.edu/", basePath: "/store" },
  };
  const text = siteConfig(settings, ["/store", "/user"]);

  it("names the origin, every export read-only, and a space for every disk", () => {
    assert.match(text, /^pss\.origin origin\.example\.edu:1095$/m);
    assert.match(text, /^all\.export \/store r\/o$/m);
    assert.match(text, /^all\.export \/user r\/o$/m);
    assert.deepEqual(text.match(/^oss\.space data \S+$/gm), ["oss.space data /xcache/data0", "oss.space data /xcache/data1"]);
  });

  it("gives half of the memory to blocks, never less than the 1g below which the daemon does not start", () => {
    assert.match(text, /^pfc\.ram 8g$/m);
    assert.match(siteConfig({ ...settings, memory: "512Mi" }, ["/store"]), /^pfc\.ram 1g$/m);
  });

  it("uses no directive that does not exist", () => assert.doesNotMatch(text, /pfc\.diskspace|http\.tls/));

  it("admits tokens of one issuer, for this cache", () => {
    assert.match(
      tokenConfig(settings),
      /audience = https:\/\/cache\.example\.edu\n[\s\S]*issuer = https:\/\/issuer\.example\.edu\/\nbase_path = \/store/,
    );
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
