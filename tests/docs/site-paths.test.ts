import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { parseSite } from "#af/stacks/site/parse";
import { projectFolder } from "#af/stacks/site/project";
import { CONCERNS } from "#af/stacks/site/schema";
import { declaredSecrets } from "#af/stacks/site/secrets";
import { mustBeGiven, SITE_KEYS, type Key } from "#af/tools/site/keys";
import { KINDS, settingsOfKind } from "../support/site-kinds";
import { mentionsIn, problemsOf, problemsOfFile, siteKeys, unprefixedIn } from "./site-paths";
import { documentTexts, fences, messagesIn, readText, sourceTexts, workflowTexts, type Text } from "./texts";

describe("paths of the site file that texts name", function () {
  this.timeout(60_000);
  let keys: Key;

  before(async () => {
    const sites = await Promise.all(Object.keys(KINDS).map(async (title) => parseSite(await settingsOfKind(title), title)));
    keys = siteKeys([...new Set(sites.flatMap((site) => declaredSecrets(site).map(({ name }) => name)))]);
  });

  const problemsIn = (texts: readonly Text[]) => texts.flatMap(mentionsIn).flatMap((mention) => problemsOf(mention, keys));
  const problemsInLine = (text: string) => problemsIn([{ file: "a.ts", text }]);
  const siteFiles = () => fs.readdirSync(projectFolder()).filter((file) => /^Pulumi\..*yaml$/.test(file));

  it("are keys of the schema, in the source", () => {
    const texts = sourceTexts();
    assert.ok(texts.flatMap(mentionsIn).length > 100);
    assert.deepEqual(problemsIn(texts), []);
  });

  it("are keys of the schema where a message leaves out the prefix", () => {
    const mentions = sourceTexts().flatMap(messagesIn).flatMap(unprefixedIn);
    assert.deepEqual(
      mentions.flatMap((mention) => problemsOf(mention, keys)),
      [],
    );
  });

  it("are keys of the schema, in documents, site files and workflows", () => {
    const texts = [...documentTexts(), readText("docs/reference/site.md"), ...workflowTexts(), ...siteFiles().map(readText)];
    assert.deepEqual(problemsIn(texts), []);
  });

  it("are keys of the schema, in the YAML that documents show", () => {
    const blocks = documentTexts()
      .flatMap(fences)
      .filter(({ language }) => language === "yaml");
    assert.ok(blocks.length > 0);
    const problems = blocks.flatMap(({ file, line, text }) =>
      problemsOfFile(`${file}:${line}`, parse(text) as Readonly<Record<string, unknown>>, keys),
    );
    assert.deepEqual(problems, []);
  });

  it("are those that no site can do without, in Pulumi.yaml", () => {
    const { config } = parse(fs.readFileSync(path.join(projectFolder(), "Pulumi.yaml"), "utf8")) as { config: object };
    assert.ok(SITE_KEYS.shape.kind === "object");
    const required = [...SITE_KEYS.shape.keys].filter(([, key]) => mustBeGiven(key)).map(([name]) => name);
    assert.deepEqual(Object.keys(config).sort(), required.sort());
    assert.ok(required.every((name) => name in CONCERNS));
  });

  it("are found in sentences, templates, lists and commands", () => {
    const right = [
      "raise af:tenancy.overcommit: what is promised twice. Or add hosts to af:nodes.",
      "(af:servicex.objects.maxSize), af:nodes.workers.hosts[2]; `af:nodes.${pool}.capacity.cpu`, af:nodes.<pool>.hosts[${index}]",
      "af:hub.profiles[${index}].fills.pool and af:data.stores.${name}.doors.hosts[0].address",
      'path: "af:storage.devices." + pool',
      "pulumi config set --path af:secrets.hubClientSecret, af:secrets.${name}, af:${key}",
      "set af:storage to { kind: existing, sharedClass: ... } or { kind: external, filesystem: ... }",
      "lower af:hub.homes.kind to block, and af:hub.users.concurrent to the number",
      "af:hub:Hub, urn:pulumi:unl::af::x, super(`af:hub:Hub`)",
    ];
    assert.deepEqual(right.flatMap(problemsInLine), []);
    assert.deepEqual(
      right.map((text) => mentionsIn({ file: "a.ts", text }).length),
      [2, 4, 2, 1, 3, 1, 2, 0],
    );
  });

  it("are refused where the schema has none, with the line and the nearest key", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        "a\nraise the quota in af:tenancy.namespaces, or less",
        /^a\.ts:2: af:tenancy\.namespaces: af:tenancy has no namespaces; the nearest key is af:tenancy\.names; allowed: .*overcommit/,
      ],
      ["af:hup.users", /af: has no hup; the nearest key is af:hub; allowed: approvals, batch/],
      ["af:nodes.${pool}.host", /af:nodes\.\$\{pool\} has no host; the nearest key is af:nodes\.\$\{pool\}\.hosts/],
      ["af:nodes.workers.hosts.first", /af:nodes\.workers\.hosts has no first; the nearest key is af:nodes\.workers\.hosts\[\]/],
      ["af:site.name.short", /nothing is below af:site\.name/],
      ["af:secrets.hubSecret", /af:secrets has no hubSecret; the nearest key is af:secrets\.hubClient/],
      ["set af:storage to { kind: extern }", /is of no kind that is allowed at af:storage/],
      ["set af:storage to { kind: existing } or { kind: existing, shareClass: x }", /af:storage has no shareClass; .*sharedClass/],
      ["set af:hub.homes.kind to blocks", /does not take blocks; allowed: block, shared/],
    ];
    for (const [text, message] of wrong) {
      const problems = problemsInLine(text);
      assert.equal(problems.length, 1, text);
      assert.match(problems[0] ?? "", message);
    }
    const [message] = messagesIn({ file: "a.ts", text: "f(\n  `tenancy.namespaces.${role} is missing`)" });
    assert.deepEqual(
      unprefixedIn(message ?? { file: "", line: 0, text: "" }).map(({ line, path: found }) => [line, found]),
      [[2, "af:tenancy.namespaces.${x}"]],
    );
    assert.match(problemsOfFile("a.md:3", { "af:tenancy": { pin: {} } }, keys)[0] ?? "", /^a\.md:3: af:tenancy has no pin; .*pins/);
  });
});
