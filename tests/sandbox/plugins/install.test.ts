import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { choosePlugins, installPlugins } from "#af/sandbox/plugins/install";
import { officialPlugin } from "#af/sandbox/plugins/official";
import { PluginProcess } from "./plugin-client";

describe("plugin installation", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "plug'in folder "));
  const empty = { PATH: "", PULUMI_HOME: path.join(folder, "no home") };
  after(() => fs.rmSync(folder, { recursive: true }));

  /** An executable that does nothing. */
  function executable(...words: readonly string[]): string {
    const file = path.join(folder, ...words);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, "", { mode: 0o755 });
    return file;
  }

  it("takes a plugin of the user first, then one that was built here, then a stand-in", () => {
    const random = executable("bin", "pulumi-resource-random");
    const kubernetes = executable("home", "plugins", "resource-kubernetes-v4.34.2", "pulumi-resource-kubernetes");
    const home = { PATH: path.dirname(random), PULUMI_HOME: path.join(folder, "home") };
    const sources = (env: NodeJS.ProcessEnv): readonly string[] =>
      choosePlugins({ kubernetes: "/built" }, env).map(({ name, source }) => `${name} ${source}`);
    assert.deepEqual(sources(empty), ["nodejs stand-in", "kubernetes built", "random stand-in", "tls stand-in"]);
    assert.deepEqual(sources(home), ["nodejs stand-in", "kubernetes official", "random official", "tls stand-in"]);
    assert.deepEqual(officialPlugin("resource", "kubernetes", "4.34.2", home).found, { path: kubernetes, version: "4.34.2" });
  });

  it("takes the newest of several, by number", () => {
    for (const version of ["4.9.0", "4.10.1", "4.2.3"])
      executable("several", "plugins", `resource-kubernetes-v${version}`, "pulumi-resource-kubernetes");
    const several = { PATH: "", PULUMI_HOME: path.join(folder, "several") };
    assert.equal(officialPlugin("resource", "kubernetes", "4.2.0", several).found?.version, "4.10.1");
  });

  it("passes over one that is older than the SDK asks for, or of another major version, and says so", () => {
    for (const version of ["4.9.0", "5.0.0", "4.10.0-alpha.1"])
      executable("old", "plugins", `resource-kubernetes-v${version}`, "pulumi-resource-kubernetes");
    const old = { PATH: "", PULUMI_HOME: path.join(folder, "old") };
    assert.equal(officialPlugin("resource", "kubernetes", "4.9.0", old).found?.version, "4.10.0-alpha.1");
    const { found, passedOver } = officialPlugin("resource", "kubernetes", "4.34.2", old);
    assert.equal(found, undefined);
    assert.deepEqual(
      passedOver.map(({ reason }) => reason),
      ["5.0.0", "4.10.0-alpha.1", "4.9.0"].map((version) => `version ${version}, the program's SDK asks for 4.34.2 or newer`),
    );
    assert.equal(choosePlugins({ kubernetes: "/built" }, old).find(({ name }) => name === "kubernetes")?.source, "built");
  });

  it("finds what Pulumi's installer has put beside the CLI", () => {
    const host = executable("installed", "bin", "pulumi-language-nodejs");
    const home = { PATH: "", PULUMI_HOME: path.join(folder, "installed") };
    assert.deepEqual(officialPlugin("language", "nodejs", "3.0.0", home).found, { path: host });
  });

  it("puts each into a folder of the version that the program's SDK asks for, and removes what is left of other versions", () => {
    const plugins = path.join(folder, "plugins");
    executable("plugins", "resource-kubernetes-v4.0.0", "pulumi-resource-kubernetes");
    installPlugins(plugins, choosePlugins({ kubernetes: "/built/it's" }, empty));
    const sdk = (name: string): string =>
      (JSON.parse(fs.readFileSync(path.join("node_modules", "@pulumi", name, "package.json"), "utf8")) as { version: string }).version;
    assert.deepEqual(fs.readdirSync(plugins).sort(), [
      `language-nodejs-v${sdk("pulumi")}`,
      `resource-kubernetes-v${sdk("kubernetes")}`,
      `resource-random-v${sdk("random")}`,
      `resource-tls-v${sdk("tls")}`,
    ]);
    const starter = path.join(plugins, `resource-kubernetes-v${sdk("kubernetes")}`, "pulumi-resource-kubernetes");
    assert.match(fs.readFileSync(starter, "utf8"), /^exec '\/built\/it'\\''s' "\$@"$/m);
    assert.ok(fs.statSync(starter).mode & 0o100);
  });

  it("leaves the user's own folder alone if an earlier version has linked it", () => {
    const theirs = path.dirname(path.dirname(executable("theirs", "resource-aws-v1.0.0", "pulumi-resource-aws")));
    const linked = path.join(folder, "linked");
    fs.symlinkSync(theirs, linked);
    installPlugins(linked, choosePlugins({}, empty));
    assert.deepEqual(fs.readdirSync(theirs), ["resource-aws-v1.0.0"]);
    assert.equal(fs.readdirSync(linked).length, 4);
  });

  it("makes starters that run, with blanks and quotes in their path, and that end with the engine", async function () {
    this.timeout(60_000);
    const plugins = path.join(folder, "it's own");
    installPlugins(plugins, choosePlugins({}, empty));
    const random = fs.readdirSync(plugins).find((entry) => entry.startsWith("resource-random-")) ?? "";
    const plugin = await PluginProcess.start(path.join(plugins, random, "pulumi-resource-random"));
    const { id } = await plugin.create("random:index/randomPet:RandomPet", "pet", { length: 2, separator: "-" });
    assert.match(id, /^[a-z]+-[a-z]+$/);
    assert.equal(await plugin.abandon(), 0);
    plugin.stop();
  });

  it("does not take a plugin that is still being unpacked", () => {
    executable("partial", "plugins", "resource-tls-v5.6.1", "pulumi-resource-tls");
    fs.writeFileSync(path.join(folder, "partial", "plugins", "resource-tls-v5.6.1.partial"), "");
    assert.equal(officialPlugin("resource", "tls", "5.0.0", { PATH: "", PULUMI_HOME: path.join(folder, "partial") }).found, undefined);
  });
});
