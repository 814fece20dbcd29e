import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import { SiteError } from "#af/stacks/site/problems";
import { projectFolder } from "#af/stacks/site/project";
import { parseSite } from "#af/stacks/site/parse";
import { referencePages } from "#af/tools/reference";
import { undescribed } from "#af/tools/reference/site-page";
import { siteSchema } from "#af/tools/reference/site-schema";
import { pathsOf, siteConfig, SITES, spoilt, valueAt } from "../support/site-config";

describe("reference pages", () => {
  it("are as they would be written now; npm run reference writes them", () => {
    for (const [page, text] of Object.entries(referencePages()))
      assert.equal(fs.readFileSync(path.join(projectFolder(), page), "utf8"), text, page);
  });

  it("describe every key of the site file", () => assert.deepEqual(undescribed(), []));

  it("have a row for every key of every site file, for the kind that the site chose", () => {
    const page = referencePages()["docs/reference/site.md"] ?? "";
    const rows = new Set([...page.matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key?.replace(/<name>|\[\]/g, "*")));
    for (const site of SITES) {
      const config = siteConfig(site);
      for (const at of pathsOf(config)) {
        // `<name>` stands for any name that a site chooses, so each step of a path may be one.
        const spellings = at
          .slice(1)
          .reduce<readonly string[]>(
            (prefixes, step) =>
              prefixes.flatMap((prefix) => (typeof step === "number" ? [`${prefix}*`] : [`${prefix}.${step}`, `${prefix}.*`])),
            [`af:${at[0]}`],
          );
        const single = typeof valueAt(config, at) !== "object";
        if (single && typeof at.at(-1) === "string")
          assert.ok(
            spellings.some((spelling) => rows.has(spelling)),
            spellings.join(" or "),
          );
      }
    }
  });
});

describe("the site file's JSON Schema", () => {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(siteSchema());
  const accepts = (settings: Readonly<Record<string, unknown>>): boolean =>
    validate({ config: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`af:${key}`, value])) });

  for (const site of SITES) {
    it(`takes ${site}, with secrets and other programs' settings`, () => {
      const config = siteConfig(site);
      assert.ok(accepts({ ...config, secrets: { hubClientId: { secure: "v1:x" } } }), JSON.stringify(validate.errors));
      assert.ok(
        validate({ config: { ...prefixed(config), "kubernetes:context": "x" }, encryptionsalt: "v1:x" }),
        JSON.stringify(validate.errors),
      );
    });

    it(`refuses ${site} with a mistake`, () => {
      const config = siteConfig(site);
      const cases: readonly (readonly [readonly (string | number)[], unknown])[] = [
        [["hubb"], {}],
        [["hub"], undefined],
        [["hub", "hosst"], "x"],
        [["hub", "host"], undefined],
        [["hub", "host"], "Not A Name"],
        [["hub", "users", "registered"], 0],
        [["hub", "users", "registered"], "many"],
        [["hub", "profiles"], []],
        [["hub", "login", "kind"], "saml"],
        [["site", "kubernetes", "version"], 1.34],
        [["secrets"], { hubClientSecret: "in clear" }],
      ];
      for (const [at, value] of cases) assert.equal(accepts(spoilt(config, at, value)), false, at.join("."));
    });

    it(`refuses nothing of ${site} that the reader would take`, function () {
      const config = siteConfig(site);
      let refusals = 0;
      fc.assert(
        fc.property(fc.constantFrom(...pathsOf(config)), mutation, (at, mutate) => {
          const settings = mutate(config, at);
          if (accepts(settings)) return;
          refusals += 1;
          assert.throws(() => parseSite(settings, site), SiteError, `${at.join(".")}: ${JSON.stringify(validate.errors)}`);
        }),
        { numRuns: 500 },
      );
      assert.ok(refusals > 100, `only ${refusals} of 500 mutations were refused`);
      if (this.test) this.test.title += ` (${refusals} of 500 mutations refused)`;
    });
  }
});

type Mutation = (config: Record<string, unknown>, at: readonly (string | number)[]) => Record<string, unknown>;

/** Another value, the value in other letters or with more of them, none, or a key too many. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }).map(
    (value): Mutation =>
      (config, at) =>
        spoilt(config, at, value),
  ),
  fc.string({ maxLength: 3 }).map(
    (text): Mutation =>
      (config, at) =>
        spoilt(config, at, `${String(valueAt(config, at))}${text}`),
  ),
  fc.constant<Mutation>((config, at) => spoilt(config, at, String(valueAt(config, at)).toUpperCase())),
  fc.constant<Mutation>((config, at) => spoilt(config, at, undefined)),
  fc.string({ minLength: 1, maxLength: 5 }).map((key): Mutation => (config, at) => {
    const value = valueAt(config, at);
    return typeof value === "object" ? spoilt(config, [...at, key], "x") : spoilt(config, at, [value]);
  }),
);

function prefixed(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`af:${key}`, value]));
}
