import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "../stacks/site/project";

/** The folder of built tools, which all projects of the user share. */
export function cacheFolder(env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  return path.join(env["XDG_CACHE_HOME"] || path.join(os.homedir(), ".cache"), "analysis-facility");
}

/** The files of one site's sandbox, below `.sandbox/<site>/`. */
export class SiteFolder {
  /** The folder of the site's sandbox. */
  readonly root: string;

  constructor(
    readonly site: string,
    base: string = process.env["AF_SANDBOX"] || path.join(projectFolder(), ".sandbox"),
  ) {
    this.root = path.join(base, site);
  }

  /** PULUMI_HOME of the sandboxes of all sites, so that credentials and workspaces of the user stay untouched. */
  get pulumiHome(): string {
    return path.join(path.dirname(this.root), "home");
  }
  /** Pulumi's backend. */
  get state(): string {
    return path.join(this.root, "state");
  }
  /** Logs of the daemons. */
  get logs(): string {
    return path.join(this.root, "log");
  }
  /** Tokens, keys and passphrase. */
  get keys(): string {
    return path.join(this.root, "keys");
  }
  /** Data of etcd. */
  get etcd(): string {
    return path.join(this.root, "etcd");
  }
  /** The operator's kubeconfig. */
  get kubeconfig(): string {
    return path.join(this.root, "kubeconfig");
  }
  /** The API server's audit log. */
  get auditLog(): string {
    return path.join(this.logs, "audit.log");
  }
  /** The charts that the sandbox's repository serves. */
  get charts(): string {
    return path.join(this.root, "charts");
  }
  /** Caches of Helm. */
  get helmHome(): string {
    return path.join(this.root, "helm");
  }
  /** The certificate that the API server has made for itself, which the chart repository shows too: it is its own authority. */
  get authority(): string {
    return path.join(this.keys, "apiserver.crt");
  }
  /** The copy of the site file that the engine reads and writes. */
  get stackFile(): string {
    return path.join(this.root, `Pulumi.${this.site}.yaml`);
  }
  /** Where Pulumi looks for plugins. */
  get plugins(): string {
    return path.join(this.pulumiHome, "plugins");
  }
  /** The log of a daemon. */
  log(name: string): string {
    return path.join(this.logs, `${name}.log`);
  }
  /** Logs of the containers that run as processes: `<namespace>/<pod>/<container>.log`. */
  get podLogs(): string {
    return path.join(this.logs, "pods");
  }
  /** A file of that name below the root. */
  file(name: string): string {
    return path.join(this.root, name);
  }

  /** Makes the folders, which nobody else may read. */
  create(): this {
    for (const folder of [this.root, this.state, this.logs, this.keys, this.pulumiHome]) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    return this;
  }
}

/** Writes a file beside its place and renames it, so that a reader sees the old text or the new one and never a part. */
export function writeWhole(file: string, text: string, mode = 0o600): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(draft, text, { mode });
    fs.renameSync(draft, file);
  } catch (error) {
    // On a full disk half a draft would take the last room.
    fs.rmSync(draft, { force: true });
    throw error;
  }
}

/** The command line that runs one of the project's scripts, compiled or, in tests, as TypeScript. */
export function nodeScript(script: string): readonly string[] {
  return __filename.endsWith(".ts")
    ? [process.execPath, "--require", require.resolve("tsx/cjs"), `${script}.ts`]
    : [process.execPath, "--enable-source-maps", `${script}.js`];
}
