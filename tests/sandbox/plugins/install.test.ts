import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { installPlugins } from "#af/sandbox/plugins/install";
import { PluginProcess } from "./plugin-client";

describe("plugin installation", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "plug'in folder "));
  const empty = { PATH: "", PULUMI_HOME: path.join(folder, "no home") };
  after(() => fs.rmSync(folder, { recursive: true }));

  it("writes a starter for every plugin that is not installed", () => {
    const plugins = installPlugins(path.join(folder, "own"), empty);
    assert.deepEqual(
      plugins.map(({ name, kind, source }) => `${kind} ${name} ${source}`),
      ["language nodejs stand-in", "resource kubernetes stand-in", "resource random stand-in", "resource tls stand-in"],
    );
    for (const plugin of plugins) assert.ok(fs.statSync(plugin.path).mode & 0o100, plugin.path);
  });

  it("makes starters that run, with blanks and quotes in their path, and that end with the engine", async function () {
    this.timeout(60_000);
    const random = installPlugins(path.join(folder, "it's own"), empty).find(({ name }) => name === "random");
    const plugin = await PluginProcess.start(random?.path ?? "");
    const { id } = await plugin.create("random:index/randomPet:RandomPet", "pet", { length: 2, separator: "-" });
    assert.match(id, /^[a-z]+-[a-z]+$/);
    assert.equal(await plugin.abandon(), 0);
    plugin.stop();
  });

  it("leaves official plugins to Pulumi, on PATH and in its own folder", () => {
    const [bin, home] = [path.join(folder, "bin"), path.join(folder, "home")];
    const unpacked = path.join(home, "plugins", "resource-kubernetes-v4.34.2");
    for (const directory of [bin, unpacked]) fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(bin, "pulumi-resource-random"), "", { mode: 0o755 });
    fs.writeFileSync(path.join(unpacked, "pulumi-resource-kubernetes"), "", { mode: 0o755 });
    const own = path.join(folder, "mixed");
    installPlugins(own, empty);
    const plugins = installPlugins(own, { PATH: bin, PULUMI_HOME: home });
    assert.deepEqual(
      plugins.filter(({ source }) => source === "official").map(({ path: file }) => file),
      [path.join(unpacked, "pulumi-resource-kubernetes"), path.join(bin, "pulumi-resource-random")],
    );
    // A starter of an earlier run would win, since the folder comes first on PATH.
    assert.deepEqual(fs.readdirSync(own).sort(), ["pulumi-language-nodejs", "pulumi-resource-tls"]);
  });

  it("does not take a plugin that is still being unpacked", () => {
    const home = path.join(folder, "partial");
    const unpacked = path.join(home, "plugins", "resource-tls-v5.6.1");
    fs.mkdirSync(unpacked, { recursive: true });
    fs.writeFileSync(path.join(unpacked, "pulumi-resource-tls"), "", { mode: 0o755 });
    fs.writeFileSync(`${unpacked}.partial`, "");
    const tls = installPlugins(path.join(folder, "third"), { PATH: "", PULUMI_HOME: home }).find(({ name }) => name === "tls");
    assert.equal(tls?.source, "stand-in");
  });
});
