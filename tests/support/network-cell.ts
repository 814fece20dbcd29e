import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { probeCell } from "#af/sandbox/cell/cell";
import { USUAL_NETWORK } from "#af/sandbox/cell/network";
import { skipped } from "./skipped";
import { StartedProgram } from "./started-program";

/** Takes what comes in at a port of the cell to a socket of the file system, which all network namespaces share. */
const RELAY = `
const [port, socket] = process.argv.slice(1);
require("node:net").createServer((client) => {
  const server = require("node:net").connect(socket);
  for (const [from, to] of [[client, server], [server, client]]) from.on("error", () => to.destroy()).on("close", () => to.destroy()).pipe(to);
}).listen(Number(port), "127.0.0.1");`;

/**
 * A network that has only loopback, on which a program can have any address of pods, with host names of its own. Programs run inside of it;
 * the test itself does not.
 */
export class NetworkCell {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-cell-"));
  private readonly programs: StartedProgram[] = [];
  private readonly servers: net.Server[] = [];
  private prefix: readonly string[] = [];

  /** Makes the cell, in which the host names lead to loopback; without namespaces the suite is skipped. */
  async start(suite: Mocha.Context, hosts: readonly string[]): Promise<void> {
    const cell = await probeCell();
    if (cell.kind === "loopback") return skipped(suite, cell.reason);
    const file = path.join(this.folder, "hosts");
    fs.writeFileSync(file, `127.0.0.1 localhost ${hosts.join(" ")}\n`);
    const user = cell.mapped ? ["--user", "--map-root-user"] : [];
    const setUp = `mount --bind "$1" /etc/hosts; ip link set lo up; ip route add local ${USUAL_NETWORK.pods} dev lo; echo "cell $$"; exec sleep infinity`;
    const holder = new StartedProgram(
      ["unshare", ...user, "--net", "--mount", "--propagation", "private", "sh", "-ec", setUp, "cell", file],
      { env: process.env },
    );
    this.programs.push(holder);
    await holder.until("a cell", () => Promise.resolve(/^cell \d+$/m.test(holder.log)));
    const [, pid = ""] = /^cell (\d+)$/m.exec(holder.log) ?? [];
    this.prefix = ["nsenter", "--target", pid, ...(cell.mapped ? ["--user", "--preserve-credentials"] : []), "--net", "--mount", "--"];
  }

  /** The command line that runs a command in the cell. */
  inside(command: readonly string[]): readonly string[] {
    return [...this.prefix, ...command];
  }

  /** Starts a program in the cell, which ends with the cell. */
  run(command: readonly string[], env: NodeJS.ProcessEnv): StartedProgram {
    const program = new StartedProgram(this.inside(command), { env: { PATH: process.env["PATH"], ...env }, cwd: this.folder });
    this.programs.push(program);
    return program;
  }

  /** Lets programs of the cell reach a port of the machine's loopback, at the same address. */
  async open(port: number): Promise<void> {
    const socket = path.join(this.folder, `${port}.socket`);
    const server = net.createServer((client) => {
      const behind = net.connect(port, "127.0.0.1");
      for (const [from, to] of [
        [client, behind],
        [behind, client],
      ] as const) {
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
        from.pipe(to);
      }
    });
    this.servers.push(server);
    server.listen(socket);
    await once(server, "listening");
    this.run([process.execPath, "-e", RELAY, String(port), socket], {});
  }

  /** Ends everything that runs inside. */
  async stop(): Promise<void> {
    for (const program of this.programs.reverse()) await program.stop();
    for (const server of this.servers) server.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
