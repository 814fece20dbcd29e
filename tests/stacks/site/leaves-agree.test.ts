import assert from "node:assert/strict";
import { z } from "zod";
import * as fields from "#af/components/fields";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { leavesOf, withLeaf, type Leaf } from "../../support/leaves";
import { AGREEMENTS, NOWHERE } from "../../support/agreements";
import type { Agreements } from "../../support/agreements/agreement";
import { placesOf } from "../../support/places";
import { siteConfig, spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown>;

/** Sites that together have every port, address, name, class and image of the settings. */
const SUBJECTS: Readonly<Record<keyof typeof AGREEMENTS, () => Promise<Config>>> = {
  // With addresses to spare.
  unl: () => Promise.resolve(spoilt(siteConfig("unl"), ["platform", "loadBalancer", "pools", "public", 5], "203.0.113.240/29")),
  fnal: () => Promise.resolve(siteConfig("fnal")),
  outside,
  alerts: () => settingsOfKind("monitoring(stack).alerts: email"),
  dns01: () => settingsOfKind("platform.certificates(acme).solver: rfc2136"),
  skyhook: () => settingsOfKind("skyhook: experimental"),
};

/** All that can be somebody else's is: Ceph, cache and access point; Dask's workers are pods. */
async function outside(): Promise<Config> {
  const titles = ["servicex(servicex).auth: oidc", "hub.dask(gateway).backend: kubernetes", "data.cache: external"];
  const changes = titles.flatMap((title) => KINDS[title] ?? []);
  const config = changes.reduce<Config>((tree, [at, value]) => spoilt(tree, at, value), await settingsOfKind("hub.dask: none"));
  const shared = spoilt(config, ["storage", "filesystem"], { kind: "cephfs", name: "af", dataPool: "af-data" });
  const native = spoilt(shared, ["data", "stores", "site", "doors", "protocols"], [{ kind: "roots", port: 1094 }]);
  return spoilt(native, ["hub", "homes", "kind"], "shared");
}

/** What is known by its value wherever it stands; the value has to be of the right kind. */
const SENTINELS = new Map<string, unknown>(
  (
    [
      [fields.port, 23456],
      [fields.dnsName, "sentinel.example.net"],
      [fields.label, "sentinel"],
      [fields.image, "sentinel.example.net/of/image:1"],
      [fields.ipv4, "203.0.113.241"],
      [fields.cidr, "203.0.113.248/29"],
    ] as const
  ).map(([schema, value]) => [examplesOf(schema), value]),
);

function examplesOf(schema: z.core.$ZodType): string {
  return JSON.stringify((z.globalRegistry.get(schema) as { readonly examples?: unknown } | undefined)?.examples);
}

function sentinelOf({ key }: Leaf): unknown {
  return SENTINELS.get(JSON.stringify(key.facts.examples));
}

describe("all who must agree on a port, an address, a name, a class or an image do", function () {
  this.timeout(600_000);

  for (const [name, agreements] of Object.entries<Agreements>(AGREEMENTS))
    it(name, async () => {
      const config = await SUBJECTS[name as keyof typeof AGREEMENTS]();
      const faults: string[] = [];
      for (const [path, { value, must, may = [] }] of Object.entries(agreements)) {
        const leaf = leavesOf(config).find((one) => one.what === "value" && one.path.join(".") === path);
        assert.ok(leaf, `${name} has no ${path}`);
        const sentinel = value ?? sentinelOf(leaf);
        const { resources } = await recordProgram(parseSite(withLeaf(config, leaf, sentinel), "a test"));
        // Charts take an image in two parts.
        const found = placesOf(resources, String(sentinel).replace(/:1$/, ""));
        const lacking = must.filter((entry) => !found.some((place) => place.startsWith(entry)));
        const more = found.filter((place) => ![...must, ...may].some((entry) => place.startsWith(entry)));
        faults.push(...lacking.map((place) => `  af:${path} does not reach ${place}`));
        faults.push(...more.map((place) => `  af:${path} also reaches ${place}`));
      }
      assert.ok(
        faults.length === 0,
        `${name}: not all agree; wire what lacks, and list what is right to be reached too:\n${faults.join("\n")}`,
      );
    });

  it("the table has every such leaf", async () => {
    const listed = new Set(Object.keys(NOWHERE));
    const all: Leaf[] = [];
    for (const [name, agreements] of Object.entries<Agreements>(AGREEMENTS)) {
      const leaves = leavesOf(await SUBJECTS[name as keyof typeof AGREEMENTS]());
      all.push(...leaves);
      for (const { path, pattern } of leaves) if (path.join(".") in agreements) listed.add(pattern);
    }
    for (const title of Object.keys(KINDS)) all.push(...leavesOf(await settingsOfKind(title)));
    const typed = all.filter((leaf) => leaf.what === "value" && (sentinelOf(leaf) !== undefined || leaf.key.facts.unit === "port"));
    const missing = new Set(typed.map(({ pattern }) => pattern).filter((pattern) => !listed.has(pattern)));
    assert.deepEqual([...missing], [], "say in tests/support/agreements/ who must agree on these");
    const stale = Object.keys(NOWHERE).filter((pattern) => !typed.some((leaf) => leaf.pattern === pattern));
    assert.deepEqual(stale, [], "these settings are gone");
  });
});
