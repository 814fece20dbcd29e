import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { clientEnvironment } from "#af/components/data/clients";
import { Data } from "#af/components/data/settings";
import { requirePrograms } from "../../support/programs";
import type { StartedProgram } from "../../support/started-program";
import { startXrootd } from "../../support/xrootd";

const run = promisify(execFile);

/*
 * The plug-in itself is in no package registry, so what it does with the name `xcache` is not shown here. The client is that of Debian, and
 * the server is a plain XRootD at the address that the environment names.
 */
describe("XRootD's client in the environment of user servers", function () {
  this.timeout(60_000);
  let folder = "";
  let server: StartedProgram | undefined;
  let address = "";
  let env: NodeJS.ProcessEnv = {};

  before(async function () {
    requirePrograms(this, "xrdcp");
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-clients-"));
    fs.chmodSync(folder, 0o755);
    fs.mkdirSync(path.join(folder, "files", "store"), { recursive: true });
    fs.writeFileSync(path.join(folder, "files", "store", "known"), "known\n");
    const { program, address: listening } = await startXrootd(this, folder);
    server = program;
    const doors = { exports: ["/store"], hosts: [{ name: "door.example.edu", address: "192.0.2.1" }] };
    const data = Data.parse({
      stores: { site: { kind: "eos", capacity: "1P", status: "a test's", doors } },
      cache: { kind: "external", host: "127.0.0.1", port: Number(listening.split(":")[1]) },
      cvmfs: { kind: "none" },
    });
    const rendered = clientEnvironment(data);
    address = `${rendered["XCACHE_HOST"] ?? ""}:${rendered["XCACHE_PORT"] ?? ""}`;
    env = { PATH: process.env["PATH"], HOME: folder, XRD_CONNECTIONRETRY: "1", XRD_LOGLEVEL: "Debug", ...rendered };
    await server.until(
      "the server answers",
      async () => (await run("xrdfs", [address, "stat", "/store/known"], { env })).stdout !== "",
      20_000,
    );
  });

  after(async () => {
    await server?.stop();
    if (folder !== "") fs.rmSync(folder, { recursive: true, force: true });
  });

  it("asks for the plug-in, and without its library reads from a host that is named", async () => {
    const { stderr } = await run("xrdcp", ["-f", `root://${address}//store/known`, path.join(folder, "copy")], { env });
    assert.match(stderr, /Loading default plug-in from libXrdClXcachePlugin\.so/);
    assert.equal(fs.readFileSync(path.join(folder, "copy"), "utf8"), "known\n");
  });

  it("reads no folder of plug-ins besides", async () => {
    const plugins = path.join(folder, "plugins");
    fs.mkdirSync(plugins);
    fs.writeFileSync(path.join(plugins, "xcache.conf"), "url = root://xcache:1094\nlib = libOther.so\nenable = true\n");
    const copy = async (variables: NodeJS.ProcessEnv) =>
      (await run("xrdcp", ["-f", `root://${address}//store/known`, path.join(folder, "copy")], { env: variables })).stderr;
    const { XRD_PLUGIN: _, ...without } = env;
    assert.match(await copy({ ...without, XRD_PLUGINCONFDIR: plugins }), /libOther/);
    assert.doesNotMatch(await copy({ ...env, XRD_PLUGINCONFDIR: plugins }), /libOther/);
  });
});
