import { z } from "zod";
import { SITE_KEYS, type Key } from "#af/tools/site/keys";
import { leavesOf, reach, withLeaf, type Leaf, type Path } from "./leaves";
import { siteConfig, SITES, spoilt } from "./site-config";
import { KINDS, placeOf, settingsOfKind } from "./site-kinds";
import { problemsOf } from "./site-problems";
import { candidates } from "./second-values";

type Config = Record<string, unknown>;

/** One amount in the site file, and settings in which it stands. */
export interface Amount {
  /** Name of a site, or title of a kind. */
  readonly subject: string;
  readonly leaf: Leaf;
  readonly config: Config;
}

/** The amount with another value, as far as the site file is taken with it. */
export interface Taken extends Amount {
  readonly value: unknown;
  /** The settings with the value. */
  readonly changed: Config;
}

/** Values far outside of what any site has, and just outside of what programs can hold. */
export const EXTREMES: readonly unknown[] = [
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e21, Number.MAX_VALUE, Number.MIN_VALUE, 0, -1],
  ...[
    "1Ei",
    "7Ei",
    "8Ei",
    "9223372036854775807",
    "9223372036854775808",
    "9223372036854775807m",
    `${"9".repeat(500)}Ei`,
    "0Gi",
    "0m",
    "-1Gi",
  ],
  ...["1e999999999", "99999999999999999999Gb/s", "99999999TiB/s", "0b/s", "0.000000000000000000001b/s"],
  ...["99999999999d", "9999999y", "0d", "99999999999h", "0h"],
];

/** Amounts of both sites, one for each pattern, and those that only sites of other kinds have. */
export async function amounts(): Promise<readonly Amount[]> {
  const found: Amount[] = [];
  const seen = new Set<string>();
  for (const name of SITES) add(name, dressed(siteConfig(name)), []);
  for (const title of Object.keys(KINDS)) add(title, dressed(await settingsOfKind(title)), placeOf(title));
  return found;

  function add(subject: string, config: Config, below: Path): void {
    const own = new Set<string>();
    for (const leaf of leavesOf(config)) {
      if (!isAmount(leaf.key) || leaf.what !== "value" || own.has(leaf.pattern)) continue;
      if (below.length > 0 && (seen.has(leaf.pattern) || below.some((step, index) => leaf.path[index] !== step))) continue;
      own.add(leaf.pattern);
      seen.add(leaf.pattern);
      found.push({ subject, leaf, config });
    }
  }
}

/** Patterns of all amounts that the site file can have, as those of {@link Leaf}. */
export function amountPatterns(): readonly string[] {
  return [...new Set(patternsBelow(SITE_KEYS, ""))].sort();
}

/** The extreme values with which the site file is taken, in their order or from the last on. */
export function* takenWith({ leaf, config, subject }: Amount, end: "first" | "last" = "first"): Iterable<Taken> {
  const values = EXTREMES.filter((value) => z.safeParse(leaf.key.schema, value).success);
  for (const value of end === "first" ? values : values.reverse()) {
    const changed = withLeaf(config, leaf, value);
    if (problemsOf(changed).length === 0) yield { subject, leaf, config, value, changed };
  }
}

function isAmount({ shape, facts }: Key): boolean {
  return shape.kind === "value" && (/number/.test(shape.type) || facts.unit === "Prometheus duration");
}

/** Sites need not have these; here they have. */
function dressed(config: Config): Config {
  const filled: readonly (readonly [path: Path, value: unknown])[] = [
    [
      ["tenancy", "pins"],
      { hub: { because: "a test", cpu: 800, memory: "4Ti", pods: 400, storage: "100Ti", claims: 600, loadBalancers: 2 } },
    ],
    [["hub", "database"], { copies: {} }],
    ...only(config, ["hub", "dask", "kind"], "sni", [["hub", "dask", "podWorker"], {}]),
    ...only(config, ["batch", "kind"], "htcondor", [["batch", "pool", "network"], {}]),
  ];
  const given = filled.reduce<Config>((tree, [path, value]) => spoilt(tree, path, value), { tenancy: {}, ...config });
  // Lists that may be empty have one entry each, of the first kind that the reader takes.
  const grown = leavesOf(given)
    .filter(({ what, pattern }) => what === "element" && LISTS.includes(pattern))
    .reduce((tree, leaf) => {
      const [entry] = candidates(tree, leaf).filter((value) => problemsOf(withLeaf(tree, leaf, value)).length === 0);
      return entry === undefined ? tree : withLeaf(tree, leaf, entry);
    }, given);
  return withDevices(grown);
}

function only(config: Config, at: Path, kind: string, ...filled: readonly (readonly [Path, unknown])[]): typeof filled {
  return reach(config, at) === kind ? filled : [];
}

/** Lists that have one entry here. */
const LISTS = ["hub.ceilings.+", "hub.events.+"];

/** Each host that runs users has a GPU. */
function withDevices(config: Config): Config {
  const pools = Object.entries(reach(config, ["nodes"]) as Record<string, { readonly runs: readonly string[] }>);
  const [pool] = pools.find(([, { runs }]) => runs.includes("users")) ?? [];
  const gpus = { "nvidia.com/gpu": 1 };
  const hosts = spoilt(config, ["nodes", pool ?? "", "capacity", "devices"], gpus);
  return spoilt(hosts, ["hub", "profiles", 0, "devices"], gpus);
}

function patternsBelow(key: Key, at: string): readonly string[] {
  const below = (step: string) => (at === "" ? step : `${at}.${step}`);
  switch (key.shape.kind) {
    case "value":
      return isAmount(key) ? [at] : [];
    case "object":
      return [...key.shape.keys].flatMap(([name, inner]) => patternsBelow(inner, below(ROLED.includes(at) ? "*" : name)));
    case "union":
      return [...key.shape.options.values()].flatMap((option) => patternsBelow(option, at));
    case "map":
    case "list":
      return patternsBelow(key.shape.element, below("*"));
    default:
      return key.shape satisfies never;
  }
}

/** As in leaves.ts: objects with a key for each role. */
const ROLED = ["tenancy.names", "tenancy.pins"];
