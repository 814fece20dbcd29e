import assert from "node:assert/strict";
import { leavesOf, reach, withLeaf, type Leaf, type Path } from "../../support/leaves";
import { Outcome } from "../../support/outcome";
import { secondOf, type Refused, type Variant } from "../../support/second-values";
import { siteConfig, SITES, spelt, spoilt } from "../../support/site-config";
import { KINDS, placeOf, settingsOfKind } from "../../support/site-kinds";
import { problemsOf } from "../../support/site-problems";

type Config = Record<string, unknown>;

/** Leaves that people alone read, and who they are. Nothing that is built or judged may follow from one. */
const FOR_PEOPLE: Readonly<Record<string, string>> = {
  "site.domain": "a stack's output shows it, and `site new` makes names of it; each service's own name is what it goes by",
  "nodes.*.model": "says which machines these are; what counts of them is their capacity",
  "tenancy.pins.*.because": "the reason for a quota set by hand",
  "differences.*": "the reason for a difference; `site parity` shows it",
  "differences.*.name": "the path of a difference; `site parity` looks it up",
  "expiry.*": "`site validate` and `plan` warn when the day is near",
  "batch.schedd.signingKey.previous.until": "`site validate` and `plan` warn when the day is near, and the packs refuse what has ended",
  "freeze.+": "decides whether `up` may run now, and nothing that it makes",
  "freeze.*.from": "as for the window",
  "freeze.*.until": "as for the window",
  "freeze.*.because": "the reason for a window",
};

interface Idle {
  /** Names of subjects. */
  readonly at: readonly string[];
  readonly because: string;
}

/** Leaves that decide something elsewhere, and nothing at these sites. */
const IDLE: Readonly<Record<string, Idle>> = {
  "nodes.masters.rack": { at: ["unl", "fnal"], because: "masters run nothing of the facility's that the loss of their rack could take" },
  "site.experiment": { at: ["fnal"], because: "ServiceX and its code generators ask for it, and the site has none" },
  "nodes.masters.capacity.cpu": { at: ["fnal"], because: "the masters of OKD run nothing of the facility's, not even a daemon" },
  "nodes.masters.capacity.memory": { at: ["fnal"], because: "as for its CPU" },
  "storage.sharedClass": { at: ["storage: existing"], because: "homes are block volumes there, and nothing else is shared" },
  "data.analysis.hits": { at: ["fnal"], because: "the site has no cache that could have anything already" },
  "data.cache.rate": { at: ["data.cache: external"], because: "the data rate is not asked for there" },
  "batch.pool.cores": {
    at: ["batch: htcondor"],
    because: "somebody else's access point bounds its jobs, and users' own jobs are not counted",
  },
};

/** Leaves with which the reader compares others: no object follows from one, but a value that leaves the others out is refused. */
const CHECKED: Readonly<Record<string, { readonly value: (config: Config) => unknown; readonly at: RegExp; readonly because: string }>> = {
  "site.kubernetes.version": {
    value: () => "1.27",
    at: /^af:site\.kubernetes\.version$/,
    because: "charts and objects of the facility run on some versions alone",
  },
  "batch.pool.cores": {
    value: () => 1,
    at: /^af:/,
    because: "workers of a cluster that run in the pool must fit it",
  },
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

/** Leaves of which no other value is taken, all else being as it is: their second value is another kind of site. In which words they are refused. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "nodes.*.hosts.+": /without a redirector each would keep its own copy/,
  "nodes.*.taints.+": /gives its pods no tolerations/,
  "nodes.*.runs.+": /^found .*; allowed: control-plane alone/,
  "nodes.*.runs.*": /^found .*; allowed: control-plane alone|^no pool runs|^no pool of that name runs users/,
  "tenancy.names.*": /^no part of this site runs in a namespace of that role/,
  "platform.loadBalancer.pools.*.*": /lies in no address pool/,
  "platform.ingress.ports.dask": /programs of the images dial and announce/,
  "platform.ingress.ports.daskWorker": /programs of the images dial and announce/,
  "storage.devices.*.name": /^no such pool/,
  "storage.devices.*.*.class": /^the disks are of the classes/,
  "storage.failureDomain": /^3 copies need as many failure domains/,
  // Where tokens and certificates are asked for already, only "none" is left, which stands alone.
  "data.stores.*.doors.protocols.*.auth.+": /allowed: none alone, or the ways without it/,
  "data.stores.*.doors.protocols.*.auth.*": /allowed: none alone, or the ways without it/,
  "data.stores.*.name": /^no such store/,
  "data.cache.local": /^no such store/,
  "data.cache.servers.+": /^found .*; allowed: one for each cache host/,
  "data.check.files.*.name": /^no such store/,
  "batch.workers": /needs CVMFS, which the site does not offer|workers are jobs of the docker universe/,
  "hub.profiles.*.atOnce": /^the first profile takes what the others leave/,
  "hub.profiles.*.groups.+": /^the first profile is everybody's default/,
  "hub.profiles.*.cpu": /^fills already decides it/,
  "hub.profiles.*.memory": /^fills already decides it/,
  "servicex.host": /^nobody can use a public host name while auth is internal/,
  "skyhook.pool": /^no such pool/,
  "skyhook.cephMajor": /^the image's tag says release/,
  "expiry.*.name": /^the site has no such secret, or the secret does not expire/,
};

interface Subject {
  readonly name: string;
  readonly config: Config;
  /** Only leaves below this path are tried. */
  readonly below: Path;
}

