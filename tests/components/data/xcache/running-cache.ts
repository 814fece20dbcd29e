import * as fs from "node:fs";
import * as path from "node:path";
import { Data, type XCacheSettings } from "#af/components/data/settings";
import { diskName } from "#af/components/data/xcache-set";
import { ORIGIN_SECRET, xcachePart } from "#af/components/data/xcache-part";
import type { Manifest } from "#af/components/manifest";
import { Nodes } from "#af/components/nodes/settings";
import { certificateSecret } from "#af/components/platform/certificate";
import { requirePrograms } from "../../../support/programs";
import { notChecked, skipped } from "../../../support/skipped";
import type { Authority, Issuer } from "./authority";
import { cacheImage, type CacheImage } from "./image";
import type { Machines } from "./machines";
import type { RootFiles } from "./root-folder";
import { Pod, type Contents } from "./pod";

/** A cache's rendered objects, by key, and what they were rendered from. */
export interface RenderedCache {
  readonly data: Data;
  readonly settings: XCacheSettings;
  readonly hosts: readonly string[];
  readonly objects: Readonly<Record<string, Manifest>>;
}

/** The image, without which the suite is skipped and says why; so is one without the programs and rights that machines take. */
export function requireImage(suite: Mocha.Context): CacheImage {
  if (process.getuid?.() !== 0) skipped(suite, "only root may make machines with addresses and roots of their own");
  requirePrograms(suite, "xrootd", "cmsd", "xrdcp", "ip", "unshare", "nsenter", "openssl", "python3", "setpriv");
  const image = cacheImage();
  if (image !== undefined) return image;
  return notChecked(suite, "no images/cms-xcache beside the schemas");
}

/** Settings of the data of a site with a cache: what a test is about of cache and doors, over what every site needs. */
export function siteData(
  cache: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const doors = { exports: ["/store"], hosts: [{ name: "door.example.edu", address: "192.0.2.1" }], ...more };
  const common = { image: "registry.example.edu/xcache:1", disks: [{ path: "/mnt/cache", size: "64Mi" }], resource: "EXAMPLE_XCACHE" };
  return {
    stores: { site: { kind: "eos", capacity: "1P", status: "a test's", doors } },
    cache: { kind: "xcache", ...common, ...cache },
    cvmfs: { kind: "none" },
  };
}

/** Renders the cache of a site: the settings of a test over those that every cache needs. */
export function renderCache(data: Readonly<Record<string, unknown>>, hosts: readonly string[]): RenderedCache {
  const parsed = Data.parse(data);
  if (parsed.cache.kind !== "xcache") throw new Error("the site has no cache of its own");
  const capacity = { cpu: 4, memory: "16Gi" };
  const nodes = Nodes.parse({ cache: { model: "a machine", hosts, capacity, rack: "a", runs: ["cache"] } });
  const facts = { nodes, namespace: "xcache", loadBalancer: { kind: "none" } } as const;
  return { data: parsed, settings: parsed.cache, hosts, objects: xcachePart(parsed.cache, parsed, facts).objects };
}

/** A cache on a machine: the pod of its StatefulSet, with a file system of its own for each disk. */
export class RunningCache {
  readonly pod: Pod;
  /** Folder of the first disk's file system, which outlives the pod; seen only beside the machines. */
  readonly disk: string;

  private constructor(
    private readonly machines: Machines,
    private readonly image: CacheImage,
    private readonly trust: Authority["trust"],
    machine: string,
    { objects, settings }: RenderedCache,
    host: string,
    secrets: Contents,
    disks: readonly string[],
  ) {
    this.disk = disks[0] ?? "";
    const set = objects[`set-${host}`] ?? {};
    const { metadata, data } = objects["config"] as unknown as NamedData;
    const named = Object.fromEntries(settings.disks.map((disk, index) => [diskName(host, index, disk), disks[index] ?? ""]));
    this.pod = new Pod(machines, machine, set as Manifest, { [metadata.name]: data, ...secrets }, named);
  }

