import { type Cluster, type ClusterObject, isMissing, type ObjectKey } from "../cluster/client";

/** The record of a release: what it consists of. It is kept in a Secret in the namespace of the release, as Helm keeps its records. */
export interface ReleaseRecord {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly objects: readonly ObjectKey[];
}

/** Label of every object of a release, with the release's name. */
export const RELEASE_LABEL = "sandbox.analysis-facility/release";
const SECRET_TYPE = "sandbox.analysis-facility/release";

function keyOf(namespace: string, release: string): ObjectKey {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace, name: `sandbox.release.${release}` } };
}

/** Reads the record of a release; undefined if it is not installed. */
export async function readRelease(cluster: Cluster, namespace: string, release: string): Promise<ReleaseRecord | undefined> {
  const secret = await cluster.read(keyOf(namespace, release));
  return secret === undefined ? undefined : recordIn(secret);
}

/** Writes the record of a release over what was recorded before. */
export async function writeRelease(cluster: Cluster, record: ReleaseRecord): Promise<void> {
  const key = keyOf(record.namespace, record.release);
  const labels = { "app.kubernetes.io/managed-by": "sandbox", [RELEASE_LABEL]: record.release };
  const data = { release: Buffer.from(JSON.stringify(record)).toString("base64") };
  await cluster.apply({ ...key, metadata: { ...key.metadata, labels }, type: SECRET_TYPE, data }, "sandbox-helm");
}

/** Deletes the record of a release and leaves its objects alone. */
export async function deleteRelease(cluster: Cluster, namespace: string, release: string): Promise<void> {
  await cluster.delete(keyOf(namespace, release));
}

/** The record in a Secret; undefined for a Secret that holds none. */
export function recordIn(secret: ClusterObject): ReleaseRecord | undefined {
  if (secret["type"] !== SECRET_TYPE) return undefined;
  const data = (secret["data"] as { release?: string } | undefined)?.release;
  return data === undefined ? undefined : (JSON.parse(Buffer.from(data, "base64").toString()) as ReleaseRecord);
}

/** Deletes objects. An object that is gone already, or whose kind the server no longer knows, is no mistake. */
export async function deleteAll(cluster: Cluster, objects: readonly ObjectKey[]): Promise<void> {
  await Promise.all(
    objects.map(async (object) => {
      try {
        await cluster.delete(object);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }),
  );
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
