import assert from "node:assert/strict";
import { z } from "zod";
import * as fields from "#af/components/fields";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { leavesOf, withLeaf, type Leaf } from "../../support/leaves";
import { AGREEMENTS, NOWHERE } from "../../support/agreements";
import { placesOf } from "../../support/places";
import { siteConfig, spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown>;

/** Sites that together have every port, address, name, class and image of the settings. */
const SUBJECTS: Readonly<Record<string, () => Promise<Config>>> = {
  // With addresses to spare.
  unl: () => Promise.resolve(spoilt(siteConfig("unl"), ["platform", "loadBalancer", "pools", "public", 3], "203.0.113.240/29")),
  fnal: () => Promise.resolve(siteConfig("fnal")),
  outside: outside,
  skyhook: () => settingsOfKind("skyhook: experimental"),
};

/** All that can be somebody else's is: Ceph, cache and access point; Dask's workers are pods. */
async function outside(): Promise<Config> {
  const titles = ["servicex(servicex).auth: oidc", "hub.dask(gateway).backend: kubernetes", "data.cache: external"];
  const changes = titles.flatMap((title) => KINDS[title] ?? []);
  const config = changes.reduce<Config>((tree, [at, value]) => spoilt(tree, at, value), await settingsOfKind("hub.dask: none"));
  const shared = spoilt(config, ["storage", "filesystem"], { kind: "cephfs", name: "af", dataPool: "af-data" });
  return spoilt(shared, ["hub", "homes", "kind"], "shared");
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
  this.timeout(120_000);

  for (const [name, read] of Object.entries(SUBJECTS))
    it(name, async () => {
      const config = await read();
      const faults: string[] = [];
      for (const [path, { value, must, may = [] }] of Object.entries(AGREEMENTS[name] ?? {})) {
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
    const missing = new Set<string>();
    const listed = new Set<string>(Object.keys(NOWHERE));
    const configs = await Promise.all(Object.entries(SUBJECTS).map(async ([name, read]) => ({ name, config: await read() })));
    for (const { name, config } of configs)
      for (const { path, pattern } of leavesOf(config)) if (AGREEMENTS[name]?.[path.join(".")] !== undefined) listed.add(pattern);
    const kinds = await Promise.all(Object.keys(KINDS).map((title) => settingsOfKind(title)));
    for (const config of [...configs.map((one) => one.config), ...kinds])
      for (const leaf of leavesOf(config))
        if (leaf.what === "value" && (sentinelOf(leaf) !== undefined || leaf.key.facts.unit === "port") && !listed.has(leaf.pattern))
          missing.add(leaf.pattern);
    assert.deepEqual([...missing], [], "say in tests/support/agreements.ts who must agree on these");
  });
});
