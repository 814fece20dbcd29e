import assert from "node:assert/strict";
import { isRequired } from "#af/stacks/site/known-keys";
import { SCHEMAS, type ConcernName } from "#af/stacks/site/schema";
import { pathsOf, siteConfig, SITES, spelt, spoilt, valueAt } from "../../support/site-config";
import { KINDS, placeOf, settingsOfKind } from "../../support/site-kinds";
import { problemsOf } from "../../support/site-problems";

type Path = readonly (string | number)[];

/** Settings that are right until they are spoilt. */
interface Subject {
  readonly config: Record<string, unknown>;
  /** Only what lies below this path is spoilt. */
  readonly below: Path;
}

/** What is spoilt, by the name of the test: both sites, and every kind of every setting, whether a site has it or not. */
const SUBJECTS: Readonly<Record<string, () => Promise<readonly Subject[]>>> = {
  ...Object.fromEntries(SITES.map((name) => [name, () => Promise.resolve([{ config: siteConfig(name), below: [] }])])),
  "every kind": () =>
    Promise.all(Object.keys(KINDS).map(async (title) => ({ config: await settingsOfKind(title), below: placeOf(title) }))),
};

describe("every mistake in a site file is refused where it is", () => {
  for (const [name, read] of Object.entries(SUBJECTS)) {
    describe(name, () => {
      let subjects: readonly Subject[];
      before(async () => {
        subjects = await read();
      });
      /** Every path that is to be spoilt, with the settings that it is of. */
      const places = () =>
        subjects.flatMap(({ config, below }) =>
          pathsOf(config)
            .filter((path) => below.every((step, index) => path[index] === step))
            .map((path) => ({ config, path, value: valueAt(config, path) })),
        );

      it("an unknown key at each level, with the nearest known key for a slip", function () {
        let count = 0;
        for (const { config, path, value } of places()) {
          if (!isObject(value) || isOpen(config, path)) continue;
          expectProblem(spoilt(config, [...path, "zzz"], 1), `${spelt(path)}.zzz`, /unknown key/);
          const [key] = Object.keys(value);
          if (key !== undefined && key.length > 4) {
            const slip = key.slice(0, 2) + key.slice(3);
            const without = spoilt(config, [...path, key], undefined);
            expectProblem(spoilt(without, [...path, slip], value[key]), `${spelt(path)}.${slip}`, new RegExp(`did you mean ${key}`));
            count += 1;
          }
          count += 1;
        }
        report(this, count, "unknown keys");
      });

      it("a value of the wrong type at each path", function () {
        const all = places();
        for (const { config, path, value } of all) {
          const wrong = isObject(value) || Array.isArray(value) ? 7 : {};
          expectProblem(spoilt(config, path, wrong), spelt(path), /found|missing/);
        }
        report(this, all.length, "wrong types");
      });

      it("a missing key that the schema requires", function () {
        const required = places().filter(({ config, path }) => {
          const [concern, ...inside] = path;
          if (inside.length === 0) return SCHEMAS[concern as ConcernName].safeParse(undefined).success === false;
          const key = inside.at(-1) ?? "";
          return isRequired(SCHEMAS[concern as ConcernName], inside.slice(0, -1), key, config[concern as ConcernName]);
        });
        for (const { config, path } of required) expectProblem(spoilt(config, path, undefined), spelt(path), /found nothing|missing/);
        assert.ok(required.length > 50);
        report(this, required.length, "missing keys");
      });

      it("a value out of range at each path that holds a number, a text or a list", function () {
        let count = 0;
        for (const { config, path, value } of places())
          for (const wrong of outOfRange(path, value)) {
            expectProblem(spoilt(config, path, wrong), spelt(path), /found|missing|takes what/);
            count += 1;
          }
        report(this, count, "values out of range");
      });
    });
  }

  for (const name of SITES)
    it(`${name}: all of ten faults at once`, () => {
      const config = siteConfig(name);
      const faults = pathsOf(config)
        .filter((path) => path.length > 2 && typeof valueAt(config, path) === "string")
        .filter((_, index) => index % 7 === 0)
        .slice(0, 10);
      const broken = faults.reduce<Record<string, unknown>>((tree, path) => spoilt(tree, path, {}), config);
      const paths = problemsOf(broken).map(({ path }) => path);
      assert.equal(faults.length, 10);
      for (const path of faults) assert.ok(paths.includes(spelt(path)), `${spelt(path)} is not among ${paths.join(", ")}`);
    });
});

function expectProblem(config: Record<string, unknown>, path: string, message: RegExp): void {
  const problems = problemsOf(config);
  assert.ok(
    problems.some((problem) => problem.path.startsWith(path) && message.test(problem.message)),
    `expected ${String(message)} at ${path}, got ${JSON.stringify(problems, null, 1)}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lists that may be empty. */
const MAY_BE_EMPTY = ["leaveAlone", "taints", "adminGroups"];
/** Numbers that may have a fraction. */
const FRACTIONS = ["idleHours", "headroom", "cpu"];

/** Values of the right type that no key takes: below zero, a part of a thing, nothing at all, longer than anything. */
function outOfRange(path: Path, value: unknown): readonly unknown[] {
  const key = String(path.findLast((step) => typeof step === "string"));
  if (typeof value === "number") return [-1, ...(FRACTIONS.includes(key) ? [] : [1.5])];
  if (typeof value === "string") return [""];
  if (Array.isArray(value)) return MAY_BE_EMPTY.includes(key) ? [] : [[]];
  return [];
}

/** Records take keys of the site's choosing: pools of nodes, pools of addresses, devices by pool. */
function isOpen(config: Record<string, unknown>, path: Path): boolean {
  const text = spelt(path);
  return (
    [
      "af:nodes",
      "af:platform.loadBalancer.pools",
      "af:storage.devices",
      "af:data.stores",
      "af:data.check.files",
      "af:differences",
    ].includes(text) && isObject(valueAt(config, path))
  );
}

function report(context: Mocha.Context, count: number, what: string): void {
  if (context.test) context.test.title += ` (${count} ${what})`;
}
