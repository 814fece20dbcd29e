import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";
import { documentTexts, inlineCode, lineAt, readText, type Piece, type Text } from "./texts";

describe("files that documents name", () => {
  const files = namesOfFiles();

  it("exist where a link leads, with the heading that it names", () => {
    const links = documentTexts().flatMap(relativeLinks);
    assert.ok(links.length > 0);
    assert.deepEqual(links.flatMap(problemOfLink), []);
  });

  it("exist where inline code names them", () => {
    const paths = documentTexts().flatMap(inlineCode).filter(isPath);
    assert.ok(paths.length > 30);
    assert.deepEqual(
      paths.flatMap((piece) => problemOfPath(piece, files)),
      [],
    );
  });

  it("are told from what only looks like one, and refused where there is none", () => {
    const text =
      "`tests/`, `*.real.ts`, `components/<concern>/settings.ts`, `/dev/disk/by-path/...`, `s3://x`, `components/none.ts`, `Pulumi.<site>.yaml`";
    const paths = inlineCode({ file: "a.md", text: `${text}, \`nodes/settings.ts\`, \`nowhere.ts\`, \`a -> b/c\`, [x](none.md)` }).filter(
      isPath,
    );
    assert.deepEqual(
      paths.flatMap((piece) => problemOfPath(piece, files)),
      ["a.md:1: there is no components/none.ts", "a.md:1: there is no nodes/settings.ts", "a.md:1: there is no nowhere.ts"],
    );
    assert.deepEqual(relativeLinks({ file: "docs/a.md", text: "\n[x](none.md), [y](https://x.org)" }).flatMap(problemOfLink), [
      "docs/a.md:2: there is no docs/none.md",
    ]);
    assert.match(problemOfLink({ file: "docs/a.md", line: 1, text: "reference/site.md#nothing" })[0] ?? "", /has no heading nothing/);
  });
});

/** Every file of the project, from its folder. */
function namesOfFiles(): readonly string[] {
  const ignored = ["node_modules", "bin", ".git", ".sandbox"];
  const below = (folder: string): readonly string[] =>
    fs
      .readdirSync(path.join(projectFolder(), folder), { withFileTypes: true })
      .filter(({ name }) => !ignored.includes(name))
      .flatMap((entry) => {
        const name = path.posix.join(folder, entry.name);
        return entry.isDirectory() ? [`${name}/`, ...below(name)] : [name];
      });
  return below("");
}

function relativeLinks({ file, text }: Text): readonly Piece[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(({ index, 1: target = "" }) => ({ file, line: lineAt(text, index), text: target }))
    .filter(({ text: target }) => !/^[a-z]+:/.test(target));
}

function problemOfLink({ file, line, text }: Piece): readonly string[] {
  const [target = "", heading] = text.split("#");
  const linked = target === "" ? file : path.posix.join(path.posix.dirname(file), target);
  if (!fs.existsSync(path.join(projectFolder(), linked))) return [`${file}:${line}: there is no ${linked}`];
  if (heading === undefined || headingsOf(readText(linked)).includes(heading)) return [];
  return [`${file}:${line}: ${linked} has no heading ${heading}`];
}

/** Headings as links name them: in lower case, blanks as dashes, without punctuation. */
function headingsOf({ text }: Text): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** Endings of files of the project. */
const ENDINGS = /\.(ts|mjs|cjs|md|json|ya?ml)$/;

/** What the program or a test makes when it runs, and .gitignore therefore names. */
const MADE = ["bin/", ".sandbox/", "node_modules/"];

/** A path of the project: with a folder, or with an ending of its files. Elsewhere are what begins with / or .., and addresses. */
function isPath({ text }: Piece): boolean {
  return /^[\w.<>*/-]+$/.test(text) && !/^(\/|\.\.|--?)/.test(text) && (text.includes("/") || ENDINGS.test(text));
}

/** A name alone may be that of a file in any folder; `<x>` and `*` stand for any name. */
function problemOfPath({ file, line, text }: Piece, files: readonly string[]): readonly string[] {
  if (MADE.some((folder) => text.startsWith(folder))) return [];
  const pattern = text
    .split(/(<[\w.-]+>|\*)/)
    .map((part) => (/^[<*]/.test(part) ? "[^/]*" : part.replace(/[.]/g, "\\.")))
    .join("");
  const matching = new RegExp(`${text.includes("/") ? "^" : "(^|/)"}${pattern}/?$`);
  return files.some((each) => matching.test(each)) ? [] : [`${file}:${line}: there is no ${text}`];
}
