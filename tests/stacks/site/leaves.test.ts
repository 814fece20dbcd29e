import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { objectsOfResource } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { plain } from "#af/policies/engine-values";
import { recordProgram, type Recording } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { SiteError } from "#af/stacks/site/problems";
import { capacityOf } from "#af/tools/plan/capacity";
import { leavesOf, reach, withLeaf, type Leaf, type Path } from "../../support/leaves";
import { secondOf, type Refused, type Variant } from "../../support/second-values";
import { siteConfig, SITES, spelt, spoilt } from "../../support/site-config";
import { KINDS, placeOf, settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown>;

/** Leaves that people alone read, and who they are. Nothing that is built or judged may follow from one. */
const FOR_PEOPLE: Readonly<Record<string, string>> = {
  "site.title": "the stack's output and the heads of plans show it",
  "nodes.*.model": "says which machines these are; what counts of them is their capacity",
  "tenancy.pins.*.because": "the reason for a quota set by hand",
  "differences.*": "the reason for a difference; `site parity` shows it",
  "differences.*.name": "the path of a difference; `site parity` looks it up",
  "expiry.*.name": "the secret that ends",
  "expiry.*": "`site validate` and `plan` warn when the day is near",
};

interface Idle {
  /** Names of subjects. */
  readonly at: readonly string[];
  readonly because: string;
}

/** Leaves that decide something elsewhere, and nothing at these sites. */
const IDLE: Readonly<Record<string, Idle>> = {
  "site.experiment": { at: ["fnal"], because: "ServiceX and its code generators ask for it, and the site has none" },
  "nodes.masters.capacity.cpu": { at: ["fnal"], because: "the masters of OKD run nothing of the facility's, not even a daemon" },
  "nodes.masters.capacity.memory": { at: ["fnal"], because: "as for its CPU" },
  "storage.sharedClass": { at: ["storage: existing"], because: "homes are block volumes there, and nothing else is shared" },
  "batch.pool.cores": {
    at: ["batch: htcondor"],
    because: "somebody else's access point bounds its jobs, and users' own jobs are not counted",
  },
};

/** Leaves with which the reader compares others: no object follows from one, but a value that leaves the others out is refused. */
const CHECKED: Readonly<Record<string, { readonly value: (config: Config) => unknown; readonly at: RegExp; readonly because: string }>> = {
  "tenancy.leaveAlone.+": {
    value: (config) => reach(config, ["tenancy", "names", "hub"]),
    at: /^af:tenancy\.names\.hub$/,
    because: "no namespace of the facility may be called so",
  },
  "tenancy.leaveAlone.*": {
    value: (config) => reach(config, ["tenancy", "names", "hub"]),
    at: /^af:tenancy\.names\.hub$/,
    because: "no namespace of the facility may be called so",
  },
  "platform.loadBalancer.addresses.+": {
    value: (config) => reach(config, ["site", "kubernetes", "podCidr"]),
    at: /^af:platform\.loadBalancer\.addresses\[\d+\]$/,
    because: "the site's load balancer is somebody else's; networks of the cluster must be apart from its addresses",
  },
  "platform.loadBalancer.addresses.*": {
    value: () => "203.0.113.128/29",
    at: /^af:(hub|platform|batch)\..*\.address$/,
    because: "the site's load balancer is somebody else's; what services ask for must be among its addresses",
  },
};

/** Leaves of which every other value is refused, and in which words. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "nodes.*.runs.+": /^found .*; allowed: control-plane alone/,
  "nodes.*.runs.*": /^found .*; allowed: control-plane alone|^no pool runs|^no pool of that name runs users/,
  "tenancy.names.*": /^the site runs nothing in such a namespace/,
  "platform.loadBalancer.pools.*.*": /lies in no address pool/,
  "storage.devices.*.name": /^no such pool/,
  "storage.failureDomain": /^3 copies need as many failure domains/,
  "batch.workers": /needs CVMFS, which the site does not offer/,
  "hub.profiles.*.atOnce": /^the first profile takes what the others leave/,
  "hub.profiles.*.cpu": /^fills says it already/,
  "hub.profiles.*.memory": /^fills says it already/,
  "skyhook.pool": /^no such pool/,
};

interface Subject {
  readonly name: string;
  readonly config: Config;
  /** Only leaves below this path are tried. */
  readonly below: Path;
}

describe("every leaf of the settings matters", function () {
  this.timeout(600_000);

  for (const name of SITES)
    it(`${name}: each changes an object, a verdict or a check`, async function () {
      report(this, await tried([{ name, config: dressed(siteConfig(name)), below: [] }]));
    });

  it("every kind: each below its union does", async function () {
    const kinds = Object.keys(KINDS).map(async (title) => ({
      name: title,
      config: dressed(await settingsOfKind(title)),
      below: placeOf(title),
    }));
    report(this, await tried([...(await Promise.all(kinds)), await onThreeRacks()]));
  });
});

/** The settings with what a site may leave out and these do: addresses to spare, a quota by hand, the end of a secret. */
function dressed(config: Config): Config {
  const pool = ["platform", "loadBalancer", "pools", "public"];
  const networks = reach(config, pool);
  const roomy = Array.isArray(networks) ? spoilt(config, pool, [...(networks as unknown[]), "203.0.113.240/29"]) : config;
  return {
    ...roomy,
    tenancy: { ...(roomy["tenancy"] as object), pins: { hub: { because: "a test" } } },
    expiry: { hubClientSecret: "2030-01-31" },
  };
}

