import * as fs from "node:fs";
import * as path from "node:path";
import type { V1Container, V1PodSecurityContext, V1PodTemplateSpec, V1StatefulSet, V1Volume } from "@kubernetes/client-node";
import type { Manifest } from "#af/components/manifest";
import type { StartedProgram } from "../../../support/started-program";
import { CMSD_PROGRAM, startText, type CacheImage } from "./image";
import type { Ended, Machines } from "./machines";
import { rootFolder, type RootFiles } from "./root-folder";

/** Values of ConfigMaps and Secrets, by name. */
export type Contents = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A pod on a machine, run from its rendered template: the first container, under the files of its image. */
export class Pod {
  program: StartedProgram | undefined;
  root = "";
  private readonly template: V1PodTemplateSpec;
  private readonly claims: readonly string[];
  private readonly volumes: string;

  /**
   * @param manifest a StatefulSet or Deployment.
   * @param contents what its ConfigMaps and Secrets hold.
   * @param disks folder of each claim, by the template's name.
   */
  constructor(
    private readonly machines: Machines,
    readonly machine: string,
    manifest: Manifest,
    private readonly contents: Contents,
    private readonly disks: Readonly<Record<string, string>> = {},
  ) {
    const { template, volumeClaimTemplates = [] } = (manifest as unknown as V1StatefulSet).spec ?? raise("no spec");
    this.template = template;
    this.claims = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? "");
    this.volumes = fs.mkdtempSync(path.join(machines.folder, `volumes-${machine}-`));
  }

  /** Starts the pod on a new layer. @param further files of the image's, or of a test's, by path. */
  async start(image: CacheImage, further: RootFiles = {}): Promise<void> {
    const { containers, volumes = [], securityContext } = this.template.spec ?? raise("no spec");
    const [container] = containers;
    const env = { ...image.env, ...Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? ""])) };
    for (const volume of volumes) this.lay(volume, securityContext?.fsGroup ?? 0);
    const supervised = new Map(Object.entries(image.files).filter(([file]) => file.startsWith("etc/supervisord.d/")));
    for (const { name, subPath = "", mountPath } of container?.volumeMounts ?? [])
      if (mountPath.startsWith("/etc/supervisord.d/"))
        supervised.set(mountPath.slice(1), fs.readFileSync(path.join(this.volumes, name, subPath), "utf8"));
    if (env["XC_LOCAL_REDIRECTORS"] !== undefined) supervised.set("etc/supervisord.d/10-xcache-cmsd.conf", CMSD_PROGRAM);
    const programs = [...supervised.values()].map((text) => (typeof text === "string" ? text : text.text));
    const started = container?.command ? commandText(container, securityContext) : startText(programs);
    this.root = await rootFolder(this.machines, this.machine, { ...image.files, ...further, "container-start": started });
    const mounts = (container?.volumeMounts ?? []).map(({ name, mountPath, subPath }) => {
      const from = this.claims.includes(name) ? (this.disks[name] ?? raise(`no disk ${name}`)) : path.join(this.volumes, name);
      return { from: subPath === undefined ? from : fs.realpathSync(path.join(from, subPath)), to: `${this.root}${mountPath}`, subPath };
    });
    const lines = mounts.map(({ from, to, subPath }) =>
      subPath === undefined
        ? `mkdir -p ${to} && mount --bind ${from} ${to}`
        : `mkdir -p ${path.dirname(to)} && touch ${to} && mount --bind ${from} ${to}`,
    );
    const { readOnlyRootFilesystem } = container?.securityContext ?? {};
    if (readOnlyRootFilesystem) lines.push(`mount --rbind ${this.root} ${this.root}`, `mount -o remount,bind,ro ${this.root}`);
    await this.machines.shell(lines.join("\n"));
    this.program = this.machines.program(this.machine, this.root, ["bash", "/container-start"], env);
  }

  /** Writes new values of a Secret into the running pod, as the kubelet does: into a new folder, to which the link then points. */
  renew(secret: string, values: Readonly<Record<string, string>>): void {
    const { volumes = [], securityContext } = this.template.spec ?? raise("no spec");
    const volume = volumes.find((each) => each.secret?.secretName === secret) ?? raise(`no volume of ${secret}`);
    this.lay(volume, securityContext?.fsGroup ?? 0, values);
  }

  /** Ends all processes of the pod at once. */
  async stop(): Promise<void> {
    await this.program?.stop();
  }

  /** Runs a shell's text in the pod, as root. */
  async shell(text: string): Promise<Ended> {
    return this.machines.command(this.machine, this.root, ["bash", "-c", text]);
  }

  /** The text of a file in the pod's layer; empty before it is there. */
  read(file: string): string {
    const at = path.join(this.root, file);
    return fs.existsSync(at) ? fs.readFileSync(at, "utf8") : "";
  }

  /**
   * Lays a volume as the kubelet does: files belong to root and to the group of the pod, which may read them whatever the mode says
   * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/volume/volume_linux.go).
   */
  private lay({ name, configMap, secret, emptyDir }: V1Volume, fsGroup: number, given?: Readonly<Record<string, string>>): void {
    const folder = path.join(this.volumes, name);
    fs.mkdirSync(folder, { recursive: true });
    if (emptyDir) {
      fs.chownSync(folder, 0, fsGroup);
      fs.chmodSync(folder, 0o2777);
      return;
    }
    const source = configMap?.name ?? secret?.secretName ?? raise(`volume ${name} is of a kind that this test does not lay`);
    const mode = (configMap?.defaultMode ?? secret?.defaultMode ?? 0o644) | 0o440;
    const data = fs.mkdtempSync(path.join(folder, "..data-"));
    const values = given ?? this.contents[source] ?? raise(`no values of ${source}`);
    for (const [key, text] of Object.entries(values)) {
      fs.writeFileSync(path.join(data, key), text);
      fs.chownSync(path.join(data, key), 0, fsGroup);
      fs.chmodSync(path.join(data, key), mode);
      if (!fs.existsSync(path.join(folder, key))) fs.symlinkSync(`..data/${key}`, path.join(folder, key));
    }
    for (const each of [folder, data]) {
      fs.chownSync(each, 0, fsGroup);
      fs.chmodSync(each, 0o2755);
    }
    const next = path.join(folder, "..next");
    fs.symlinkSync(path.basename(data), next);
    fs.renameSync(next, path.join(folder, "..data"));
  }
}

/** The shell's text of a container that has a command of its own, as the user and with the rights that its pod gives. */
function commandText({ command = [], workingDir = "/" }: V1Container, context: V1PodSecurityContext = {}): string {
  const { runAsUser = 0, runAsGroup = 0, fsGroup = 0 } = context;
  const user = `setpriv --reuid ${runAsUser} --regid ${runAsGroup} --groups ${fsGroup} --no-new-privs --bounding-set=-all --inh-caps=-all`;
  return `cd ${workingDir} && exec ${user} ${command.join(" ")}\n`;
}

function raise(what: string): never {
  throw new Error(what);
}
