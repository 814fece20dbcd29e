import * as fs from "node:fs";
import * as path from "node:path";
import { readRelease } from "../charts/release";
import type { Cluster } from "../cluster/client";
import { textAt } from "../cluster/world";
import type { SiteFolder } from "../folders";

/** A step of an update that was cut off: the engine does not know whether it has happened. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: { readonly urn: string; readonly type: string; readonly inputs?: Readonly<Record<string, unknown>> };
}

/** The lock files of this stack; with nobody at work they are what a killed CLI has left. */
export function staleLocks(folder: SiteFolder): readonly string[] {
  const root = path.join(folder.state, ".pulumi", "locks");
  if (!fs.existsSync(root)) return [];
  return fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .map((file) => path.join(root, file));
}

/** What was under way when the last update ended; empty after one that ended by itself. */
export function pendingOperations(folder: SiteFolder, project: string): readonly PendingOperation[] {
  const file = path.join(folder.state, ".pulumi", "stacks", project, `${folder.site}.json`);
  if (!fs.existsSync(file)) return [];
  const stored = JSON.parse(fs.readFileSync(file, "utf8")) as {
    checkpoint?: { latest?: { pending_operations?: readonly PendingOperation[] } };
  };
  return stored.checkpoint?.latest?.pending_operations ?? [];
}

/** The id under which the Kubernetes provider knows an object: its name, after its namespace where it has one. */
export function idOf(inputs: Readonly<Record<string, unknown>>): string | undefined {
  const [name, namespace] = [textAt(inputs, "metadata", "name"), textAt(inputs, "metadata", "namespace")];
  return name === undefined || namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * The arguments of `pulumi refresh` that settle pending creations the way its own message asks a user to: what exists in the cluster is
 * imported, what does not is forgotten and made anew.
 */
export async function settlingArguments(cluster: Cluster, pending: readonly PendingOperation[]): Promise<readonly string[]> {
  const creations = pending.filter(({ type }) => type === "creating");
  const found = await Promise.all(creations.map(async ({ resource }) => ({ urn: resource.urn, id: await existing(cluster, resource) })));
  const imports = found.flatMap(({ urn, id }) =>
    id === undefined ? [] : ["--import-pending-creates", urn, "--import-pending-creates", id],
  );
  return [...imports, "--clear-pending-creates"];
}

async function existing(cluster: Cluster, { type, inputs = {} }: PendingOperation["resource"]): Promise<string | undefined> {
  if (type === "kubernetes:helm.sh/v3:Release") {
    const [name, namespace] = [textAt(inputs, "name") ?? "", textAt(inputs, "namespace") ?? "default"];
    return (await readRelease(cluster, namespace, name)) === undefined ? undefined : `${namespace}/${name}`;
  }
  // A patch belongs to nobody else's object: applying it again does no harm.
  if (!type.startsWith("kubernetes:") || /Patch$/.test(type)) return undefined;
  const [apiVersion, kind, name] = [textAt(inputs, "apiVersion"), textAt(inputs, "kind"), textAt(inputs, "metadata", "name")];
  const id = idOf(inputs);
  if (apiVersion === undefined || kind === undefined || name === undefined || id === undefined) return undefined;
  const namespace = textAt(inputs, "metadata", "namespace");
  const object = await cluster.read({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
  return object === undefined ? undefined : id;
}
