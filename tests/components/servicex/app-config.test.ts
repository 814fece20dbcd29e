import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import type { ServiceXValues } from "#af/components/charts/servicex";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { assignments, type Assignment } from "../../support/servicex-app-config";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown>;

/** Executes each assignment by itself, as Flask executes a configuration file, and accepts only what is a literal in Python. */
const READER = `
import ast, json, sys
def read(source):
    try:
        [statement] = ast.parse(source).body
        value = ast.literal_eval(statement.value)
        space = {}
        exec(compile(source, "app.conf", "exec"), {}, space)
        return {"value": value} if list(space.values()) == [value] else {"error": "not one value"}
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)}
print(json.dumps([read(source) for source in json.load(sys.stdin)]))
`;

type Read = { readonly value: unknown } | { readonly error: string };

function python(sources: readonly string[]): readonly Read[] {
  const said = execFileSync("python3", ["-c", READER], { input: JSON.stringify(sources), encoding: "utf8" });
  return JSON.parse(said) as readonly Read[];
}

function faultsOf(title: string, written: readonly Assignment[]): readonly string[] {
  const read = python(written.map(({ source }) => source));
  return written.flatMap(({ path, source, meant }, index) => {
    const result = read[index] ?? assert.fail();
    const right = "value" in result && (meant === undefined || result.value === meant);
    return right ? [] : [`${title}: ${path}: ${source}: ${JSON.stringify(result)}`];
  });
}

const valuesOf = (config: Config) =>
  partsOf(parseSite(config, "a test")).servicex.app?.releases["chart"]?.values as ServiceXValues | undefined;

/** True where the site file with the value is read. */
function taken(config: Config): boolean {
  try {
    parseSite(config, "a test");
    return true;
  } catch {
    return false;
  }
}

describe("app.conf of ServiceX, which is Python", function () {
  this.timeout(60_000);

  before(function () {
    if (spawnSync("python3", ["--version"]).status === 0) return;
    skipped(this, "no python3, which reads the configuration");
  });

  it("is read as literals of the values that are meant, at every site and every kind of site", async () => {
    const configs = [
      ...SITES.map((name) => [name, siteConfig(name)] as const),
      ...(await Promise.all(Object.keys(KINDS).map(async (title) => [title, await settingsOfKind(title)] as const))),
    ];
    const faults = configs.flatMap(([title, config]) => {
      const values = valuesOf(config);
      return values === undefined ? [] : faultsOf(title, assignments(values));
    });
    assert.deepEqual(faults, []);
  });

  it("is so whatever text the site file may have", async () => {
    const config = await settingsOfKind("servicex(servicex).auth: oidc");
    const text = (at: readonly string[], of: fc.Arbitrary<unknown>) =>
      fc.sample(of, 300).map((value) => [at.join("."), spoilt(config, ["servicex", ...at], value)] as const);
    const letters = fc.string({ unit: fc.constantFrom(..."abz09'\"\\-_+.{}$#% \n"), minLength: 1, maxLength: 8 });
    const changed = [
      ...text(
        ["adminEmail"],
        letters.map((name) => `${name}@example.edu`),
      ),
      ...text(
        ["auth", "metadataUrl"],
        letters.map((path) => `https://sso.example.edu/${path}`),
      ),
      ...text(["transformers"], fc.record({ cpu: fc.constantFrom("1", "2", "500m", "1.5", "0.25", "1m") })),
      ...text(["transformers"], fc.record({ memory: fc.constantFrom("2Gi", "1.5Gi", "3G", "1Ki") })),
    ].filter(([, each]) => taken(each));
    assert.ok(changed.length > 600, `only ${changed.length} texts are taken`);
    const written = changed.flatMap(([, each]) => assignments(valuesOf(each) ?? assert.fail()));
    assert.deepEqual([...new Set(faultsOf("", written))].slice(0, 5), []);
  });

  it("is not read before the image of the init containers, which get no command, has waited for the database", async () => {
    const { app } = valuesOf(await settingsOfKind("servicex: servicex")) ?? assert.fail();
    // Its own command reads PG_URI and URL: https://github.com/ncsa/checks/blob/1.0.1/Dockerfile
    assert.match(app.checksImage, /^docker\.io\/ncsa\/checks:\d/);
  });

  it("would be refused with a switch for a length of time, a quote in a text and a unit after a number", () => {
    const wrong = [`A = true`, `A = 'o'neill@example.edu'`, `A = 500m`, `A = `, `A = 1; B = 2`];
    assert.deepEqual(
      python(wrong).map((read) => "error" in read),
      wrong.map(() => true),
    );
  });
});
