import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findTool, isUsable } from "#af/sandbox/tools/find";
import { pinnedVersion, TOOLS, type Tool, type ToolName } from "#af/sandbox/tools/tool";

const tool = (name: ToolName): Tool => TOOLS.find((each) => each.name === name) as Tool;

describe("finding a tool on the machine", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-find-"));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** A program that prints a version; every folder is a PATH entry of its own. */
  function program(entry: string, name: string, prints: string): string {
    const file = path.join(folder, entry, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\necho "${prints}"\n`, { mode: 0o755 });
    return path.dirname(file);
  }

  it("takes the one in KUBEBUILDER_ASSETS before the one on PATH", async () => {
    const assets = program("assets", "kube-apiserver", "Kubernetes v1.37.0");
    const onPath = program("path", "kube-apiserver", "Kubernetes v1.37.5");
    const { found } = await findTool(tool("kube-apiserver"), { KUBEBUILDER_ASSETS: assets, PATH: onPath });
    assert.deepEqual(found, { path: path.join(assets, "kube-apiserver"), version: "v1.37.0", source: "KUBEBUILDER_ASSETS" });
  });

  it("passes over another minor version and says what it needs", async () => {
    const old = program("old", "kube-scheduler", "Kubernetes v1.31.4");
    const { found, passedOver } = await findTool(tool("kube-scheduler"), { PATH: old });
    assert.equal(found, undefined);
    assert.deepEqual(passedOver, [{ path: path.join(old, "kube-scheduler"), reason: "version v1.31.4, the sandbox needs 1.37" }]);
  });

  it("passes over a program that says no version", async () => {
    const mute = program("mute", "etcd", "hello");
    const { found, passedOver } = await findTool(tool("etcd"), { PATH: mute });
    assert.equal(found, undefined);
    assert.match(passedOver[0]?.reason ?? "", /does not answer --version/);
  });

  it("goes on to the next folder of PATH", async () => {
    const both = [program("first", "kwok", "kwok version v0.5.0"), program("second", "kwok", "kwok version v0.8.1")];
    const { found } = await findTool(tool("kwok"), { PATH: both.join(path.delimiter) });
    assert.equal(found?.version, "v0.8.1");
  });

  it("takes any newer Pulumi of the same major version, and no older one", () => {
    assert.equal(isUsable(tool("pulumi"), "v3.400.1", "v3.259.0"), true);
    assert.equal(isUsable(tool("pulumi"), "v3.100.0", "v3.259.0"), false);
    assert.equal(isUsable(tool("pulumi"), "v4.259.0", "v3.259.0"), false);
  });

  it("knows the pinned version of every tool from its go.mod", () => {
    for (const each of TOOLS) assert.match(pinnedVersion(each), /^v\d+\.\d+\.\d+/);
  });
});
