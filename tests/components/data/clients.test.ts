import assert from "node:assert/strict";
import { clientEnvironment, jobEnvironment, WORKER_TOKEN_FILE } from "#af/components/data/clients";
import { xrootdEndpointsOf } from "#af/components/data/door-settings";
import { cacheEndpoint, Data } from "#af/components/data/settings";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../../support/site-config";

describe("environment of XRootD's clients", () => {
  for (const name of SITES) {
    const { data } = parseSite(siteConfig(name), name);

    it(`${name}: differs between a pod and a worker by the file of the token, and by the domain of a signpost, alone`, () => {
      const { BEARER_TOKEN_FILE: file, LOCALDOMAIN: domain, ...worker } = jobEnvironment(data, WORKER_TOKEN_FILE);
      assert.equal(domain, data.cache.kind === "xcache" ? data.cache.signpost?.domain : undefined);
      assert.deepEqual(worker, clientEnvironment(data));
      assert.equal(file, WORKER_TOKEN_FILE);
    });

    it(`${name}: replaces the cache that an image has built in`, () => {
      const { XCACHE_HOST: host, XCACHE_PORT: port } = clientEnvironment(data);
      const doors = Object.values(data.stores).flatMap(({ doors: told }) => xrootdEndpointsOf(told));
      const places = [cacheEndpoint(data), ...doors.map((door) => ({ host: door.name, port: door.port }))];
      assert.ok(places.some((place) => place?.host === host && String(place?.port) === port));
      if (data.cache.kind !== "none") assert.equal(host, cacheEndpoint(data)?.host);
    });
  }

  it("lead to nowhere, and say why, where there is neither cache nor XRootD", () => {
    const doors = { protocols: [{ kind: "davs" }], exports: ["/store"], hosts: [{ name: "door.example.edu", address: "192.0.2.1" }] };
    const stores = { site: { kind: "dcache", capacity: "1P", status: "a test's", doors } };
    assert.match(
      clientEnvironment(Data.parse({ stores, cache: { kind: "none" }, cvmfs: { kind: "none" } }))["XCACHE_HOST"] ?? "",
      /no-xrootd-door\.invalid$/,
    );
  });
});
