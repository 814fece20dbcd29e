import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { judge } from "#af/policies/judge";
import { objectName, pageOf } from "#af/policies/model/rules";
import { RULES } from "#af/policies/packs";
import { readSite } from "#af/stacks/site/read";
import { projectFolder } from "#af/stacks/site/project";
import type { PolicyDocument } from "#af/tools/policy-document";
import { fences, readText } from "../../docs/texts";
import { siteConfig } from "../../support/site-config";
import { writeSettings } from "../../tools/site-files";
import type { Data } from "../manifests";
import { EXAMPLE_SITE, ruleExamples } from "./examples";
import { resourceObjects, rulePages } from "./page";

const PAGES = "docs/rules";

describe("the pages about rules", () => {
  const examples = ruleExamples();
  const written = fs.readdirSync(path.join(projectFolder(), PAGES)).map((file) => `${PAGES}/${file}`);

  it("are as they would be written now; npm run reference writes them", () => {
    const pages = rulePages(examples);
    assert.deepEqual(written.sort(), Object.keys(pages).sort());
    for (const [page, text] of Object.entries(pages)) assert.equal(readText(page).text, text, page);
  });

  it("are of exactly the rules that there are, and each has an example from its cases and a row of the index", () => {
    const names = RULES.map(({ name }) => name).sort();
    assert.deepEqual(examples.map(({ rule }) => rule.name).sort(), names);
    assert.deepEqual(
      written.filter((page) => !page.endsWith("README.md")).sort(),
      names.map((name) => pageOf(name)),
    );
    const linked = [...readText(`${PAGES}/README.md`).text.matchAll(/^\| \[([\w-]+)\]\(([\w-]+)\.md\) \|/gm)];
    for (const [, title, target] of linked) assert.equal(title, target);
    assert.deepEqual(linked.map(([, title]) => title).sort(), names);
  });

  it("show two examples that differ in one field", () => {
    for (const { name } of RULES) {
      const { accepted, refused } = shownOn(name);
      const differing = differences(accepted, refused);
      assert.equal(differing.length, 1, `${name}: ${differing.join(", ")}`);
    }
  });
});

/** A block of YAML in the parts of a page, as its reader copies it. */
interface Shown {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly objects: string;
}

/** What the page of a rule shows: the examples, what is said of the refused one, and how to call. */
function shownOn(rule: string) {
  const { text } = readText(pageOf(rule));
  const part = (heading: string): string => text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? assert.fail(`${rule}: no ${heading}`);
  const shown = (heading: string): Shown => {
    const blocks = fences({ file: pageOf(rule), text: part(heading) }).map((block) => block.text);
    const settings = blocks.filter((block) => block.startsWith("af:"));
    const objects = blocks.filter((block) => !block.startsWith("af:"));
    assert.ok(objects.length === 1 && settings.length <= 1, `${rule}: ${blocks.length} blocks`);
    return { settings: (parse(settings[0] ?? "{}") ?? {}) as Shown["settings"], objects: objects[0] ?? "" };
  };
  const refusedPart = part("Refused");
  return {
    accepted: shown("Accepted"),
    refused: shown("Refused"),
    message: /^> (.*)$/m.exec(refusedPart)?.[1],
    site: /`npm run -s policy -- --site ([\w-]+) objects\.yaml`/.exec(refusedPart)?.[1],
    today: / says on (\d{4}-\d\d-\d\d) /.exec(refusedPart)?.[1],
  };
}

/** Fields in which two examples differ. */
function differences(one: Shown, other: Shown): readonly string[] {
  const plain = ({ settings, objects }: Shown): unknown => [settings, ...objects.split(/^---$/m).map((text) => parse(text) as unknown)];
  const compare = (a: unknown, b: unknown, at: string): readonly string[] => {
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b) ? [] : [at];
    const lost = Object.keys(a).filter((key) => !(key in b));
    const added = Object.keys(b).filter((key) => !(key in a));
    // One key in the place of another, such as another kind of volume, is one difference.
    const swapped = lost.length === 1 && added.length === 1;
    const keys = [...Object.keys(a), ...(swapped ? [] : added)];
    return keys.flatMap((key) => compare(Reflect.get(a, key), Reflect.get(b, key), `${at}.${key}`));
  };
  return compare(plain(one), plain(other), "");
}

describe("the examples that the pages show", function () {
  this.timeout(240_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-pages-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  /** Writes an example as the page tells its reader to, and gives the arguments of the command. */
  function argumentsFor(rule: string, kind: string, { settings, objects }: Shown, site: string | undefined): readonly string[] {
    const own = path.join(folder, rule, kind);
    fs.mkdirSync(own, { recursive: true });
    const file = path.join(own, "objects.yaml");
    fs.writeFileSync(file, objects);
    if (site === undefined) return ["--json", file];
    const changed = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key.replace(/^af:/, ""), value]));
    return ["--json", "--site", writeSettings(own, site, { ...siteConfig(site), ...changed }), file];
  }

  it("are judged by the command as the pages say: the rule's own finding for one, and none of it for the other", () => {
    const shown = RULES.filter(({ ofOptions }) => !ofOptions).map(({ name }) => ({ name, ...shownOn(name) }));
    const calls = shown.flatMap(({ name, accepted, refused, site, today }) =>
      Object.entries({ accepted, refused }).map(([kind, example]) => ({ args: argumentsFor(name, kind, example, site), today })),
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(__dirname, "run-commands.cjs")], {
      input: JSON.stringify(calls),
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    assert.equal(status, 0, stderr);
    const results = JSON.parse(stdout) as readonly { readonly code: number; readonly stdout: string; readonly stderr: string }[];
    assert.equal(results.length, calls.length);
    shown.forEach(({ name, message }, index) => {
      const [accepted, refused] = [results[2 * index], results[2 * index + 1]].map((result) => {
        assert.equal(result?.stderr, "", name);
        return JSON.parse(result?.stdout ?? "") as PolicyDocument;
      });
      const own = (document?: PolicyDocument) => document?.findings.filter(({ rule }) => rule === name) ?? [];
      assert.deepEqual(own(accepted), [], name);
      assert.ok((accepted?.rules.find(({ rule }) => rule === name)?.looked ?? 0) > 0, `${name} looked at nothing of what it accepts`);
      const found = own(refused).map(({ object: { kind, namespace, name: of }, path: at, message: said }) => {
        const about = kind === "Stack" ? "the stack" : `${kind} ${namespace === "" ? of : `${namespace}/${of}`}`;
        return `${about}${at === "" ? "" : ` ${at}`}: ${said}`;
      });
      assert.deepEqual(found, [message], name);
    });
  });

  it("are judged by the rule itself where it is about options of resources", () => {
    for (const rule of RULES.filter(({ ofOptions }) => ofOptions)) {
      const { accepted, refused, message } = shownOn(rule.name);
      const said = ({ objects }: Shown) => judge([rule], resourceObjects(parse(objects) as Data), { site: readSite(EXAMPLE_SITE) });
      assert.deepEqual(said(accepted).findings, [], rule.name);
      assert.ok((said(accepted).checked[rule.name] ?? 0) > 0, `${rule.name} looked at nothing of what it accepts`);
      assert.deepEqual(
        said(refused).findings.map(({ object, message: text }) => `${objectName(object)}: ${text}`),
        [message],
      );
    }
  });
});
