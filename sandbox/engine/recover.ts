import * as fs from "node:fs";
import * as path from "node:path";
import { newestOf, readRelease, type ReleaseRecord } from "../charts/release";
import type { Cluster } from "../cluster/client";
import { textAt } from "../cluster/world";
import type { SiteFolder } from "../folders";
import type { PendingOperation } from "./checkpoint";

/** Files of the backend with that ending, below one of its folders or in all. */
function backendFiles(folder: SiteFolder, ending: string, below = ""): readonly string[] {
  const root = path.join(folder.state, ".pulumi", below);
  if (!fs.existsSync(root)) return [];
  return fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(root, file));
}

/** The lock files of the backend; if no engine runs, a killed CLI has left them. */
export function staleLocks(folder: SiteFolder): readonly string[] {
  return backendFiles(folder, ".json", "locks");
}

/**
 * Removes side files of the backend that a kill has cut off, and returns how many. The library writes `<file>.attrs` in place, after which
 * Pulumi reads the file itself no more (`failed to load checkpoint: EOF`); without one it does. They hold a content type and a checksum
 * (https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go).
 */
export function removeCutAttributes(folder: SiteFolder): number {
  const cut = backendFiles(folder, ".attrs").filter((file) => !isJson(fs.readFileSync(file, "utf8")));
  for (const file of cut) fs.rmSync(file);
  return cut.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The id of an object in Pulumi's state: its name, or its namespace and name; undefined for an object without a name. */
export function idOf(inputs: Readonly<Record<string, unknown>>): string | undefined {
  const [name, namespace] = [textAt(inputs, "metadata", "name"), textAt(inputs, "metadata", "namespace")];
  return name === undefined || namespace === undefined ? name : `${namespace}/${name}`;
}

const RELEASE = "kubernetes:helm.sh/v3:Release";

/**
 * Removes the records from which Helm refuses to go on: of installations and upgrades that were cut off (`another operation is in progress`),
 * as Helm's own records say, because a kill can leave a state that does not know of them yet; and of installations whose end the engine has not
 * heard of, however they ended (`cannot re-use a name that is still in use`), because the next update installs them as if they were new, over
 * what there is. Those of HelmReleases are left to whoever installs these. Returns the releases, as `<namespace>/<name>`.
 */
export async function unlockReleases(cluster: Cluster, pending: readonly PendingOperation[]): Promise<readonly string[]> {
  const begun = await Promise.all(
    pending
      .filter(({ type, resource }) => resource.type === RELEASE && type === "creating")
      .map(async ({ resource }) => (await recordOf(cluster, resource)) ?? []),
  );
  const locked = new Map(
    [...begun.flat(), ...(await cutRecords(cluster))].map((record) => [`${record.namespace}/${record.release}`, record]),
  );
  await Promise.all([...locked.values()].map(({ secret }) => cluster.delete(secret)));
  return [...locked.keys()];
}

/** Helm's records of what was cut off, without those of HelmReleases. */
async function cutRecords(cluster: Cluster): Promise<readonly ReleaseRecord[]> {
  const [secrets, flux] = await Promise.all([
    cluster.list("v1", "Secret", { labels: "owner=helm,status in (pending-install,pending-upgrade,pending-rollback)" }),
    cluster.list("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
  ]);
  const others = new Set(
    flux.map((release) => {
      const namespace = textAt(release, "spec", "targetNamespace") ?? release.metadata.namespace ?? "";
      return `${namespace}/${textAt(release, "spec", "releaseName") ?? release.metadata.name}`;
    }),
  );
  return newestOf(secrets).filter(({ namespace, release }) => !others.has(`${namespace}/${release}`));
}

function recordOf(cluster: Cluster, { inputs = {} }: PendingOperation["resource"]): Promise<ReleaseRecord | undefined> {
  return readRelease(cluster, textAt(inputs, "namespace") ?? "default", textAt(inputs, "name") ?? "");
}

/**
 * The arguments of `pulumi refresh` that settle pending creations, as its own message tells a user to
 * (https://www.pulumi.com/docs/iac/cli/commands/pulumi_refresh/): what exists in the cluster is imported, and the rest is forgotten.
 */
export async function settlingArguments(cluster: Cluster, pending: readonly PendingOperation[]): Promise<readonly string[]> {
  const creations = pending.filter(({ type }) => type === "creating");
  const found = await Promise.all(creations.map(async ({ resource }) => ({ urn: resource.urn, id: await existing(cluster, resource) })));
  const imports = found.flatMap(({ urn, id }) =>
    id === undefined ? [] : ["--import-pending-creates", urn, "--import-pending-creates", id],
  );
  return [...imports, "--clear-pending-creates"];
}

async function existing(cluster: Cluster, resource: PendingOperation["resource"]): Promise<string | undefined> {
  const { type, inputs = {} } = resource;
  // Its record was removed.
  if (type === RELEASE) return undefined;
  // A patch changes an object that exists anyway; applying it again does no harm.
  if (!type.startsWith("kubernetes:") || /Patch$/.test(type)) return undefined;
  const [apiVersion, kind, name] = [textAt(inputs, "apiVersion"), textAt(inputs, "kind"), textAt(inputs, "metadata", "name")];
  const id = idOf(inputs);
  if (apiVersion === undefined || kind === undefined || name === undefined || id === undefined) return undefined;
  const namespace = textAt(inputs, "metadata", "namespace");
  const object = await cluster.read({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
  return object === undefined ? undefined : id;
}