/** Disks in three racks, so that copies may lie in racks. */
async function onThreeRacks(): Promise<Subject> {
  const config = await settingsOfKind("storage: rook");
  const pool = reach(config, ["nodes", "workers"]) as object;
  const disks = reach(config, ["storage", "devices", "workers"]);
  const names = ["workers", "second", "third"];
  const each = (value: (name: string) => unknown) => Object.fromEntries(names.map((name) => [name, value(name)]));
  const nodes = each((name) => ({ ...pool, rack: name, ...(name !== "workers" && { hosts: [`${name}[1-6]`] }) }));
  const name = "storage: rook on three racks";
  return {
    name,
    config: spoilt(
      spoilt(config, ["nodes"], nodes),
      ["storage", "devices"],
      each(() => disks),
    ),
    below: ["storage", "failureDomain"],
  };
}

/** Tries every leaf of every subject, and fails with all that change nothing; how many were tried, by subject. */
async function tried(subjects: readonly Subject[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { name, config, below } of subjects) {
    const leaves = leavesOf(config).filter(({ path, what }) => {
      const key = JSON.stringify([config, path, what]);
      return below.every((step, index) => path[index] === step) && !seen.has(key) && seen.add(key);
    });
    faults.push(...(await faultsOf(name, config, leaves)));
    counts[name] = leaves.length;
  }
  assert.ok(
    faults.length === 0,
    `these leaves are wired wrongly; wire each, remove it, or declare it with a reason:\n${faults.join("\n")}`,
  );
  return counts;
}

async function faultsOf(name: string, config: Config, leaves: readonly Leaf[]): Promise<readonly string[]> {
  const faults: string[] = [];
  const base = await Outcome.of(config);
  const quiet = leaves.filter(({ pattern, path }) => pattern in FOR_PEOPLE || IDLE[path.join(".")]?.at.includes(name));
  const say = ({ path, what }: Leaf, text: string) =>
    void faults.push(`  ${name}: ${spelt(path)}${what === "value" ? "" : ` (${what})`}: ${text}`);

  for (const leaf of leaves) {
    if (quiet.includes(leaf)) continue;
    const check = CHECKED[leaf.pattern];
    if (check !== undefined) {
      const problems = problemsOf(withLeaf(config, leaf, check.value(config)));
      if (!problems.some(({ path }) => check.at.test(path)))
        say(leaf, `is declared as checked, but ${JSON.stringify(check.value(config))} is taken`);
      continue;
    }
    const second = secondOf(config, leaf);
    if (isRefused(second)) {
      const [first] = second.problems;
      if (REFUSED[leaf.pattern]?.test(first?.message ?? "") !== true)
        say(leaf, `no second value is taken: ${first ? `${first.path}: ${first.message}` : "none is known"}`);
      continue;
    }
    if (!(await base.differsFrom(await Outcome.of(second.config))))
      say(leaf, `${shown(leaf.value)} or ${shown(second.value)}: all the same`);
  }
  // All at once first: none of them is expected to change anything.
  const together = quiet.reduce((tree, leaf) => {
    const second = secondOf(tree, leaf);
    return isRefused(second) ? tree : second.config;
  }, config);
  if (quiet.length > 0 && (await base.differsFrom(await Outcome.of(together))))
    for (const leaf of quiet) {
      const second = secondOf(config, leaf);
      if (!isRefused(second) && (await base.differsFrom(await Outcome.of(second.config))))
        say(leaf, "is declared to change nothing, and does");
    }
  return faults;
}

function isRefused(second: Variant | Refused): second is Refused {
  return "problems" in second;
}

function problemsOf(config: Config) {
  try {
    parseSite(config, "a test");
    return [];
  } catch (error) {
    if (error instanceof SiteError) return error.problems;
    throw error;
  }
}

/** What comes of settings: what the program asks for, and what is said of it. */
class Outcome {
  private readonly built: string;
  private verdict: string | undefined;

  private constructor(private readonly recording: Recording) {
    // In an order of its own: promises settle in another one when a value is longer.
    const resources = [...recording.resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    this.built = JSON.stringify(
      resources.map(({ options, ...rest }) => ({ ...rest, options: { ...options, dependsOn: [...options.dependsOn].sort() } })),
    );
  }

  static async of(config: Config): Promise<Outcome> {
    return new Outcome(await recordProgram(parseSite(config, "a test")));
  }

  async differsFrom(other: Outcome): Promise<boolean> {
    return this.built !== other.built || this.said() !== other.said();
  }

  /** Findings and every figure that was compared, of both packs and of the proof that all finds a place. */
  private said(): string {
    const { site, resources } = this.recording;
    const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
    this.verdict ??= JSON.stringify([judge(RULES, objects, { site }), capacityOf(objects, site).answers], (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    return this.verdict;
  }
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function report(context: Mocha.Context, counts: Readonly<Record<string, number>>): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (context.test) context.test.title += ` (${total} leaves)`;
  console.log(
    `    ${Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ")}`,
  );
}
