import assert from "node:assert/strict";
import type { V1StatefulSet } from "@kubernetes/client-node";
import type { Manifest } from "#af/components/manifest";
import { siteConfig, tokenConfig } from "#af/components/data/xcache-config";
import { diskName } from "#af/components/data/xcache-set";
import { renderCache, siteData } from "./xcache/running-cache";
import { Data, exportsOf, type XCacheSettings } from "#af/components/data/settings";

/** What Kubernetes does not change in a StatefulSet that exists. */
function bound(set: Manifest | undefined) {
  const { selector, serviceName, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy } =
    (set as unknown as V1StatefulSet).spec ?? assert.fail();
  return { selector, serviceName, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy };
}

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
    const names = [disk, { ...disk, size: "2Ti" }, { ...disk, path: "/b" }, disk].map((each) => diskName("cache1", 0, each));
    assert.equal(new Set(names).size, 3);
    assert.equal(names[0], names[3]);
  });

  it("gives a host objects that go with it, and that no other host's change", () => {
    const server = (index: number) => ({ host: `cache${index}.example.edu`, address: `192.0.2.${index}` });
    const objectsOf = (...numbers: readonly number[]) => {
      const servers = numbers.length > 1 ? numbers.map(server) : undefined;
      const hosts = numbers.map((index) => `host${index}`);
      const { kind: _, ...cache } = settings;
      return renderCache(siteData({ ...cache, ...(servers && { servers }) }), hosts).objects;
    };
    const [three, two] = [objectsOf(1, 2, 3), objectsOf(2, 3)];
    const named = (text: string) => Object.keys(three).filter((key) => key.includes(text));
    assert.deepEqual(
      Object.keys(three).filter((key) => !(key in two)),
      named("host1"),
    );
    // The rest of the redirector and the certificate name all hosts.
    for (const key of [...named("host2"), ...named("host3")].filter((each) => !each.startsWith("set-")))
      assert.deepEqual(two[key], three[key], key);
    for (const key of ["set-host2", "set-host3"]) assert.deepEqual(bound(two[key]), bound(three[key]), key);
    // With its claims: a volume whose claim stays is never deleted, and blocks the host that comes back.
    assert.deepEqual(bound(three["set-host1"]).persistentVolumeClaimRetentionPolicy?.whenDeleted, "Delete");
    // Where a second host joins, the first keeps its set and its claims.
    assert.deepEqual(bound(objectsOf(1)["set-host1"]), bound(three["set-host1"]));
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