describe("every leaf of the settings matters", function () {
  this.timeout(600_000);
  /** Leaves that were tried, by subject. */
  const counts: Record<string, number> = {};
  /** Declarations that a leaf was found for. */
  const used = new Set<string>();

  for (const name of SITES)
    it(`${name}: each changes an object, a verdict or a check`, async function () {
      await tryAll(this, [{ name, config: dressed(siteConfig(name)), below: [] }]);
    });

  it("every kind: each below its union does", async function () {
    const kinds = Object.keys(KINDS).map(async (title) => ({
      name: title,
      config: dressed(await settingsOfKind(title)),
      below: placeOf(title),
    }));
    await tryAll(this, [...(await Promise.all(kinds)), await onThreeRacks()]);
  });

  it("no declaration is left over", function () {
    if (SITES.length + Object.keys(KINDS).length >= Object.keys(counts).length) this.skip();
    const declared = [FOR_PEOPLE, IDLE, CHECKED, REFUSED].flatMap((table) => Object.keys(table));
    assert.deepEqual(
      declared.filter((entry) => !used.has(entry)),
      [],
    );
  });

  /** Tries every leaf of every subject, and fails with all that change nothing. */
  async function tryAll(context: Mocha.Context, subjects: readonly Subject[]): Promise<void> {
    const faults: string[] = [];
    const seen = new Set<string>();
    let total = 0;
    for (const { name, config, below } of subjects) {
      const leaves = leavesOf(config).filter(({ path, what }) => {
        const key = JSON.stringify([config, path, what]);
        return below.every((step, index) => path[index] === step) && !seen.has(key) && seen.add(key);
      });
      counts[name] = leaves.length;
      total += leaves.length;
      faults.push(...(await faultsOf(name, config, leaves)));
    }
    if (context.test) context.test.title += ` (${total} leaves)`;
    const list = faults.join("\n");
    assert.ok(
      faults.length === 0,
      `of ${total} leaves these are wired wrongly; wire each, remove it, or declare it with a reason:\n${list}`,
    );
  }

  async function faultsOf(name: string, config: Config, leaves: readonly Leaf[]): Promise<readonly string[]> {
    const faults: string[] = [];
    const say = ({ path, what }: Leaf, text: string): void => {
      faults.push(`  ${name}: ${spelt(path)}${what === "value" ? "" : ` (${what})`}: ${text}`);
    };
    const base = await Outcome.of(config);
    const quiet: Variant[] = [];
    for (const leaf of leaves) {
      const check = CHECKED[leaf.pattern];
      if (check !== undefined && problemsOf(withLeaf(config, leaf, check.value(config))).some(({ path }) => check.at.test(path))) {
        used.add(leaf.pattern);
        continue;
      }
      const second = secondOf(config, leaf);
      if (isRefused(second)) {
        const [first] = second.problems;
        if (REFUSED[leaf.pattern]?.test(first?.message ?? "") === true) used.add(leaf.pattern);
        else say(leaf, `no second value is taken: ${first ? `${first.path}: ${first.message}` : "none is known"}`);
        continue;
      }
      const declared = declaredQuiet(name, leaf);
      if (declared !== undefined) {
        used.add(declared);
        quiet.push(second);
      } else if (!base.differsFrom(await Outcome.of(second.config)))
        say(leaf, `${shown(leaf.value)} or ${shown(second.value)}: all the same`);
    }
    // Those that may change nothing are tried all at once, and one by one only if that changed something.
    const together = quiet.reduce((tree, { leaf, value }) => withLeaf(tree, leaf, value), config);
    if (quiet.length > 0 && base.differsFrom(await Outcome.of(together)))
      for (const { leaf, config: changed } of quiet)
        if (base.differsFrom(await Outcome.of(changed))) say(leaf, "is declared to change nothing, and does");
    return faults;
  }
});

/** The settings with what a site may leave out and these do: addresses to spare, a quota by hand, the end of a secret. */
function dressed(config: Config): Config {
  const pool = ["platform", "loadBalancer", "pools", "public"];
  const networks = reach(config, pool);
  const roomy = Array.isArray(networks) ? spoilt(config, pool, [...(networks as unknown[]), "203.0.113.240/29"]) : config;
  const hub = roomy["hub"] as { readonly database?: object };
  return {
    ...roomy,
    hub: { ...hub, database: { ...hub.database, copies: {} } },
    tenancy: { ...(roomy["tenancy"] as object), pins: { hub: { because: "a test" } } },
    expiry: { hubClientSecret: "2030-01-31" },
    freeze: [{ from: "2030-01-01T00:00:00Z", until: "2030-01-02T00:00:00Z", because: "a test" }],
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

/** The declaration by which a leaf may change nothing. */
function declaredQuiet(name: string, { pattern, path }: Leaf): string | undefined {
  if (pattern in FOR_PEOPLE) return pattern;
  const idle = path.join(".");
  return IDLE[idle]?.at.includes(name) === true ? idle : undefined;
}

function isRefused(second: Variant | Refused): second is Refused {
  return "problems" in second;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
