import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { clientEnvironment } from "#af/components/data/clients";
import { Data } from "#af/components/data/settings";
import { skipped } from "../../support/skipped";
import { StartedProgram } from "../../support/started-program";

const run = promisify(execFile);

/** A TCP port of the loopback that nothing uses. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

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
    for (const program of ["xrootd", "xrdcp"])
      if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0) skipped(this, `no ${program}`);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-clients-"));
    fs.chmodSync(folder, 0o755);
    const port = await freePort();
    fs.mkdirSync(path.join(folder, "files", "store"), { recursive: true });
    fs.writeFileSync(path.join(folder, "files", "store", "known"), "known\n");
    fs.mkdirSync(path.join(folder, "admin"));
    fs.chmodSync(path.join(folder, "admin"), 0o777);
    const lines = [`xrd.port ${port}`, "xrd.network nodnr", "all.export /store r/o", `oss.localroot ${folder}/files`];
    fs.writeFileSync(
      path.join(folder, "server.cfg"),
      [...lines, `all.adminpath ${folder}/admin`, `all.pidpath ${folder}/admin`, ""].join("\n"),
    );
    const asUser = process.getuid?.() === 0 ? ["-R", "xrootd"] : [];
    server = new StartedProgram(["xrootd", "-I", "v4", ...asUser, "-c", path.join(folder, "server.cfg"), "-n", "door"], {
      cwd: path.join(folder, "admin"),
      env: process.env,
    });
    const doors = { exports: ["/store"], hosts: [{ name: "door.example.edu", address: "192.0.2.1" }] };
    const data = Data.parse({
      stores: { site: { kind: "eos", capacity: "1P", status: "a test's", doors } },
      cache: { kind: "external", host: "127.0.0.1", port },
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
