import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { parse } from "yaml";
import { projectFolder, siteFile } from "#af/stacks/site/project";
import type { Data } from "../policies/manifests";
import { pathsOf, siteConfig, SITES, spelt, spoilt, valueAt } from "../support/site-config";
import { explain, explainLines } from "#af/tools/site/explain";
import { runTool } from "./run-tool";
import { ANSWERS, writeNewSite, writeSettings } from "./site-files";

describe("site explain", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-explain-"));
  let file: string;
  let settings: Record<string, unknown>;
  before(async () => {
    file = await writeNewSite(folder, "trial", { ...ANSWERS, collector: ["cm.example.edu"], schedd: ["schedd.example.edu"] });
    settings = settingsOf(fs.readFileSync(file, "utf8"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("prints a value with its line, unit, what is allowed and who reads it", () => {
    const { code, stdout } = runTool("site", ["explain", file, "af:hub.homes.size"]);
    assert.equal(code, 0);
    const line =
      fs
        .readFileSync(file, "utf8")
        .split("\n")
        .findIndex((text) => text.includes("homes:")) + 1;
    for (const expected of [
      /^af:hub\.homes\.size = 10Gi$/m,
      new RegExp(`^ {2}set by +Pulumi\\.trial\\.yaml:${line}$`, "m"),
      /^ {2}unit +bytes, as a Kubernetes quantity$/m,
      /^ {2}allowed +a size with a Kubernetes unit such as 512Mi/m,
      /^ {2}read by +JupyterHub$/m,
    ])
      assert.match(stdout, expected);
  });

  it("prints one document that its published schema describes", () => {
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/explain.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    const { code, stdout } = runTool("site", ["explain", file, "hub", "--json"]);
    assert.equal(code, 0);
    assert.ok(validate(JSON.parse(stdout)), JSON.stringify(validate.errors));
  });

  for (const site of SITES) {
    it(`${site}: every single value is explained by the line that spells its key`, () => {
      const text = fs.readFileSync(siteFile(site), "utf8").split("\n");
      const config = siteConfig(site);
      const rows = new Map(explain(site, "af:").below.map((row) => [row.path, row]));
      for (const at of pathsOf(config)) {
        const written = valueAt(config, at);
        const key = at.at(-1);
        if (typeof key === "number" || (typeof written === "object" && written !== null)) continue;
        const row = rows.get(spelt(at));
        assert.ok(row?.origin.kind === "file", spelt(at));
        assert.equal(JSON.stringify(row.value).replaceAll('"', ""), JSON.stringify(written).replaceAll('"', ""), spelt(at));
        assert.ok(text[row.origin.line - 1]?.includes(String(key)), `${spelt(at)} is not on line ${row.origin.line}`);
      }
    });
  }

  it("names the default that applies, its own or that of what holds it", () => {
    assert.deepEqual(explain(file, "platform.ingress.replicas").origin, { kind: "default", of: "af:platform.ingress.replicas" });
    assert.deepEqual(explain(file, "platform.ingress.ports.https").origin, { kind: "default", of: "af:platform.ingress.ports" });
    assert.deepEqual(explain(file, "delivery.mirror").origin, { kind: "nothing" });
    assert.match(explainLines(explain(file, "platform.ingress.ports.https")).join("\n"), /set by +default of af:platform\.ingress\.ports/);
    assert.match(explainLines(explain(file, "delivery.mirror")).join("\n"), /^af:delivery\.mirror = \(nothing\)\n {2}set by +nothing/);
  });

  it("explains a subtree value by value, and the whole site", () => {
    const document = explain(file, "hub.login");
    assert.deepEqual(
      document.below.map(({ path: at }) => at),
      ["kind", "identityProviders", "usernameClaim", "offlineAccess", "allowedGroups", "adminGroups"].map((key) => `af:hub.login.${key}`),
    );
    assert.deepEqual(document.value, {
      kind: "cilogon",
      identityProviders: ["https://auth.example.edu"],
      usernameClaim: "email",
      offlineAccess: false,
      allowedGroups: ["/cms"],
      adminGroups: [],
    });
    const { stdout } = runTool("site", ["explain", file, "af:"]);
    assert.match(stdout, /^af:site\.domain +af\.example\.edu +Pulumi\.trial\.yaml:\d+$/m);
    assert.match(stdout, /^af:servicex\.kind +none +default of af:servicex$/m);
  });

  it("explains a file that is wrong elsewhere or right here, and says so", () => {
    const broken = writeSettings(
      path.join(folder, "broken"),
      "trial",
      spoilt(spoilt(settings, ["hub", "hosst"], "x"), ["hub", "users", "registered"], "many"),
    );
    const { code, stdout } = runTool("site", ["explain", broken, "hub.users.registered"]);
    assert.equal(code, 0);
    assert.match(stdout, /^af:hub\.users\.registered = many$/m);
    assert.match(stdout, /^wrong: af:hub\.users\.registered: found "many"; allowed: a whole number$/m);
    assert.match(stdout, /^trial has 2 problems: npm run -s site -- validate trial$/m);
    assert.doesNotMatch(explainLines(explain(broken, "hub.host")).join("\n"), /wrong:/);
  });

  it("follows an anchor to its value and names the line of the key", () => {
    const text = fs.readFileSync(file, "utf8").replace("volume: 50Gi", "volume: &size 50Gi").replace("size: 10Gi", "size: *size");
    const anchored = path.join(folder, "anchored", "Pulumi.trial.yaml");
    fs.mkdirSync(path.dirname(anchored));
    fs.writeFileSync(anchored, text);
    const line = text.split("\n").findIndex((each) => each.includes("homes:")) + 1;
    const { value, origin } = explain(anchored, "hub.homes.size");
    assert.deepEqual([value, origin], ["50Gi", { kind: "file", file: "Pulumi.trial.yaml", line }]);
  });

  it("shows no secret, encrypted or not", () => {
    const hubClientId = { secure: "v1:bm9uY2Vub25jZQ==:Y2lwaGVydGV4dCBvZiBhIHRlc3Q=" };
    const held = writeSettings(path.join(folder, "secrets"), "trial", {
      ...settings,
      secrets: { hubClientId, hubClientSecret: "typed in clear" },
    });
    for (const at of ["af:", "secrets", "secrets.hubClientId", "secrets.hubClientSecret"]) {
      const document = explain(held, at);
      for (const text of [JSON.stringify(document), explainLines(document).join("\n")]) {
        assert.match(text, /\[secret\]/);
        assert.doesNotMatch(text, /bm9uY2V|typed in clear/);
      }
    }
    const right = writeSettings(path.join(folder, "encrypted"), "trial", { ...settings, secrets: { hubClientId } });
    const { description, readBy } = explain(right, "secrets.hubClientId");
    assert.deepEqual([description, readBy], ["client id of the hub at the login provider", ["hub"]]);
  });

  it("says what there is where a path leads nowhere", () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["hub.hosst", /^af:hub\.hosst: no such key \(did you mean af:hub\.host\?\); there is: host, expose, /],
      ["hubb.host", /^af:hubb: no such key \(did you mean af:hub\?\); there is: site, nodes, /],
      ["hub.host.name", /^af:hub\.host\.name: af:hub\.host is a single value; nothing lies below it$/m],
      ["nodes.worker.rack", /^af:nodes\.worker: no such key \(did you mean af:nodes\.workers\?\); there is: workers$/m],
      ["nodes.workers.hosts[3]", /^af:nodes\.workers\.hosts\[3\]: af:nodes\.workers\.hosts has 1 element; allowed: \[0\]$/m],
      ["nodes.workers.taints[0]", /has 0 elements; allowed: none$/m],
      ["storage.devices", /^af:storage\.devices: af:storage is of the kind existing; only rook has devices$/m],
      ["hub.homes.sizes", /^af:hub\.homes\.sizes: no such key \(did you mean af:hub\.homes\.size\?\); there is: kind, size, /],
      ["hub..host", /^hub\.\.host: not a path; allowed: names and positions such as af:nodes\.workers\.hosts\[2\]$/m],
    ];
    for (const [at, message] of cases) {
      assert.throws(
        () => explain(file, at),
        (error) => error instanceof Error && message.test(error.message),
        at,
      );
    }
    const { code, stderr, stdout } = runTool("site", ["explain", file, "hub.hosst"]);
    assert.equal(code, 2);
    assert.match(stderr, /did you mean af:hub\.host\?/);
    assert.doesNotMatch(stderr + stdout, /\n +at /);
    const undecided = writeSettings(path.join(folder, "undecided"), "trial", spoilt(settings, ["storage", "kind"], undefined));
    assert.throws(() => explain(undecided, "storage.devices"), /af:storage does not say its kind; allowed: rook, external, existing$/);
  });

  it("names the sites when there is no such one, and refuses a file that is no site file", () => {
    for (const [site, message] of [
      ["atlantis", /there is no such site file; sites of this project: /],
      ["settings.yaml", /settings\.yaml: not a site file; allowed: the name of a site, or a path that ends in Pulumi\.<site>\.yaml/],
    ] as const) {
      const { code, stderr } = runTool("site", ["explain", site, "hub"]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });
});

function settingsOf(text: string): Record<string, unknown> {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^af:/, ""), value]));
}
