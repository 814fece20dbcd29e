import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { stringify } from "yaml";
import { projectFolder } from "#af/stacks/site/project";
import { CAPACITY_QUESTIONS } from "#af/tools/plan/capacity";
import { type PlanDocument } from "#af/tools/plan/document";
import { siteConfig } from "../support/site-config";
import { changed, type Data } from "../policies/manifests";
import { runTool, type ToolResult } from "./run-tool";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-plan-"));
after(() => fs.rmSync(folder, { recursive: true }));

/** A site file with one value changed. */
function siteWith(steps: readonly (string | number)[], value: unknown): string {
  const config = changed(siteConfig("unl"), steps, value);
  const file = path.join(folder, "Pulumi.unl.yaml");
  fs.writeFileSync(file, stringify({ config: Object.fromEntries(Object.entries(config).map(([key, each]) => [`af:${key}`, each])) }));
  return file;
}

function filesBelow(root: string): readonly string[] {
  return fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => fs.statSync(path.join(root, file)).isFile())
    .sort();
}

describe("plan", function () {
  this.timeout(240_000);
  const manifests = path.join(folder, "manifests");
  let human: ToolResult;
  let json: ToolResult;
  let kinds: ToolResult;

  before(() => {
    human = runTool("plan", ["unl"]);
    json = runTool("plan", ["unl", "--json", "--manifests", manifests]);
    kinds = runTool("plan", ["unl", "--kinds"]);
  });

  it("shows a whole site in less than 100 lines, and passes", () => {
    const { code, stdout, stderr } = human;
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    assert.ok(lines.length < 100, `${lines.length} lines`);
    assert.match(lines.at(-1) ?? "", /^fits and passes(, \d+ hints?)?$/);
    for (const expected of [
      /^unl: /,
      /^storage +Storage +10 +.*CephCluster/,
      /^rook-ceph +\d+ +[\d.]+ +[\d.]+ /,
      /CephCluster ceph-cluster/,
      /^everything, with 60 users at once +(fits|at risk) +\d+ +\d+ +0 pods/,
      /^without the worst host, red-kube-c\d+ +/,
      /^ {2}in a bad order may wait: \d+ of \d+ cmsaf-prod\/Analysis$/,
      /^ {4}Insufficient cpu: .*r710 \(\d\)/,
      /^ {2}smallest change: \d+ fewer of cmsaf-prod\/Analysis: \d+ instead of 52 \(af:hub\.users\.concurrent: \d+ instead of 60\)$/,
      /^ {2}without the worst rack, c69 \(11 hosts\): \d+ fewer of /,
      /^tightest hosts +pool +cpu +of +memory +of +pods +tight$/,
      /^disks of the caches +1\.41Gb\/s +limits$/,
      /^address of Dask's schedulers +- +no data of files passes it, .*; not stated: .*Traefik/,
      /^ {2}not enough: 2000 cores at once ask for 200Gb\/s; limited by disks of the caches to 1\.41Gb\/s at most, which feeds 14 cores; what is not stated /,
      /^ {2}200Gb\/s takes 142 cache hosts like those of supermicro-1u; 20 after this change: 7 more disks /,
      /^ {2}smallest change: 7 more disks on each host of supermicro-1u \(af:data\.cache\.disks: 8 instead of 1\): 10Gb\/s, then NICs of the caches, serving$/,
      /^security +47 /,
      /^custom resources +(checked|not done): /,
    ])
      assert.ok(
        lines.some((line) => expected.test(line)),
        String(expected),
      );
    assert.equal(stdout.includes("\u001b"), false, "no colour where there is no terminal");
  });

  it("prints who reaches whom on request, and as data", () => {
    const { code, stdout } = runTool("plan", ["unl", "--flows"]);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    assert.ok(lines.length < 140, `${lines.length} lines`);
    assert.match(stdout, /^hub\/hub, hub\/proxy +hub\/users +TCP 8888$/m);
    assert.match(stdout, /^Everything else is shut: \d{4} pairs /m);
    const { flows } = JSON.parse(json.stdout) as PlanDocument;
    assert.ok(flows.some(({ from, to, ports }) => from === "hosts" && to === "rook/mon" && ports === "TCP 3300, 6789"));
    assert.ok(!flows.some(({ from, to }) => from === "hub/users" && ["hub/users", "API server", "metadata", "hosts"].includes(to)));
  });

  it("prints one document that its published schema describes", () => {
    const { code, stdout } = json;
    assert.equal(code, 0);
    const document = JSON.parse(stdout) as PlanDocument;
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/plan.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    assert.ok(validate(document), JSON.stringify(validate.errors));
    assert.ok(document.summary.passes);
    const idle = document.rules.filter(({ looked }) => looked === 0).map(({ rule }) => rule);
    const aboutNothing = [
      ...["external-ceph-holds-its-claims", "ingresses-carry-no-code", "waivers-are-exact"],
      ...["nothing-has-ended", "nothing-ends-soon"],
    ];
    assert.deepEqual(idle, aboutNothing, "every other rule looked at something");
    assert.ok(document.comparisons.length > 0);
    assert.deepEqual(new Set(document.capacity.answers.map(({ question }) => question)), new Set(CAPACITY_QUESTIONS));
    assert.equal(document.capacity.hosts.length, 21);
    assert.deepEqual(document.capacity.uncounted, []);
    for (const { verdict, question, need, have, waits, changes } of document.capacity.answers) {
      const named = ["everything", "host lost", "domain lost"].includes(question);
      if (named && verdict === "does not fit") assert.ok(waits.some(({ reasons }) => reasons.some(({ hosts }) => hosts.length > 0)));
      if (named && (have < need || (question === "everything" && verdict !== "fits"))) assert.ok(changes.length > 0, question);
    }
    assert.deepEqual([document.rates?.verdict, document.rates?.limits, document.rates?.fed], ["not enough", ["disks of the caches"], 14]);
    for (const { need, have, margin } of document.comparisons) assert.equal(BigInt(margin), BigInt(have) - BigInt(need));
  });

  it("plans several sites in one call: each as alone, with its own manifests, one page, and one exit code", () => {
    const names = ["fnal", "unl"];
    const [page, written] = [path.join(folder, "several.html"), path.join(folder, "several")];
    const text = runTool("plan", [...names, "fnal"]);
    const { code, stdout } = runTool("plan", [...names, "--json", "--html", page, "--manifests", written]);
    assert.deepEqual([text.code, code], [0, 0], text.stderr);
    const documents = JSON.parse(stdout) as readonly PlanDocument[];
    assert.deepEqual(
      documents.map(({ site }) => site.name),
      names,
    );
    assert.deepEqual(documents[1], JSON.parse(json.stdout));
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/plan.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    assert.ok(validate(documents), JSON.stringify(validate.errors));
    assert.ok(!validate(documents.slice(0, 1)), "a list of one is none");
    assert.ok(text.stdout.includes(human.stdout.trimEnd()), "the plan of a site is as alone");
    assert.match(text.stdout, /\nsite +verdict\nfnal +fits and passes.*\nunl +fits and passes.*\n$/);
    const drawn = fs.readFileSync(page, "utf8");
    for (const name of names) {
      assert.ok(drawn.includes(name));
      assert.ok(filesBelow(path.join(written, name)).length > 20);
    }
    const flows = runTool("plan", [...names, "--flows"]).stdout;
    for (const name of names) assert.match(flows, new RegExp(`^${name}:\n`, "m"));
  });

  it("says what is wrong with all of several sites at once, and takes no file for them", () => {
    const none = runTool("plan", ["nowhere", "unl", "neither"]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /nowhere[^]*neither/);
    const file = runTool("plan", ["unl", "fnal", "--config-file", siteWith(["hub", "host"], "hub.example.edu")]);
    assert.equal(file.code, 2);
    assert.match(file.stderr, /--config-file is one site's file, and 2 sites are named/);
  });

  it("shows no secret anywhere, and writes what would be applied", () => {
    const files = filesBelow(manifests);
    assert.ok(files.includes("cmsaf-prod/helmrelease-jupyterhub.yaml") && files.includes("cluster/node-red-kube-c0724.patch.yaml"));
    assert.ok(files.includes("flux-system/release-flux2.yaml"));
    const everything = [
      human.stdout,
      json.stdout,
      kinds.stdout,
      ...files.map((file) => fs.readFileSync(path.join(manifests, file), "utf8")),
    ].join("\n");
    assert.ok(everything.includes("[secret]"));
    for (const form of ["placeholder-for-", Buffer.from("placeholder-for-").toString("base64").slice(0, 18)])
      assert.ok(!everything.includes(form), form);
  });

  it("writes the same again, takes away what is no more, and leaves other folders alone", () => {
    const before = filesBelow(manifests);
    fs.appendFileSync(path.join(manifests, ".written-by-plan"), "cluster/gone.yaml\n");
    fs.writeFileSync(path.join(manifests, "cluster/gone.yaml"), "");
    assert.equal(runTool("plan", ["unl", "--manifests", manifests]).code, 0);
    assert.deepEqual(filesBelow(manifests), before);
    const theirs = path.join(folder, "theirs");
    fs.mkdirSync(theirs);
    fs.writeFileSync(path.join(theirs, "thesis.tex"), "");
    const { code, stderr } = runTool("plan", ["fnal", "--manifests", theirs]);
    assert.equal(code, 2);
    assert.match(stderr, /theirs holds other files; allowed: a folder that is new, empty, or was written by plan before/);
    assert.deepEqual(filesBelow(theirs), ["thesis.tex"]);
    assert.match(runTool("plan", ["fnal", "--manifests", path.join(theirs, "thesis.tex")]).stderr, /is a file; allowed: a folder/);
  });

  it("ends with 1 and the figures where the site does not fit", () => {
    const { code, stdout, stderr } = runTool("plan", [
      "unl",
      "--config-file",
      siteWith(["tenancy", "pins"], { rook: { because: "a test", cpu: 2 } }),
    ]);
    assert.equal(code, 1, stderr);
    assert.match(
      stdout,
      /mandatory \(high\) quotas\/demand-fits-quota\n .*\n {2}ResourceQuota rook-ceph\/quota spec\.hard\["requests\.cpu"\]: rook-ceph needs [\d.]+ requests\.cpu and has 2: [\d.]+ too few/,
    );
    assert.match(stdout, /\n1 violation(, \d+ hints?)?\n$/);
  });

  it("ends with 1, the workload and the smallest change where users have no place", () => {
    const { code, stdout, stderr } = runTool("plan", ["unl", "--config-file", siteWith(["hub", "users", "concurrent"], 90)]);
    assert.equal(code, 1, stderr);
    assert.match(stdout, /\neverything, with 90 users at once +does not fit +201 +\d+ +-\d+ pods/);
    assert.match(stdout, /\n {2}no place for \d+ of 82 cmsaf-prod\/Analysis\n {4}Insufficient (cpu|memory): .*\br710 \(4\)/);
    assert.match(
      stdout,
      /\n {2}smallest change: \d+ fewer of cmsaf-prod\/Analysis: \d+ instead of 82 \(af:hub\.users\.concurrent: \d+ instead of 90\)\n {2}or: /,
    );
    assert.match(
      stdout,
      /quotas\/users-fit-the-hosts\n.*\n.*Analysis needs 82 pods at once beside everything else and has \d+: \d+ too few/,
    );
  });

  it("writes a page where it is asked to, and nothing where it cannot", () => {
    const file = path.join(folder, "unl.html");
    assert.equal(runTool("plan", ["fnal", "--html", file]).code, 0);
    assert.match(fs.readFileSync(file, "utf8"), /^<!doctype html>/);
    for (const [wrong, message] of [
      [path.join(folder, "none", "unl.html"), /none does not exist; make the folder, or name another file after --html/],
      [folder, /is a folder; allowed: a file/],
    ] as const) {
      const { code, stdout, stderr } = runTool("plan", ["fnal", "--html", wrong]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
    }
  });

  it("ends with 2, every problem and no stack trace where the site is wrong", () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["unl", "--config-file", siteWith(["hub", "hosst"], "x")], /af:hub\.hosst: unknown key \(did you mean host\?\)/],
      [["nowhere"], /there is no such site file; sites of this project: .*unl/],
      [[], /missing required argument 'site'/],
      [["unl", "--jsn"], /unknown option '--jsn'/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = runTool("plan", args);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr + stdout, /\n +at /);
    }
  });

  it("names the kinds of custom resources in use", () => {
    const list = JSON.parse(kinds.stdout) as readonly unknown[];
    assert.ok(
      list.some((kind) => JSON.stringify(kind) === '{"group":"cert-manager.io","version":"v1","kind":"ClusterIssuer","namespaced":false}'),
    );
    assert.ok(
      list.some((kind) => JSON.stringify(kind) === '{"group":"ceph.rook.io","version":"v1","kind":"CephCluster","namespaced":true}'),
    );
    assert.equal(new Set(list.map((kind) => JSON.stringify(kind))).size, list.length);
  });

  it("says which checks it could not do", () => {
    const { code, stdout } = runTool("plan", ["unl", "--json"], { env: { AF_SCHEMAS: path.join(folder, "none") } });
    assert.equal(code, 0);
    const { checks } = JSON.parse(stdout) as PlanDocument;
    for (const check of [checks.crds, checks.charts])
      assert.match(check, /^not done: .* has no folders crds and charts; set AF_SCHEMAS to a folder that has$/);
  });
});
