import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { StartedProgram } from "../../../support/started-program";

const run = promisify(execFile);

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
}

/** A bridge with machines on it, in namespaces that end with the runner of the tests. A machine has an address, a host name and no way out. */
export class Machines {
  /** Folder of everything that the machines have, with paths that are the same inside of the namespaces and outside. */
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-machines-"));
  private readonly holder: StartedProgram;
  private readonly names = new Map<string, string>();
  private readonly aliases = new Map<string, readonly string[]>();
  private readonly programs: StartedProgram[] = [];
  private pid = "";

  constructor() {
    fs.chmodSync(this.folder, 0o755);
    // The first field is asked of the machine's own /proc, so that it is the number by which the namespaces can be entered.
    const script = [
      "mount -t tmpfs run /run",
      "ip link set lo up",
      "ip link add bridge type bridge",
      "ip addr add 10.77.0.1/24 dev bridge",
      "ip link set bridge up",
      "cut -d' ' -f4 /proc/self/stat",
      "sleep infinity",
    ].join(" && ");
    this.holder = new StartedProgram(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", script], {
      env: process.env,
    });
  }

  /** Waits until machines can be added. */
  async start(): Promise<void> {
    const started = (): boolean => /^\d+\n/m.test(this.holder.log);
    await this.holder.until("the bridge is up", () => Promise.resolve(started()));
    this.pid = /^\d+/m.exec(this.holder.log)?.[0] ?? "";
  }

  /** Adds a machine. Machines that are told before a file of names is written are in that file. */
  async add(name: string, ...aliases: readonly string[]): Promise<void> {
    const index = this.names.size + 10;
    const address = `10.77.0.${index}`;
    this.names.set(name, address);
    this.aliases.set(name, aliases);
    const lines = [
      `ip netns add m${index}`,
      `ip link add v${index} type veth peer name eth0 netns m${index}`,
      `ip link set v${index} master bridge up`,
      `ip -n m${index} addr add ${address}/24 dev eth0`,
      `ip -n m${index} link set eth0 up`,
      `ip -n m${index} link set lo up`,
    ];
    await this.shell(lines.join(" && "));
  }

  /** IPv4 address of a machine. */
  addressOf(name: string): string {
    const address = this.names.get(name);
    if (address === undefined) throw new Error(`no machine ${name}`);
    return address;
  }

  /** The lines of /etc/hosts that name every machine. */
  get hosts(): string {
    return [...this.names].map(([name, address]) => `${[address, name, ...(this.aliases.get(name) ?? [])].join(" ")}\n`).join("");
  }

  /** Runs a shell's text beside the machines, as root, e.g. to mount something. */
  async shell(text: string): Promise<string> {
    return (await run("nsenter", [...this.inside, "sh", "-ec", text])).stdout;
  }

  /** Starts a program on a machine, in a root folder, as that folder's process number 1. */
  program(machine: string, root: string, command: readonly string[], env: Readonly<Record<string, string>>): StartedProgram {
    const own = ["unshare", "--pid", "--fork", "--kill-child", "--uts", `--mount-proc=${root}/proc`];
    // The shell stays, as process number 1, with which all others end: a program that becomes another user is tied to nothing.
    const shell = ["sh", "-c", 'hostname "$0" && "$@"; exit $?', machine, "chroot", root, ...command];
    const tied = ["setpriv", "--pdeathsig", "KILL", ...this.onto(machine), ...own, ...shell];
    const program = new StartedProgram(["nsenter", ...this.inside, ...tied], { env: { PATH, HOSTNAME: machine, ...env } });
    this.programs.push(program);
    return program;
  }

  /**
   * Runs a command on a machine, in a root folder, until it ends.
   * @param within milliseconds.
   */
  async command(machine: string, root: string, command: readonly string[], env: NodeJS.ProcessEnv = {}, within = 60_000): Promise<Ended> {
    const args = [...this.inside, "timeout", "-k", "1", String(within / 1000), ...this.onto(machine), "chroot", root, ...command];
    return new Promise((settle) => {
      execFile("nsenter", args, { env: { PATH, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        settle({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr });
      });
    });
  }

  /** Ends everything and removes the folder. */
  async end(): Promise<void> {
    for (const program of this.programs) await program.stop();
    await this.holder.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private get inside(): readonly string[] {
    return ["--target", this.pid, "--mount", "--net", "--pid", "--"];
  }

  private onto(machine: string): readonly string[] {
    return ["ip", "netns", "exec", `m${this.addressOf(machine).split(".")[3] ?? ""}`];
  }
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
