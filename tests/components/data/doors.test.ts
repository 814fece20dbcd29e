import assert from "node:assert/strict";
import fc from "fast-check";
import { DoorSettings, clientEndpointsOf, doorUrl, endpointsOf } from "#af/components/data/door-settings";
import { dataParts } from "#af/components/data/parts";
import { Data, knownOrigins, type XCacheSettings } from "#af/components/data/settings";
import { USER_SERVERS } from "#af/components/hub/pods";
import { clusterFacts } from "#af/components/tenancy/cluster";
import { policiesOf } from "#af/components/tenancy/network-policies";

const CLUSTER = clusterFacts({
  kind: "kubeadm",
  version: "1.34",
  networkPlugin: "calico",
  podCidr: "10.0.0.0/16",
  serviceCidr: "10.1.0.0/16",
  hostCidrs: ["172.16.0.0/24"],
  hardening: {},
});
const address = (index: number) => `198.51.100.${index}`;
const port = fc.integer({ min: 1, max: 65535 });
const way = fc.constantFrom("tokens" as const, "gsi" as const);
/** At most one kind of XRootD and WebDAV, in any order, because two on one port are refused. */
const protocols = fc
  .record({
    native: fc.option(fc.record({ kind: fc.constant("roots" as const), port, auth: fc.uniqueArray(way, { minLength: 1 }) })),
    web: fc.option(fc.record({ kind: fc.constant("davs" as const), port, auth: fc.uniqueArray(way, { minLength: 1 }) })),
    swapped: fc.boolean(),
  })
  .map(({ native, web, swapped }) => {
    const both = [native, web].flatMap((one) => (one ? [one] : []));
    return swapped ? both.reverse() : both;
  })
  .filter((list) => list.length > 0);
const doors = fc
  .record({ protocols, count: fc.integer({ min: 1, max: 4 }), redirector: fc.option(port) })
  .map(({ protocols: spoken, count, redirector }) => ({
    protocols: spoken,
    exports: ["/store"],
    hosts: Array.from({ length: count }, (_, index) => ({ name: `door${index}.example.edu`, address: address(index + 1) })),
    ...(redirector !== null &&
      spoken.some(({ kind }) => kind === "roots") && { redirector: { name: "all.example.edu", address: address(99), port: redirector } }),
  }));

/** A site's data with one store behind these doors, and a cache in front or none. */
function dataWith(given: object, cache: object = { kind: "none" }): Data {
  return Data.parse({
    stores: { site: { kind: "eos", capacity: "1P", status: "a test's", doors: given } },
    cache,
    cvmfs: { kind: "none" },
  });
}

describe("doors of a store", () => {
  it("have one rule each for clients' way out, with their address and their ports and nothing else", () => {
    fc.assert(
      fc.property(doors, (given) => {
        const data = dataWith(given);
        const { site } = dataParts(data, {
          nodes: {},
          namespaceOf: (role) => role,
          loadBalancer: { kind: "none" },
          monitored: false,
        }).doors;
        const { flows } = site ?? assert.fail("no doors");
        const policies = policiesOf("hub", { names: { hub: "hub" }, cluster: CLUSTER, flows });
        const { egress } = policies[`allow-flows-${USER_SERVERS.name}`] as { egress: readonly { to: unknown; ports: unknown }[] };
        const settings = DoorSettings.parse(given);
        const expected = new Map<string, Set<number>>();
        for (const { address: at, port: one } of endpointsOf(settings)) expected.set(at, (expected.get(at) ?? new Set<number>()).add(one));
        assert.deepEqual(
          egress.map(({ to, ports }) => ({ to, ports })),
          [...expected].map(([at, ports]) => ({
            to: [{ ipBlock: { cidr: `${at}/32` } }],
            ports: [...ports].sort((a, b) => a - b).map((one) => ({ protocol: "TCP", port: one })),
          })),
        );
      }),
    );
  });

  it("are asked by the redirector's URL, or by those of the first protocol's doors", () => {
    const [native, web] = [{ kind: "roots" }, { kind: "davs", port: 2880 }];
    const hosts = [{ name: "door.example.edu", address: address(1) }];
    const redirector = { name: "all.example.edu", address: address(9), port: 1213 };
    const cases: readonly (readonly [object, readonly string[]])[] = [
      [{ protocols: [native, web] }, ["roots://door.example.edu:1094//store/a"]],
      [{ protocols: [web, native] }, ["davs://door.example.edu:2880/store/a"]],
      [{ protocols: [{ kind: "root", port: 1095 }] }, ["root://door.example.edu:1095//store/a"]],
      [{ protocols: [native], redirector }, ["roots://all.example.edu:1213//store/a"]],
      [{}, ["roots://door.example.edu:1094//store/a"]],
    ];
    for (const [given, urls] of cases)
      assert.deepEqual(
        clientEndpointsOf(DoorSettings.parse({ exports: ["/store"], hosts, ...given })).map((endpoint) => doorUrl(endpoint, "/store/a")),
        urls,
      );
  });

  it("are origins of the cache where they speak XRootD", () => {
    fc.assert(
      fc.property(doors, (given) => {
        const settings = { origin: { host: "federation.example.edu", port: 1094 } } as XCacheSettings;
        const known = knownOrigins(dataWith(given), settings);
        const native = endpointsOf(DoorSettings.parse(given)).filter(({ protocol }) => protocol === "roots");
        const named = native.map(({ name, port: at }) => `${name}:${at}`);
        assert.deepEqual(
          known.filter((origin) => origin.includes(":") && !origin.startsWith("federation")),
          named,
        );
      }),
    );
  });
});