  /**
   * @param token the cache's own, towards its origin.
   * @param host of the site file, whose StatefulSet it is; the first one if left out.
   */
  static async on(
    machines: Machines,
    machine: string,
    rendered: RenderedCache,
    { image, authority, token }: { readonly image: CacheImage; readonly authority: Authority; readonly token: string },
    host = rendered.hosts[0] ?? "",
  ): Promise<RunningCache> {
    const { certificate, key } = authority.certify(...namesOf(rendered));
    const disks = rendered.settings.disks.map((_, index) => path.join(machines.folder, `disk-${machine}-${index}`));
    for (const [index, disk] of disks.entries()) {
      fs.mkdirSync(disk);
      await machines.shell(`mount -t tmpfs -o size=${(rendered.settings.disks[index]?.size ?? "").replace("i", "")} disk ${disk}`);
    }
    const secrets: Contents = {
      [certificateSecret("xcache")]: { "tls.crt": certificate, "tls.key": key },
      [ORIGIN_SECRET]: { token },
    };
    return new RunningCache(machines, image, authority.trust, machine, rendered, host, secrets, disks);
  }

  /** Starts a life of the cache, on a new layer, and waits until it answers. @param further files that the layer has besides. */
  async start(further: RootFiles = {}): Promise<void> {
    await this.pod.start(this.image, { ...this.trust, ...further });
    const { program } = this.pod;
    const answers = (): Promise<boolean> => Promise.resolve(/xrootd cms-xcache@\S+ initialization completed/.test(this.log));
    await program?.until("the cache answers", answers).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.log}`);
    });
  }

  /** What the daemon has written in this life. */
  get log(): string {
    return this.pod.read("var/log/xrootd/cms-xcache/xrootd.log") + (this.pod.program?.log ?? "");
  }

  /** Bytes in use on the first disk. */
  async used(): Promise<number> {
    return Number(await this.machines.shell(`df --output=used -B1 ${this.disk} | tail -1`));
  }

  /** Runs what the image's cron runs for a file of the pod. */
  async cron(file: string): Promise<void> {
    const [, user, command] = /^\S+ \S+ \S+ \S+ \S+ (\S+) (.*)$/m.exec((await this.pod.shell(`cat ${file}`)).text) ?? [];
    if (user !== "root" || command === undefined) throw new Error(`no job of root in ${file}`);
    const { code, text } = await this.pod.shell(command);
    if (code !== 0) throw new Error(text);
  }

  /** Renews the cache's own token, and waits for nothing. */
  renewToken(token: string): void {
    this.pod.renew(ORIGIN_SECRET, { token });
  }
}

/** Starts the redirector before several caches on a machine. */
export async function startRedirector(
  machines: Machines,
  machine: string,
  rendered: RenderedCache,
  { image, authority }: { readonly image: CacheImage; readonly authority: Authority },
): Promise<Pod> {
  const { certificate, key } = authority.certify(...namesOf(rendered));
  const { metadata, data } = rendered.objects["redirector-config"] as unknown as NamedData;
  const contents: Contents = { [metadata.name]: data, [certificateSecret("xcache")]: { "tls.crt": certificate, "tls.key": key } };
  const pod = new Pod(machines, machine, rendered.objects["redirector"] as Manifest, contents);
  await pod.start(image, authority.trust);
  const log = (): string => ["xrootd", "cmsd"].map((name) => pod.read(`var/log/xrootd/redirector/${name}.log`)).join("\n");
  const answers = (): Promise<boolean> => Promise.resolve(log().match(/redirector@\S+ initialization completed/g)?.length === 2);
  await pod.program?.until("the redirector answers", answers).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${log()}`);
  });
  return pod;
}

/** Names in the rendered certificate. */
function namesOf({ objects }: RenderedCache): readonly string[] {
  return (objects["certificate"] as unknown as { readonly spec: { readonly dnsNames: readonly string[] } }).spec.dnsNames;
}

interface NamedData {
  readonly metadata: { readonly name: string };
  readonly data: Contents[string];
}

/** A token of the issuer for a cache's clients. */
export function clientToken(issuer: Issuer, { settings }: RenderedCache, scope = "storage.read:/store", lifetime?: number): string {
  const [audience = `https://${settings.host}`] = settings.tokens.audiences ?? [];
  return issuer.token({ audience, scope, ...(lifetime !== undefined && { lifetime }) });
}
