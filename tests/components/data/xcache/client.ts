import * as fs from "node:fs";
import * as path from "node:path";
import type { Authority } from "./authority";
import type { Ended, Machines } from "./machines";
import { rootFolder, type RootFiles } from "./root-folder";

/** XRootD's own client on a machine of its own. */
export class Client {
  private constructor(
    private readonly machines: Machines,
    private readonly machine: string,
    private readonly root: string,
  ) {}

  /**
   * @param machine one that has no other use.
   * @param further files that it has besides.
   * @param folders of this machine, such as one with Python's packages, that it has at the same paths.
   */
  static async on(
    machines: Machines,
    machine: string,
    authority: Authority,
    further: RootFiles = {},
    folders: readonly string[] = [],
  ): Promise<Client> {
    const root = await rootFolder(machines, machine, { ...authority.trust, ...further });
    for (const folder of folders) await machines.shell(`mkdir -p ${root}${folder} && mount --bind -o ro ${folder} ${root}${folder}`);
    return new Client(machines, machine, root);
  }

  /**
   * Runs a program of the client with a token, or without one.
   * @param within milliseconds.
   * @param told variables by which the pod or job of the client is told where to read; without them it is told nothing.
   */
  async run(command: readonly string[], token?: string, within = 40_000, told: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { BEARER_TOKEN_FILE: place = "/tmp/token" } = told;
    const file = path.join(this.root, place);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.rmSync(file, { force: true });
    if (token !== undefined) fs.writeFileSync(file, token, { mode: 0o600 });
    const env = {
      X509_CERT_DIR: "/etc/grid-security/certificates",
      XRD_CONNECTIONWINDOW: "10",
      XRD_CONNECTIONRETRY: "1",
      XRD_REQUESTTIMEOUT: "20",
      XRD_STREAMTIMEOUT: "20",
      XRD_TIMEOUTRESOLUTION: "1",
      ...(fs.existsSync(this.proxy) && { X509_USER_PROXY: "/tmp/proxy" }),
      ...told,
      ...(token !== undefined && { BEARER_TOKEN_FILE: place }),
    };
    return this.machines.command(this.machine, this.root, command, env, within);
  }

  /** Lays an X.509 proxy, which every command shows from then on, or takes it away. */
  show(proxy: string | undefined): void {
    if (proxy === undefined) fs.rmSync(this.proxy, { force: true });
    else fs.writeFileSync(this.proxy, proxy, { mode: 0o600 });
  }

  private get proxy(): string {
    return path.join(this.root, "tmp", "proxy");
  }

  /** Copies a URL; the bytes are undefined where that was refused, and the text says why. */
  async copy(
    url: string,
    token?: string,
    within?: number,
    told?: Readonly<Record<string, string>>,
  ): Promise<{ readonly bytes: Buffer | undefined; readonly text: string }> {
    const { code, text } = await this.run(["xrdcp", "-f", "-N", url, "/tmp/copy"], token, within, told);
    return { bytes: code === 0 ? fs.readFileSync(path.join(this.root, "tmp", "copy")) : undefined, text };
  }
}
