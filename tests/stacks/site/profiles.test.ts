import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes, millicores } from "#af/capacity/quantity";
import { schedulableHosts } from "#af/components/nodes/schedulable";
import { hostsThatRun } from "#af/components/nodes/settings";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../../support/site-config";

for (const name of SITES) {
  describe(`profiles of ${name} that are a share of a host`, () => {
    const site = parseSite(siteConfig(name), name);
    const pools = [...new Set(hostsThatRun(site.nodes, "users").map(({ pool }) => pool))];
    const sized = (pool: string, servers: number) => {
      const config = spoilt(siteConfig(name), ["hub", "profiles"], [{ name: "share", fills: { pool, servers } }]);
      const [profile] = parseSite(config, name).hub.profiles;
      assert.ok(profile);
      return { cpu: millicores(profile.cpu), memory: bytes(profile.memory) };
    };

    it("fill it: so many fit beside what runs on every host, and what is left over is less than a server each", () => {
      fc.assert(
        fc.property(fc.constantFrom(...pools), fc.integer({ min: 1, max: 16 }), (pool, servers) => {
          const host = schedulableHosts(site).find((each) => each.pool === pool);
          assert.ok(host);
          const { cpu, memory } = sized(pool, servers);
          assert.ok(
            cpu * BigInt(servers) <= (host.allocatable["cpu"] ?? 0n) && memory * BigInt(servers) <= (host.allocatable["memory"] ?? 0n),
          );
          // One core and a gibibyte are more than all that runs on every host of either site.
          assert.ok(cpu * BigInt(servers) > (host.allocatable["cpu"] ?? 0n) - 1000n - BigInt(servers));
          assert.ok(memory * BigInt(servers) > (host.allocatable["memory"] ?? 0n) - 2n ** 30n - BigInt(servers) * 2n ** 20n);
        }),
        { numRuns: 20 },
      );
    });

    it("are less than the whole host by what runs on every host", () => {
      const [pool = ""] = pools;
      const host = schedulableHosts(site).find((each) => each.pool === pool);
      assert.ok(sized(pool, 1).cpu < (host?.allocatable["cpu"] ?? 0n));
    });
  });
}
