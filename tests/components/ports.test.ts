import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const ROOT = path.resolve(__dirname, "../..");

/** Every TCP or UDP port that something of a facility listens on, Dask's and Prometheus' among them. */
const PORTS: ReadonlySet<number> = new Set([
  ...[22, 53, 80, 179, 443, 1094, 1095, 1213, 2880, 3000, 3300, 5000, 5353, 5432, 5672, 6443, 6789, 6800, 7300, 7472, 7568, 7946],
  ...[8000, 8001, 8080, 8081, 8082, 8443, 8786, 8787, 8788, 8888, 9090, 9093, 9100, 9283, 9443, 9618, 10250, 10902, 15672],
]);

/** Where a port may be written: in what a site decides, in its types, in what a URL says by its scheme, and in what a chart or an operator fixes. */
const MAY = [/\/settings\.ts$/, /^components\/(fields|url)\.ts$/, /^components\/(charts|operators)\//];

/** Container ports that an image or a chart fixes: one list a concern. */
const LIST = /\/ports\.ts$/;

/** A port in a text: after a colon as in `host:1094`, after `port`, or alone. */
const IN_TEXT = /(?:^|[:=]\s*|\bports?\s+)(\d{2,5})(?![\w.])/gi;

interface Literal {
  /** File and line. */
  readonly place: string;
  readonly text: string;
}

describe("ports are written once", () => {
  const files = ["components", "stacks"].flatMap((folder) => sources(folder)).filter((file) => !MAY.some((allowed) => allowed.test(file)));

  it("no port stands outside of settings, charts, operators and the lists of container ports", () => {
    assert.ok(files.length > 50, `only ${files.length} files were read`);
    const found = files.flatMap((file) => portsIn(file, fs.readFileSync(path.join(ROOT, file), "utf8")));
    const list = found.map(({ place, text }) => `${place}: ${text}`).join("\n");
    assert.ok(found.length === 0, `take each from the settings, or from \`const ..._PORT\` of the ports.ts of its concern:\n${list}`);
  });

  it("every list of container ports says what each is, and where they were read", () => {
    for (const file of files.filter((name) => LIST.test(name))) {
      const text = fs.readFileSync(path.join(ROOT, file), "utf8");
      assert.match(text, /https:\/\/\S+/, `${file} has no link to what fixes its ports`);
      for (const { name, comment } of declaredPorts(parse(file, text)))
        assert.match(comment, /\/\*\*/, `${file}: ${name} is not described`);
    }
  });

  it("finds a port wherever one can hide, and nothing that is none", () => {
    const found = (text: string, file = "components/x/x.ts") => portsIn(file, text).map((literal) => literal.text);
    assert.deepEqual(found("const a = { port: 1094 };"), ["1094"]);
    assert.deepEqual(found("const ports = [443, 8786].map(String);"), ["443", "8786"]);
    assert.deepEqual(found('const a = "host:1094";'), ['"host:1094"']);
    assert.deepEqual(found("const a = `xrd.port 1094`;"), ["`xrd.port 1094`"]);
    assert.deepEqual(found("const a = `${host}:443/x`;"), [":443/x"]);
    assert.deepEqual(found('const a = "9618";'), ['"9618"']);
    assert.deepEqual(found("const DASK_PORT = 8786;"), ["8786"]);
    assert.deepEqual(found("const DASK_PORT = 8786;", "components/x/ports.ts"), []);
    assert.deepEqual(found("export const DASK_PORTS = { scheduler: 8786, worker: 8788 } as const;", "components/x/ports.ts"), []);
    assert.deepEqual(found("function f() { const DASK_PORT = 8786; return DASK_PORT; }", "components/x/ports.ts"), ["8786"]);
    assert.deepEqual(found('const a = ["10.0.0.53", "v1.8080", 1095n, 0.8, 10940, "pool80", `${a}1094`]; // 443'), []);
  });
});

function sources(folder: string): readonly string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.posix.join(folder, file.split(path.sep).join("/")))
    .sort();
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

function portsIn(file: string, text: string): readonly Literal[] {
  const source = parse(file, text);
  const allowed = new Set<ts.Node>(LIST.test(file) ? declaredPorts(source).map(({ node }) => node) : []);
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (allowed.has(node)) return;
    if (isPort(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const shown = ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node) ? node.text : node.getText();
      found.push({ place: `${file}:${line + 1}`, text: shown });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isPort(node: ts.Node): boolean {
  if (ts.isNumericLiteral(node)) return PORTS.has(Number(node.text));
  const isTail = ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !isTail) return false;
  // What follows a value of a template is no beginning of a text.
  const text = isTail ? `_${node.text}` : node.text;
  return [...text.matchAll(IN_TEXT)].some(([, digits]) => PORTS.has(Number(digits)));
}

/** Declarations `const ..._PORT = ...` at the top of a file, with their comment; one comment may stand above several lines. */
function declaredPorts(source: ts.SourceFile) {
  let above = "";
  return source.statements.filter(ts.isVariableStatement).flatMap((statement) => {
    const own = statement.getFullText().slice(0, statement.getStart() - statement.getFullStart());
    if (own.trim() !== "" || own.includes("\n\n")) above = own;
    return statement.declarationList.declarations
      .filter(({ name }) => ts.isIdentifier(name) && /_PORTS?$/.test(name.text))
      .map((node) => ({ node, name: node.name.getText(), comment: above }));
  });
}
