import assert from "node:assert/strict";
import { judge } from "#af/policies/judge";
import { inOrder } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { recordedObjects } from "#af/policies/recorded-objects";
import type { Rule } from "#af/policies/model/rules";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { SiteError } from "#af/stacks/site/problems";
import { siteConfig, SITES, spoilt } from "../support/site-config";
import { settingsOfKind } from "../support/site-kinds";
import { ELSEWHERE, REFUSED, REMEDIES, type Remedied } from "./remedies";

type Settings = Record<string, unknown>;

function changed(settings: Settings, changes: Remedied["spoilt"]): Settings {
  return changes.reduce((tree, [path, value]) => {
    const missing = path.slice(0, -1).flatMap((_, index) => [path.slice(0, index + 1)]);
    const whole = missing.reduce<Settings>((made, at) => (valueOf(made, at) === undefined ? spoilt(made, at, {}) : made), tree);
    return spoilt(whole, path, value);
  }, settings);
}

function valueOf(tree: Settings, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined), tree);
}

function settingsOf(site: string): Promise<Settings> {
  return SITES.includes(site) ? Promise.resolve(siteConfig(site)) : settingsOfKind(site);
}

/** The rules that find something in the plan of a site. */
async function finding(settings: Settings, rules: readonly Rule[], today: string | undefined): Promise<ReadonlySet<string>> {
  const site = parseSite(settings, "a test");
  const objects = inOrder(recordedObjects(await recordProgram(site)));
  const { findings } = judge(rules, objects, { site, ...(today !== undefined && { today: new Date(`${today}T12:00:00Z`) }) });
  return new Set(findings.map(({ rule }) => rule));
}

describe("the remedies of rules", function () {
  this.timeout(240_000);

  for (const rule of RULES.filter(({ name }) => name in REMEDIES))
    it(`mend the site file, and break no other rule: ${rule.name}`, async () => {
      const { site, spoilt: changes, mended, today } = REMEDIES[rule.name] ?? assert.fail();
      const broken = changed(await settingsOf(site), changes);
      assert.ok((await finding(broken, [rule], today)).has(rule.name), "the spoilt site passes");
      for (const edits of mended) {
        const after = await finding(changed(broken, edits), RULES, today);
        // What else the spoilt site breaks is asked only where something is broken still.
        const before = after.size > 0 ? await finding(broken, RULES, today) : after;
        assert.deepEqual(
          [...after].filter((name) => name === rule.name || !before.has(name)),
          [],
          JSON.stringify(edits),
        );
      }
    });

  it("are not needed where the site file is refused before", async () => {
    for (const [rule, { site, spoilt: changes }] of Object.entries(REFUSED)) {
      const sound = await settingsOf(site);
      parseSite(sound, "a test");
      assert.throws(() => parseSite(changed(sound, changes), "a test"), SiteError, rule);
    }
  });

  it("are edits of the site file, or it is said why not", () => {
    const named = [...Object.keys(REMEDIES), ...Object.keys(REFUSED), ...Object.values(ELSEWHERE).flat()];
    assert.deepEqual(named.sort(), RULES.map(({ name }) => name).sort());
  });

  it("name the keys that are edited, and no others", () => {
    for (const { name, remedy } of RULES) {
      const told = [...remedy.matchAll(/af:[A-Za-z.]+[A-Za-z]/g)].map(([path]) => path);
      const edited = (REMEDIES[name]?.mended ?? []).flat().map(([path]) => `af:${path.join(".")}`);
      for (const path of REMEDIES[name] ? told : [])
        assert.ok(
          edited.some((each) => each.startsWith(path)),
          `${name}: ${path} is never edited`,
        );
    }
  });
});
