import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { bytes, isQuantity, millicores } from "#af/capacity/quantity";
import { plain } from "#af/policies/engine-values";
import { Field } from "#af/policies/model/field";
import { judge, type PackVerdict } from "#af/policies/judge";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { quotas } from "#af/policies/quotas/rules";
import type { Compared, Rule } from "#af/policies/model/rules";
import { projectFolder } from "#af/stacks/site/project";
import { readSite } from "#af/stacks/site/read";
import { recordProgram } from "#af/stacks/record";
import type { Site } from "#af/stacks/site/schema";
import { pathsOf, SITES, valueAt } from "../../support/site-config";

type Steps = readonly (string | number)[];

/** A site and the objects of its stack. */
interface SiteObjects {
  readonly site: Site;
  readonly objects: readonly KubernetesObject[];
}

/** A number in the site file or in an object that a test can change. */
interface Knob {
  readonly at: string;
  /** Its value, in its smallest steps. */
  readonly value: bigint;
  readonly turned: (value: bigint) => SiteObjects;
}

/** The number that moves the comparisons of each rule, by its name in {@link knobsFor}: a number of the judged object, of the site file, or of any workload. */
const KNOBS: Readonly<Record<string, RegExp>> = {
  "limit-ranges-are-consistent": /^own spec\.limits\.0\.(default|defaultRequest)\./,
  "demand-fits-quota": /^own spec\.hard\./,
  "users-fit-the-hub-quota": /^own spec\.hard\./,
  "object-counts-fit-users": /^own spec\.hard\./,
  "object-counts-stay-near-need": /^own spec\.hard\./,
  "quotas-fit-the-site": /^af nodes\..*capacity\.cpu$/,
  "users-fit-the-hosts": /^af hub\.users\.concurrent$/,
  "platform-survives-a-host": /^Deployment hub .*replicas$/,
  "platform-survives-a-failure-domain": /^Deployment hub .*replicas$/,
  "pods-fit-a-host": /^own .*requests\.cpu$/,
  "spread-pods-have-domains": /^own spec\.replicas$/,
  "rollouts-have-room": /^own .*requests\.cpu$/,
  "hosts-have-room-for-pods": /^Deployment .* spec\.replicas$/,
  "cluster-networks-suffice": /^af hub\.users\.concurrent$/,
  "transformers-fit-their-quota": /^own spec\.hard\./,
  "jobs-fit-the-pool": /^af batch\.pool\.cores$/,
  "disruption-budgets-allow-a-drain": /^own spec\.(min|max)/,
  "daemons-fit-every-host": /^DaemonSet .*requests\.cpu$/,
  "ceph-holds-its-claims": /^af hub\.users\.registered$/,
  "external-ceph-holds-its-claims": /^af storage\.capacity$/,
  "copies-fit-failure-domains": /^own .*size$/,
  "ceph-can-recover": /^own .*size$/,
  "ceph-keeps-quorum": /^own spec\.m(on|gr)\.count$/,
  "class-quotas-fit-their-pool": /^af storage\.devices\..*size$/,
  "ceph-daemons-fit-their-hosts": /^own spec\.resources\.osd\.(requests|limits)\.memory$/,
  "cache-watermarks-fit-its-disks": /^StatefulSet .*requests\.storage$/,
  "ephemeral-storage-fits-the-hosts": /^(own .*requests\.ephemeral-storage|af nodes\..*ephemeral)$/,
};

/** How far a number is raised until something is short, in the order in which this is tried. */
const FAR = [64n, 4096n, 1n << 20n];

/** Rules whose comparisons no number of either site moves: tolerations, addresses and ports are no numbers, and neither site has GPUs. */
const NOT_BY_NUMBERS = ["extended-resources-exist", "load-balancers-have-addresses", "ports-are-unique", "tainted-hosts-have-users"];

for (const name of SITES)
  describe(`where the rules of ${name} change their mind`, function () {
    this.timeout(300_000);
    let facility: SiteObjects;
    before(async () => {
      const site = readSite(name);
      const { resources } = await recordProgram(site);
      facility = { site, objects: resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)) };
    });

    for (const rule of quotas.filter((each) => each.name in KNOBS))
      it(`${rule.name}: at one step of a number, and not before`, function () {
        const { comparisons, checked } = judged(rule, facility);
        if (comparisons.length === 0) {
          assert.equal(checked[rule.name] ?? 0, 0, "it looks at something, and compares nothing");
          if (this.test) this.test.title += " (the site has nothing of the kind)";
          return;
        }
        const boundary = firstOf(comparisons, (compared) => boundaryOf(rule, facility, compared));
        // Without a Service for each user only the number of hosts is compared with the network, and hosts are names, not a number.
        const asksNumbers = rule.name !== "cluster-networks-suffice" || facility.site.hub.dask.kind === "sni";
        if (asksNumbers) assert.ok(boundary, "no number moves it");
        if (this.test) this.test.title += ` (${boundary ?? "decided by networks"})`;
      });
  });

