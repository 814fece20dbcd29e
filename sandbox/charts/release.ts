import { gunzipSync } from "node:zlib";
import { parseAllDocuments } from "yaml";
import type { Cluster, ClusterObject, ObjectKey } from "../cluster/client";

/** A release as Helm records it, in its newest revision. */
export interface ReleaseRecord {
  readonly release: string;
  readonly namespace: string;
  /** Number of the revision; 1 is the first installation. */
  readonly revision: number;
  /** `deployed`, `failed`, `pending-install`, ...: https://pkg.go.dev/helm.sh/helm/v4/pkg/release/common#Status */
  readonly status: string;
  readonly chart: string;
  readonly version: string;
  /** The objects of the release, without those of hooks and without definitions of custom resources. */
  readonly objects: readonly ObjectKey[];
  /** The Secret that holds the record. */
  readonly secret: ObjectKey;
}

/** Type of the Secrets in which Helm keeps its records: https://helm.sh/docs/topics/advanced/#storage-backends */
const SECRET_TYPE = "helm.sh/release.v1";

/** What Helm puts into a record, as far as it is read here. */
interface StoredRelease {
  readonly name: string;
  readonly namespace?: string;
  readonly version: number;
  readonly info?: { readonly status?: string };
  readonly chart: { readonly metadata: { readonly name: string; readonly version: string } };
  readonly manifest?: string;
}

/** Reads the newest record of a release; undefined if Helm has none. */
export async function readRelease(cluster: Cluster, namespace: string, release: string): Promise<ReleaseRecord | undefined> {
  const secrets = await cluster.list("v1", "Secret", { namespace, labels: `owner=helm,name=${release}` });
  return newestOf(secrets)[0];
}

/** The newest record of each release in a list of Secrets. */
export function newestOf(secrets: readonly ClusterObject[]): readonly ReleaseRecord[] {
  const newest = new Map<string, ClusterObject>();
  for (const secret of secrets.filter((each) => each["type"] === SECRET_TYPE)) {
    const key = `${secret.metadata.namespace ?? ""}/${secret.metadata.labels?.["name"] ?? ""}`;
    const before = newest.get(key);
    if (before === undefined || revisionOf(before) < revisionOf(secret)) newest.set(key, secret);
  }
  return [...newest.values()].flatMap((secret) => recordIn(secret) ?? []);
}

function revisionOf(secret: ClusterObject): number {
  return Number(secret.metadata.labels?.["version"] ?? 0);
}

/** Records that were read before. A record is large and is looked at whenever anything in the cluster changes. */
const known = new Map<string, ReleaseRecord>();

/** Records that are remembered at most: more than a facility has releases, with a few revisions of each. */
const REMEMBERED = 200;

function recordIn(secret: ClusterObject): ReleaseRecord | undefined {
  const key = `${secret.metadata.uid ?? ""}/${secret.metadata.resourceVersion ?? ""}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const data = (secret["data"] as { readonly release?: string } | undefined)?.release;
  if (data === undefined) return undefined;
  const record = decode(data, secret);
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, record);
  return record;
}

/** Helm writes JSON, packed by gzip and encoded as base64; the API server encodes that as base64 once more. */
function decode(data: string, { metadata: { name, namespace = "" } }: ClusterObject): ReleaseRecord {
  const packed = Buffer.from(Buffer.from(data, "base64").toString("utf8"), "base64");
  const stored = JSON.parse(gunzipSync(packed).toString("utf8")) as StoredRelease;
  return {
    release: stored.name,
    namespace,
    revision: stored.version,
    status: stored.info?.status ?? "unknown",
    chart: stored.chart.metadata.name,
    version: stored.chart.metadata.version,
    objects: objectsIn(stored.manifest ?? "", namespace),
    secret: { apiVersion: "v1", kind: "Secret", metadata: { name, namespace } },
  };
}

/** The keys of the objects in a rendered manifest; those that name no namespace are in the one of the release. */
export function objectsIn(manifest: string, namespace: string): readonly ObjectKey[] {
  return parseAllDocuments(manifest).flatMap((document) => {
    const object = document.toJS() as ObjectKey | null;
    if (object?.kind === undefined) return [];
    const { apiVersion, kind, metadata } = object;
    return [{ apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? namespace } }];
  });
}

/** True if two keys address the same object. */
export function sameObject(a: ObjectKey, b: ObjectKey): boolean {
  return (
    a.apiVersion === b.apiVersion &&
    a.kind === b.kind &&
    a.metadata.name === b.metadata.name &&
    a.metadata.namespace === b.metadata.namespace
  );
}

/** The key of an object without anything else of its metadata. */
export function bareKey({ apiVersion, kind, metadata: { name, namespace } }: ObjectKey): ObjectKey {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}
