import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostsOf } from "#af/components/nodes/settings";
import { readSite } from "#af/stacks/site/read";
import { newSite } from "#af/tools/site/new";
import type { SiteAnswers } from "#af/tools/site/questions";
import { SITES as PROJECT } from "../support/site-config";
import { runTool } from "./run-tool";
import { ANSWERS, flags, writeNewSite } from "./site-files";

/** Answers of sites that differ as much as the questions allow. */
const SITES: Readonly<Record<string, SiteAnswers>> = {
  plain: ANSWERS,
  ceph: {
    ...ANSWERS,
    storage: [],
    pool: ["workers=node[01-06]:32:128Gi", "masters=master[1-3]:4:16Gi:control-plane"],
    disk: ["hdd:4Ti:/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0", "ssd:1Ti:/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:2:0"],
    addresses: ["192.0.2.10/32", "198.51.100.0/28"],
    collector: ["cm.example.edu"],
    schedd: ["schedd.example.edu"],
  },
  okd: { ...ANSWERS, kubernetes: ["okd"], addresses: [], login: ["oidc"], group: ["/cms", "/cms/admins"], users: ["200"] },
};

describe("site new", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-new-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  const files = () => fs.readdirSync(folder);

  for (const [name, answers] of Object.entries(SITES)) {
    it(`${name}: a commented file of less than 80 lines that is right at once, and whose plan fits and passes`, async () => {
      const file = await writeNewSite(folder, name, answers);
      const text = fs.readFileSync(file, "utf8");
      assert.ok(text.split("\n").length < 80, `${text.split("\n").length} lines`);
      assert.match(text, /^# yaml-language-server: \$schema=docs\/reference\/site\.schema\.json\n/);
      assert.match(text, /# check/);
      const { domain, kubernetes } = readSite(name, file).site;
      assert.equal(domain, "af.example.edu");
      assert.equal(kubernetes.networkPlugin, kubernetes.kind === "okd" ? "ovn-kubernetes" : "calico");
      assert.match(text, /^ {4}kubernetes: # check: .* shows the network plugin$/m);
      const { code, stdout, stderr } = runTool("plan", [name, "--config-file", file]);
      assert.equal(code, 0, stdout + stderr);
    });
  }

  it("writes by flags alone, says where, and what comes next", () => {
    const { code, stdout, stderr } = runTool("site", ["new", "flags", "--yes", "--folder", folder, ...flags(ANSWERS)]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Pulumi\.flags\.yaml is written\. Look at what is marked "check", then: npm run -s plan -- flags\n$/);
    assert.equal(runTool("site", ["validate", path.join(folder, "Pulumi.flags.yaml")]).stdout, "flags: right\n");
  });

  it("asks for what no option says, again where an answer is refused, and takes an empty answer for the fallback", async () => {
    const prompts: string[] = [];
    const replies = [
      "Bad_Domain",
      "af.example.org",
      "",
      "a=n1:8:32Gi b=n2:8:32Gi",
      "standard",
      "",
      "192.0.2.10/32",
      "",
      "https://auth.example.org",
      "/cms",
      "7",
      "",
      "",
    ];
    const ask = (prompt: string) => {
      prompts.push(prompt);
      return Promise.resolve(replies[prompts.length - 1] ?? "");
    };
    await newSite("asked", {}, ask, folder);
    assert.equal(prompts.length, replies.length);
    assert.equal(
      prompts[1],
      '--domain: found "Bad_Domain"; allowed: a DNS name in lower case, e.g. hub.example.edu\nBase domain of the facility\'s names: ',
    );
    assert.equal(prompts[2], "Kubernetes: kubeadm or okd [kubeadm]: ");
    const site = readSite("asked", path.join(folder, "Pulumi.asked.yaml"));
    assert.deepEqual([Object.keys(site.nodes), site.hub.users.registered, site.site.kubernetes.kind], [["a", "b"], 7, "kubeadm"]);
    const further: string[] = [];
    const silent = (prompt: string) => {
      further.push(prompt);
      return Promise.resolve("");
    };
    await newSite("half", ANSWERS, silent, folder);
    assert.deepEqual(
      further.map((prompt) => prompt.split(/[:,]/)[0]),
      [
        "Kubernetes",
        "Empty disks for Ceph on each host of a pool",
        "Login",
        "Users with a home [50]",
        "Central manager of the HTCondor pool",
        "Access point of that pool",
      ],
    );
  });

  it("names every mistake at once and writes nothing", () => {
    const before = files();
    const { code, stdout, stderr } = runTool("site", [
      ...["new", "Bad_Name", "--yes", "--folder", folder],
      ...["--domain", "AF", "--kubernetes", "k3s", "--pool", "workers", "--storage", "Fast!", "--disk", "sda", "--addresses", "10.0.0.1/8"],
      ...["--login", "olidc", "--provider", "http://x/", "--users", "many", "--collector", "cm_1"],
    ]);
    assert.equal(code, 2);
    for (const expected of [
      /^no file is written for Bad_Name:$/m,
      /^ {2}site name: found "Bad_Name"; allowed: a DNS label/m,
      /^ {2}--domain: found "AF"; allowed: a DNS name/m,
      /^ {2}--kubernetes: found "k3s"; allowed: kubeadm, okd$/m,
      /^ {2}--pool: found "workers"; allowed: name=hosts:cpu:memory\[:uses\]/m,
      /^ {2}--storage: found "Fast!"; allowed: a DNS label/m,
      /^ {2}--disk: found "sda"; allowed: class:size:path/m,
      /^ {2}--addresses: found "10\.0\.0\.1\/8"; allowed: an IPv4 network/m,
      /^ {2}--login: found "olidc"; allowed: cilogon, oidc \(did you mean oidc\?\)$/m,
      /^ {2}--provider: found "http:\/\/x\/"; allowed: an https:\/\/ URL/m,
      /^ {2}--users: found "many"; allowed: a whole number of 1 or more$/m,
      /^ {2}--collector: found "cm_1"; allowed: a DNS name/m,
      /^ {2}--group: missing; groups whose members get in/m,
      /^ {2}--schedd: missing; the access point of the pool/m,
      /^ {2}--disk: volumes come from --storage already; allowed: one of the two$/m,
    ])
      assert.match(stderr, expected);
    assert.doesNotMatch(stderr + stdout, /\n +at /);
    assert.deepEqual(files(), before);
  });

  it("names every answer that is missing, and asks nobody where there is no terminal", () => {
    const { code, stderr } = runTool("site", ["new", "empty", "--folder", folder]);
    assert.equal(code, 2);
    for (const name of ["domain", "pool", "storage", "addresses", "provider", "group"])
      assert.match(stderr, new RegExp(`^ {2}--${name}: missing; `, "m"));
    const halfPool = runTool("site", ["new", "empty", "--folder", folder, ...flags({ ...ANSWERS, schedd: ["s.example.edu"] })]);
    assert.match(halfPool.stderr, /^ {2}--collector: missing; the pool behind the access point/m);
    assert.ok(!files().includes("Pulumi.empty.yaml"));
  });

  it("refuses what the reader would refuse, by path", async () => {
    const pool = ["workers=node[6-1]:32:128GB:users"];
    await assert.rejects(newSite("wrong", { ...ANSWERS, pool }, undefined, folder), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^no file is written for wrong:\n/);
      assert.match(error.message, /^ {2}af:nodes\.workers\.hosts\[0\]: found "node\[6-1\]"; allowed in the bracket/m);
      assert.match(error.message, /^ {2}af:nodes\.workers\.capacity\.memory: found "128GB"; allowed: a size/m);
      return true;
    });
    assert.ok(!files().includes("Pulumi.wrong.yaml"));
  });

  it("refuses what belongs to another site of the project", async () => {
    const [site = ""] = PROJECT;
    const [host] = hostsOf(readSite(site).nodes);
    const pool = [`workers=${host?.name}:32:128Gi`];
    await assert.rejects(
      newSite("greedy", { ...ANSWERS, pool }, undefined, folder),
      new RegExp(`af:nodes\\.workers\\.hosts: host ${host?.name} belongs to site ${site} too`),
    );
    assert.ok(!files().includes("Pulumi.greedy.yaml"));
  });

  it("refuses a folder that is not there", () =>
    assert.rejects(
      newSite("lost", ANSWERS, undefined, path.join(folder, "none")),
      /--folder: there is no .*none; allowed: a folder that is there/,
    ));

  it("leaves a file alone that is there", async () => {
    const file = await writeNewSite(folder, "kept");
    fs.writeFileSync(file, "mine");
    await assert.rejects(writeNewSite(folder, "kept"), /Pulumi\.kept\.yaml is there already; allowed: a name without a file/);
    assert.equal(fs.readFileSync(file, "utf8"), "mine");
  });
});