describe("where rules change their mind", () => {
  it("is asked of every rule that compares", () => {
    const source = (rule: Rule) => fs.readFileSync(path.join(projectFolder(), "policies", "quotas", `${rule.name}.ts`), "utf8");
    const comparing = quotas.filter((rule) => /\.compared\(|compareAfterWorstLoss\(/.test(source(rule))).map(({ name }) => name);
    assert.deepEqual([...Object.keys(KNOBS), ...NOT_BY_NUMBERS].sort(), comparing.sort());
  });
});

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function judged(rule: Rule, { site, objects }: SiteObjects): PackVerdict {
  // Answers are kept by the identity of the list of objects, so a changed object needs a new list.
  return judge([rule], [...objects], { site });
}

/** Changes one number after another until one moves the comparison over its boundary; the name of that number. */
function boundaryOf(rule: Rule, facility: SiteObjects, compared: Compared): string | undefined {
  for (const knob of knobsFor(facility, compared)) {
    if (KNOBS[rule.name]?.test(knob.at) !== true) continue;
    const at = (value: bigint) => outcome(rule, knob.turned(value), compared);
    const now = at(knob.value);
    if (now === undefined) continue;
    const far = [...FAR.map((times) => (knob.value + 1n) * times), 0n].find((value) => at(value)?.short === !now.short);
    if (far === undefined) continue;
    let [near, beyond] = [knob.value, far];
    while (distance(near, beyond) > 1n) {
      const middle = (near + beyond) / 2n;
      const there = at(middle);
      if (there === undefined) break;
      if (there.short === now.short) near = middle;
      else beyond = middle;
    }
    if (distance(near, beyond) > 1n) continue;
    const [last, first] = [at(near), at(beyond)];
    assert.ok(last && first);
    return `${knob.at}: ${near} ${last.short ? "fails" : "passes"} (${last.text}), ${beyond} ${first.short ? "fails" : "passes"} (${first.text})`;
  }
  return undefined;
}

/**
 * What the rule says of the same comparison about other objects; undefined if it does not make it there. There is a finding if, and only if, something is
 * short, or if the search ended before it settled whether anything is.
 */
function outcome(rule: Rule, facility: SiteObjects, { object, path: at, figure }: Compared) {
  const { comparisons, findings } = judged(rule, facility);
  const same = comparisons.find(
    (each) =>
      each.path === at && each.object.name === object.name && each.object.kind === object.kind && each.figure.resource === figure.resource,
  );
  const notSettled = findings.some(({ message }) => message.startsWith("not settled"));
  if (same === undefined) return notSettled ? { short: true, text: "not settled" } : undefined;
  const { need, have } = same.figure;
  const said = findings.some(({ figures = [] }) => figures.includes(same.figure));
  assert.equal(said, need > have, `${rule.name} at ${at}: need ${need}, have ${have}`);
  return { short: need > have, text: `need ${need}, have ${have}` };
}

/** Numbers of the judged object, then those of the site file, then those of all workloads. */
function* knobsFor({ site, objects }: SiteObjects, { object: { kind, name, namespace } }: Compared): Generator<Knob> {
  const isOwner = (each: KubernetesObject) => each.kind === kind && each.name === name && each.namespace === namespace;
  for (const object of objects.filter(isOwner))
    yield* knobsOf(object.root.raw(), "own", (raw) => ({
      site,
      objects: objects.map((each) => (each === object ? { ...each, root: new Field(raw) } : each)),
    }));
  yield* knobsOf(site, "af", (changed) => ({ site: changed as Site, objects }));
  for (const object of objects.filter(({ kind: other }) =>
    /^(Deployment|StatefulSet|DaemonSet|ResourceQuota|PersistentVolumeClaim)$/.test(other),
  ))
    yield* knobsOf(object.root.raw(), `${object.kind} ${object.name}`, (raw) => ({
      site,
      objects: objects.map((each) => (each === object ? { ...each, root: new Field(raw) } : each)),
    }));
}

function* knobsOf(tree: unknown, title: string, put: (changed: unknown) => SiteObjects): Generator<Knob> {
  for (const steps of pathsOf(tree)) {
    const value = valueAt(tree, steps);
    const [amount, written] = readable(value, steps);
    if (amount === undefined) continue;
    yield {
      at: `${title} ${steps.join(".")}`,
      value: amount,
      turned: (other) => {
        const copy = structuredClone(tree);
        Reflect.set(valueAt(copy, steps.slice(0, -1)) as object, steps.at(-1) ?? "", written(other));
        return put(copy);
      },
    };
  }
}

function readable(value: unknown, steps: Steps): readonly [bigint | undefined, (amount: bigint) => unknown] {
  if (typeof value === "number") return [Number.isInteger(value) ? BigInt(value) : undefined, Number];
  if (typeof value !== "string" || !isQuantity(value)) return [undefined, String];
  const isCpu = steps.some((step) => String(step).endsWith("cpu"));
  return isCpu ? [millicores(value), (amount) => `${amount}m`] : [bytes(value), String];
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
