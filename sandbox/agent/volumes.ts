import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { V1Volume } from "@kubernetes/client-node";
import { fieldAt, textAt } from "../cluster/world";
import { Unmet } from "./objects";
import { type PayloadFacts, payloadOf, type VolumeFile } from "./payload";

/** Milliseconds after which a token is asked for again: less than the ten minutes that a token lives at least. */
const TOKEN_AGE = 300_000;

/** The volumes of one pod, as folders. */
export class PodVolumes {
  private readonly written = new Map<string, { readonly digest: string; readonly at: number }>();
  private readonly paths = new Map<string, string>();
  private count = 0;

  /**
   * @param folder where the pod's own volumes are.
   * @param claims where the folders of bound claims are, which outlive the pod.
   */
  constructor(
    private readonly folder: string,
    private readonly claims: string,
    private readonly facts: PayloadFacts,
  ) {}

  /** The folder of a volume. */
  pathOf(name: string): string {
    return this.paths.get(name) ?? path.join(this.folder, name);
  }

  /**
   * Makes the volumes, or brings what comes from objects up to date, all files of a volume at one moment.
   * @throws {Unmet} if something is missing, or if the agent has no such kind of volume.
   */
  async bring(): Promise<void> {
    for (const volume of this.facts.pod.spec?.volumes ?? []) await this.bringOne(volume);
  }

  private async bringOne(volume: V1Volume): Promise<void> {
    const before = this.written.get(volume.name);
    const tokens = volume.projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined) === true;
    if (tokens && before !== undefined && Date.now() - before.at < TOKEN_AGE) return;
    const payload = await payloadOf(volume, this.facts);
    if (payload !== undefined) return this.write(volume.name, payload);
    if (this.paths.has(volume.name)) return;
    if (volume.emptyDir !== undefined) {
      this.paths.set(volume.name, this.make(path.join(this.folder, volume.name), 0o777));
    } else if (volume.persistentVolumeClaim !== undefined) {
      this.paths.set(volume.name, await this.claimed(volume.persistentVolumeClaim.claimName));
    } else {
      const kind = Object.keys(volume).find((key) => key !== "name") ?? "";
      throw new Unmet("FailedMount", `volume ${volume.name}: the agent has no ${kind}`);
    }
  }

  private async claimed(name: string): Promise<string> {
    const { cluster, namespace } = this.facts.objects;
    const claim = await cluster.read({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, namespace } });
    const volume = textAt(claim, "spec", "volumeName");
    if (claim === undefined) throw new Unmet("FailedMount", `persistentvolumeclaim "${name}" not found`);
    if (volume === undefined || textAt(claim, "status", "phase") !== "Bound")
      throw new Unmet("FailedMount", `persistentvolumeclaim "${name}" is not bound`);
    if (fieldAt(claim, "spec", "volumeMode") === "Block")
      throw new Unmet("FailedMount", `volume of ${name}: the agent has no block devices`);
    return this.make(path.join(this.claims, volume), 0o755);
  }

  /** A folder with the group of the pod, as a kubelet gives it: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
  private make(folder: string, mode: number): string {
    fs.mkdirSync(folder, { recursive: true });
    const group = this.facts.pod.spec?.securityContext?.fsGroup;
    if (group !== undefined) fs.chownSync(folder, fs.statSync(folder).uid, group);
    fs.chmodSync(folder, group === undefined ? mode : mode | 0o2770);
    return folder;
  }

  /** Writes files beside those that are there and changes over by one rename, as a kubelet does, so that no reader sees a mixture. */
  private write(name: string, files: ReadonlyMap<string, VolumeFile>): void {
    const hash = createHash("sha256");
    for (const [file, { content, mode }] of files) hash.update(`${file}\0${mode}\0`).update(content);
    const digest = hash.digest("hex");
    const before = this.written.get(name);
    this.written.set(name, { digest, at: Date.now() });
    if (before?.digest === digest) return;
    const root = this.make(path.join(this.folder, name), 0o755);
    const { fsGroup = 0, runAsUser = 0 } = this.facts.pod.spec?.securityContext ?? {};
    const version = `..${this.count++}`;
    for (const [file, { content, mode, own = false }] of files) {
      const target = path.join(root, version, file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, content);
      fs.chownSync(target, own ? runAsUser : 0, fsGroup);
      fs.chmodSync(target, fsGroup === 0 ? mode : mode | 0o440);
    }
    fs.mkdirSync(path.join(root, version), { recursive: true });
    fs.symlinkSync(version, path.join(root, "..next"));
    fs.renameSync(path.join(root, "..next"), path.join(root, "..data"));
    const first = new Set([...files.keys()].map((file) => file.split("/")[0] ?? ""));
    for (const entry of fs.readdirSync(root)) {
      if (entry === version || entry === "..data") continue;
      if (entry.startsWith("..") || !first.has(entry)) fs.rmSync(path.join(root, entry), { recursive: true });
    }
    for (const entry of first) if (!exists(path.join(root, entry))) fs.symlinkSync(`..data/${entry}`, path.join(root, entry));
  }
}

function exists(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
