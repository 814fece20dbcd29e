import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { copyOf, placeholder, prepareStackFile, secretNames } from "#af/sandbox/engine/stack-file";
import { SiteFolder } from "#af/sandbox/folders";

const tracked = `
encryptionsalt: v1:theirs
secretsprovider: awskms://theirs
config:
  af:site: { kubernetes: { version: "1.34" } }
  af:delivery: { kind: flux, interval: 5m }
  af:secrets:
    hubClientSecret: { secure: encrypted-with-their-key }
`;
const secrets = [
  { name: "hubClientSecret", purpose: "p", readBy: "hub", ends: false, encoding: "text" },
  { name: "condorSigningKey", purpose: "p", readBy: "hub", ends: false, encoding: "base64" },
] as const;

const charts = "https://127.0.0.1:4321/charts";

describe("the stack file of the sandbox", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-stack-"));
  const folder = new SiteFolder("site", base).create();
  const site = path.join(base, "Pulumi.site.yaml");
  const calls: string[][] = [];

  /** A CLI that encrypts by writing the word "encrypted". */
  const pulumi = (args: readonly string[], cwd: string): Promise<string> => {
    calls.push([...args]);
    assert.equal(cwd, folder.root);
    const file = parse(fs.readFileSync(folder.stackFile, "utf8")) as { encryptionsalt?: string; config: Record<string, unknown> };
    if (args[0] === "stack") {
      fs.mkdirSync(path.join(folder.state, ".pulumi", "stacks", "af"), { recursive: true });
      fs.writeFileSync(path.join(folder.state, ".pulumi", "stacks", "af", "site.json"), "{}");
      file.encryptionsalt = "v1:ours";
    } else {
      const names = args
        .filter((each) => each.startsWith("af:secrets."))
        .map((each) => each.slice("af:secrets.".length).split("=")[0] ?? "");
      file.config["af:secrets"] = Object.fromEntries(names.map((name) => [name, { secure: `encrypted-${calls.length}` }]));
    }
    fs.writeFileSync(folder.stackFile, JSON.stringify(file));
    return Promise.resolve("");
  };

  before(() => fs.writeFileSync(site, tracked));
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  it("has nothing of the site's own encryption, and keeps text that looks like a number", () => {
    const { config } = copyOf(tracked, undefined, "af", charts);
    assert.deepEqual(Object.keys(config ?? {}), ["af:site", "af:delivery"]);
    assert.deepEqual(config?.["af:site"], { kubernetes: { version: "1.34" } });
  });

  it("has its charts from the sandbox's repository, by the way of the site's own mirror", () => {
    const delivery = (text: string): unknown => copyOf(text, undefined, "af", charts).config?.["af:delivery"];
    assert.deepEqual(delivery(tracked), { kind: "flux", interval: "5m", mirror: charts });
    const mirrored = (mirror: string): string => `config: { af:delivery: { kind: helm, mirror: "${mirror}" } }`;
    assert.deepEqual(delivery(mirrored("https://charts.example.edu")), { kind: "helm", mirror: charts });
    assert.deepEqual(delivery(mirrored("oci://registry.example.edu/charts")), { kind: "helm", mirror: "oci://127.0.0.1:4321/charts" });
  });

  it("gets a placeholder for every secret that the site declares, and the tracked file stays as it is", async () => {
    await prepareStackFile(folder, site, secrets, charts, pulumi);
    assert.deepEqual(
      calls.map((call) => call.slice(0, 2)),
      [
        ["stack", "init"],
        ["config", "set-all"],
      ],
    );
    assert.deepEqual(secretNames(parse(fs.readFileSync(folder.stackFile, "utf8")) as Record<string, unknown>, "af"), [
      "condorSigningKey",
      "hubClientSecret",
    ]);
    assert.equal(fs.readFileSync(site, "utf8"), tracked);
  });

  it("is the same again the next time, so that nothing changes between two runs", async () => {
    const first = parse(fs.readFileSync(folder.stackFile, "utf8")) as object;
    calls.length = 0;
    await prepareStackFile(folder, site, secrets, charts, pulumi);
    assert.deepEqual(calls, []);
    assert.deepEqual(parse(fs.readFileSync(folder.stackFile, "utf8")), first);
    assert.ok(fs.readFileSync(folder.stackFile, "utf8").includes("1.34"));
  });

  it("follows the site when it declares other secrets", async () => {
    await prepareStackFile(folder, site, secrets.slice(0, 1), charts, pulumi);
    assert.deepEqual(secretNames(parse(fs.readFileSync(folder.stackFile, "utf8")) as Record<string, unknown>, "af"), ["hubClientSecret"]);
  });

  it("has placeholders of the right encoding, the same for the same seed only", () => {
    const [text, base64] = secrets;
    assert.match(placeholder(text, "seed"), /^sandbox-placeholder-[0-9a-f]{24}$/);
    assert.equal(Buffer.from(placeholder(base64, "seed"), "base64").length, 32);
    assert.equal(placeholder(text, "seed"), placeholder(text, "seed"));
    assert.notEqual(placeholder(text, "seed"), placeholder(text, "other"));
  });
});
