import assert from "node:assert/strict";
import { RULES } from "#af/policies/packs";
import { parseSite } from "#af/stacks/site/parse";
import { recordProgram } from "#af/stacks/record";
import { progressOf } from "#af/terminal/progress";
import { judgeRecording } from "#af/tools/plan/plan";
import { SITE_KEYS, type Key } from "#af/tools/site/keys";
import { KINDS, placeOf, settingsOfKind } from "../support/site-kinds";

/** Kinds that a site file may name and a policy pack refuses nevertheless. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  // Every user server would mount a folder of its host; the CSI driver needs no such exception.
  "data.cvmfs: hostPath": ["no-host-paths PersistentVolume cvmfs"],
};

describe("a plan of every kind of site", function () {
  this.timeout(60_000);

  it("knows every kind of every union of the settings", () => {
    assert.deepEqual(Object.keys(KINDS).sort(), [...kindsBelow(SITE_KEYS, "")].sort());
  });

  const busy = new Set<string>();
  for (const title of Object.keys(KINDS)) {
    it(`${title}: runs through, matches its schemas, and passes both packs`, async () => {
      const site = parseSite(await settingsOfKind(title), "a test");
      assert.ok(kindsAt(site, placeOf(title)).includes(title.split(": ")[1]), "the site is of another kind");
      const { findings, verdict } = judgeRecording(await recordProgram(site), progressOf("plan"));
      for (const [rule, count] of Object.entries(verdict.checked)) if (count > 0) busy.add(rule);
      const refused = findings.filter(({ enforcement }) => enforcement === "mandatory");
      assert.deepEqual(
        refused.map(({ rule, object: { kind, name } }) => `${rule} ${kind} ${name}`),
        REFUSED[title] ?? [],
        refused.map(({ path, message }) => `${path}: ${message}`).join("\n"),
      );
    });
  }

  it("gives every rule of both packs something to look at", () => {
    assert.deepEqual(
      RULES.map(({ name }) => name).filter((name) => !busy.has(name)),
      // No kind of site has an Ingress or a class of its own, or waives anything.
      ["ingresses-carry-no-code", "waivers-are-exact"],
    );
  });
});

/** `where: kind` for each option of each union below a key; where an option has unions of its own, `where(kind).key: kind`. */
function* kindsBelow({ shape }: Key, at: string): Generator<string> {
  switch (shape.kind) {
    case "object":
      for (const [name, key] of shape.keys) yield* kindsBelow(key, at === "" ? name : `${at}.${name}`);
      break;
    case "union":
      for (const [kind, option] of shape.options) {
        yield `${at}: ${kind}`;
        yield* kindsBelow(option, `${at}(${kind})`);
      }
      break;
    case "map":
    case "list":
      yield* kindsBelow(shape.element, at);
      break;
    case "value":
      break;
  }
}

/** The kinds of what stands at a place; a place does not name the keys of a map and the members of a list. */
function kindsAt(value: unknown, [step, ...further]: readonly (string | number)[]): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each: unknown) => kindsAt(each, step === undefined ? [] : [step, ...further]));
  if (step === undefined) return [Reflect.get(value, "kind")];
  if (step in value) return kindsAt(Reflect.get(value, step), further);
  return Object.values(value).flatMap((each: unknown) => kindsAt(each, [step, ...further]));
}
