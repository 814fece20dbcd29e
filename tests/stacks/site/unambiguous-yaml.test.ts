import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { parse } from "yaml";
import { readSite } from "#af/stacks/site/read";
import { progressOf } from "#af/terminal/progress";
import { manifestFiles } from "#af/tools/plan/manifests";
import { makePlan } from "#af/tools/plan/plan";
import { unambiguousYaml } from "#af/stacks/site/unambiguous-yaml";
import { SITES } from "../../support/site-config";

/** Text that some reader of YAML takes for something else unless it is quoted. */
const AMBIGUOUS = [
  ..."y Y n N yes Yes YES no No on On off OFF true False TRUE null Null NULL ~ <<".split(" "),
  ..."0o17 017 0x1F 0b11 1_000 1__0 0_ 08 12:30:45 190:20:30.15 1:30 +1 -0 .5 +.5 1. 1e3 1e+3 1.5E3 1_0.5 .inf -.INF .NaN".split(" "),
  ..."2026-01-01 2001-12-14t21:59:43.10-05:00 = =a - -- --- ... ? : # & * ! | > % @ ` ' \" [ ] { } , [] {} &a *a !a !!str @a".split(" "),
  ...["", " ", "a ", " a", "\t", "a: b", "a:", "a #b", "#a", "- a", "? a", "--- a", "a\tb", "%YAML 1.1", "\ufeff", "\u007f", "é", "😀"],
  ...["a\nb", "a\nb\n", "a\n\n", "\na", "\n", "  a\nb", "a \nb", "a\r\nb", "\r", "a\n ", "a\n\t", "#a\nb", "\u0085", "a\u2028b", "a\u0000"],
];

/** Python's PyYAML is a reader of version 1.1: for each text it prints as JSON what it read, or why it could not. */
const PYTHON = `
import json, sys, yaml
def read(text):
    try: return {"value": yaml.safe_load(text)}
    except Exception as error: return {"error": str(error)}
json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout, default=repr)
`;

describe("the YAML of a plan's manifests", function () {
  this.timeout(60_000);
  const text = fc.oneof(fc.constantFrom(...AMBIGUOUS), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme-ascii" }), yamlish());
  // JavaScript keeps no larger integer exactly.
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  );
  const { manifest } = fc.letrec((tie) => ({
    manifest: fc.dictionary(text, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      text,
      number,
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("tree"), { maxLength: 4 }),
      tie("manifest"),
    ),
  }));

  it("is read to the same text by versions 1.1 and 1.2, as a value and as a key", () => {
    for (const word of AMBIGUOUS) assertRead({ value: word, [word]: "key", list: [word] });
  });

  it("is read to the same value by versions 1.1 and 1.2, whatever it holds", () => {
    fc.assert(fc.property(manifest, assertRead), { numRuns: 2_000 });
  });

  it("is read to the same value by PyYAML, whatever it holds", function () {
    pyYamlOrSkip(this);
    const samples = [...AMBIGUOUS.map((word) => ({ value: word, [word]: "key", list: [word] })), ...fc.sample(manifest, 5_000)];
    assertReadByPyYaml(samples.map((value) => ({ name: JSON.stringify(value), text: unambiguousYaml(value), value })));
  });

  it("leaves text plain that nobody can misread", () => {
    assert.equal(
      unambiguousYaml({ image: "registry.k8s.io/pause:3.10", url: "https://a.example.edu/?b=c", yes: "no", note: "users, and hosts" }),
      'image: registry.k8s.io/pause:3.10\nurl: https://a.example.edu/?b=c\n"yes": "no"\nnote: users, and hosts\n',
    );
  });

  for (const site of SITES)
    it(`is read to the same objects by all of them: the manifests of ${site}`, async function () {
      const { resources } = await makePlan(readSite(site), progressOf("test"));
      const files = manifestFiles(resources);
      assert.ok(files.length > 30, `${files.length} files`);
      const read = files.map((file) => ({ ...file, value: parse(file.text) as unknown }));
      for (const { name, text: written, value } of read) {
        assert.deepEqual(parse(written, { version: "1.1" }), value, name);
        assert.equal(unambiguousYaml(value), written, name);
      }
      pyYamlOrSkip(this);
      assertReadByPyYaml(read);
    });
});

/** Short text of the characters that mean something in YAML. */
function yamlish(): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(..."aeynoNOxTZ019:.-+_ \n\t#,[]{}&*!|>?%@`~=<\"'\\"), maxLength: 8 });
}

function assertRead(value: unknown): void {
  const written = unambiguousYaml(value);
  for (const version of ["1.1", "1.2"] as const) assert.deepEqual(parse(written, { version }), value, `version ${version}: ${written}`);
}

function assertReadByPyYaml(files: readonly { readonly name: string; readonly text: string; readonly value: unknown }[]): void {
  const input = JSON.stringify(files.map(({ text }) => text));
  const { status, stdout, stderr } = spawnSync("python3", ["-c", PYTHON], { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.equal(status, 0, stderr);
  const read = JSON.parse(stdout) as readonly unknown[];
  for (const [index, { name, text, value }] of files.entries()) assert.deepEqual(read[index], { value }, `${name}:\n${text}`);
}

/** Skips the test where there is no PyYAML and says how to get it; in CI that is a failure. */
function pyYamlOrSkip(context: Mocha.Context): void {
  const { status } = spawnSync("python3", ["-c", "import yaml"]);
  if (status === 0) return;
  const reason = "python3 has no module yaml; `python3 -m pip install pyyaml` installs it";
  if (process.env["CI"] === "true") throw new Error(reason);
  console.log(`      skipped: ${reason}`);
  context.skip();
}
