import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { readOtherwise } from "#af/stacks/site/engine-reading";
import { unambiguousYaml } from "#af/stacks/site/unambiguous-yaml";
import { requireTools } from "../../sandbox/plugins/control-plane";

/** Texts without quotes that readers of YAML disagree about. */
const WRITTEN = [
  ..."2031-01-31 2031-1-3 2031-01-01T00:00:00Z 2026-12-18T17:00:00.5-06:00 2031-01 20310131 12:30 190:20:30 1:30:00".split(" "),
  ..."y yes No on Off TRUE False null Null ~ = 100Gi 1.10 1e3 1E+3 .5 5. -0 +5 089 0755 0o17 0O17 0x1F 0X1f 0b11 -0b11 1_000 1__0.5".split(
    " ",
  ),
  ..."9007199254740993 12345678901234567890 5Gi 192.0.2.10 192.0.2.0/24 fe80::1 a_b 1,000 00 07 -010 +0x1F 1e400".split(" "),
];

/** What looks like a number, a time, or neither. */
const LOOKALIKE = fc
  .oneof(
    fc.stringMatching(/^[-+]?[0-9_.xobXOBeEaf]{1,8}$/),
    fc.stringMatching(/^[0-9]{1,5}[-:][0-9]{1,3}([-:][0-9]{1,3}([T][0-9:]{1,8}Z?)?)?$/),
  )
  .filter((text) => !/^[-:.]*$|:$|^-/.test(text));

/** Both ask for the value of the same text: Pulumi's CLI, which the engine has it from, and the tools of this project. */
describe("a site file, read by Pulumi's CLI", function () {
  this.timeout(120_000);
  let folder: string;
  let config: (text: string) => unknown;

  before(async function () {
    const { pulumi } = await requireTools(this, "pulumi");
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-reading-"));
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), unambiguousYaml({ name: "af", runtime: "nodejs" }));
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_HOME: path.join(folder, "home"),
    };
    const run = (...args: readonly string[]) =>
      execFileSync(pulumi?.path ?? "", args, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
    run("stack", "init", "read");
    config = (text) => {
      const file = path.join(folder, "Pulumi.read.yaml");
      fs.writeFileSync(file, text);
      const read = JSON.parse(run("config", "--stack", "read", "--config-file", file, "--json")) as { "af:read": { objectValue: unknown } };
      return read["af:read"].objectValue;
    };
  });
  after(() => {
    if (folder) fs.rmSync(folder, { recursive: true });
  });

  it("means what it means for plan, or plan refuses it", () => {
    const texts = [...WRITTEN, ...fc.sample(LOOKALIKE, 400)];
    const alone = texts.map((text) => parseDocument(`config:\n  af:read:\n    - ${text}\n`));
    // What is not finite ends the whole run of the CLI, so it is left out here; the next test tries it.
    const finite = texts.flatMap((text, index) => {
      const value = valueIn(alone[index]);
      return typeof value === "number" && !Number.isFinite(value)
        ? []
        : [{ text, value, refused: readOtherwise(alone[index] ?? assert.fail()).length > 0 }];
    });
    const read = config(`config:\n  af:read:\n${finite.map(({ text }) => `    - ${text}\n`).join("")}`) as readonly unknown[];
    const wrong = finite.flatMap(({ text, value, refused }, index) => {
      const same = typeof value === "number" && typeof read[index] === "number" ? Object.is(value + 0, read[index]) : value === read[index];
      return same === refused && !(refused && looksLikeTime(text)) ? [{ text, plan: value, pulumi: read[index], refused }] : [];
    });
    assert.deepEqual(wrong, []);
    assert.ok(finite.filter(({ refused }) => refused).length > 10);
  });

  it("is refused for a number that is not finite", () => {
    assert.throws(() => config("config:\n  af:read: [.inf]\n"), /unsupported value/);
  });

  it("is read as it was, when the sandbox has written a copy of it", () => {
    const values = [...WRITTEN, ...fc.sample(LOOKALIKE, 200)];
    const text = unambiguousYaml({ config: { "af:read": values } });
    assert.deepEqual(config(text), values);
    assert.deepEqual(readOtherwise(parseDocument(text)), []);
  });
});

function valueIn(document: ReturnType<typeof parseDocument> | undefined): unknown {
  return document?.getIn(["config", "af:read", 0]);
}

/** A day that no calendar has looks like a time to us and is text to the CLI: to refuse it is kinder than to explain it. */
function looksLikeTime(text: string): boolean {
  return /^\d{4}-\d{1,2}-\d{1,2}/.test(text);
}
