import type { V1KeyToPath, V1Pod, V1ServiceAccountTokenProjection, V1Volume, V1VolumeProjection } from "@kubernetes/client-node";
import { fieldOf } from "./environment";
import { type DataKind, type PodObjects, Unmet } from "./objects";

/** Mode of a file in a volume unless the volume says otherwise: `defaultMode` of https://kubernetes.io/docs/reference/kubernetes-api/core/volume-v1/ */
const DEFAULT_MODE = 0o644;

/** A file of a volume that is made of objects. */
export interface VolumeFile {
  readonly content: Buffer;
  readonly mode: number;
  /** Only the pod's own user reads it. */
  readonly own?: boolean;
}

/** What the files of a volume are made from, besides the volume. */
export interface PayloadFacts {
  readonly pod: V1Pod;
  readonly objects: PodObjects;
  readonly podIP: string;
  readonly hostIP: string;
}

/**
 * The files of a volume that is made of objects, by their paths; undefined for every other volume.
 * @throws {Unmet} with the words of a kubelet if an object or a key is missing that is not optional.
 */
export async function payloadOf(volume: V1Volume, facts: PayloadFacts): Promise<ReadonlyMap<string, VolumeFile> | undefined> {
  const { secret, configMap, downwardAPI, projected } = volume;
  const mode = (secret ?? configMap ?? downwardAPI ?? projected)?.defaultMode ?? DEFAULT_MODE;
  const sources: readonly V1VolumeProjection[] | undefined =
    projected?.sources ??
    (secret && [{ secret: { ...secret, name: secret.secretName ?? "" } }]) ??
    (configMap && [{ configMap }]) ??
    (downwardAPI && [{ downwardAPI }]);
  if (sources === undefined) return undefined;
  const parts = await Promise.all(sources.map((source) => filesOf(source, mode, facts)));
  return new Map(parts.flat());
}

type Entry = readonly [path: string, file: VolumeFile];

async function filesOf(source: V1VolumeProjection, mode: number, facts: PayloadFacts): Promise<readonly Entry[]> {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source;
  if (secret !== undefined) return ofData("Secret", secret, mode, facts);
  if (configMap !== undefined) return ofData("ConfigMap", configMap, mode, facts);
  if (serviceAccountToken !== undefined) return [[serviceAccountToken.path, await token(serviceAccountToken, mode, facts)]];
  if (downwardAPI !== undefined)
    return (downwardAPI.items ?? []).map(({ path, fieldRef, mode: own = mode }) => {
      if (fieldRef === undefined) throw new Unmet("FailedMount", `${path}: the agent knows no resourceFieldRef in a volume`);
      return [path, { content: Buffer.from(fieldOf(facts.pod, fieldRef.fieldPath, facts)), mode: own }];
    });
  throw new Unmet("FailedMount", `the agent knows no projection of ${Object.keys(source).join()}`);
}

async function ofData(
  kind: DataKind,
  { name = "", items, optional = false }: { readonly name?: string; readonly items?: readonly V1KeyToPath[]; readonly optional?: boolean },
  mode: number,
  { objects }: PayloadFacts,
): Promise<readonly Entry[]> {
  const data = await objects.data(kind, name, optional);
  if (data === undefined) return [];
  const wanted: readonly V1KeyToPath[] = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  return wanted.flatMap(({ key, path, mode: own = mode }): readonly Entry[] => {
    const content = data[key];
    if (content !== undefined) return [[path, { content, mode: own }]];
    if (optional) return [];
    throw new Unmet("FailedMount", `references non-existent ${kind.toLowerCase()} key: ${key}`);
  });
}

/** A token of the pod's account, bound to the pod, as the API server issues it. */
async function token(
  { audience, expirationSeconds = 3600 }: V1ServiceAccountTokenProjection,
  mode: number,
  { pod, objects }: PayloadFacts,
): Promise<VolumeFile> {
  const { metadata, spec } = pod;
  const account = `/api/v1/namespaces/${objects.namespace}/serviceaccounts/${spec?.serviceAccountName ?? "default"}/token`;
  const answer = (await objects.cluster.request("POST", account, {
    spec: {
      audiences: audience === undefined ? [] : [audience],
      expirationSeconds,
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: metadata?.name, uid: metadata?.uid },
    },
  })) as { readonly status: { readonly token: string } };
  const { runAsUser, fsGroup } = spec?.securityContext ?? {};
  // https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/volume/projected/projected.go, collectData
  const owned = runAsUser !== undefined || fsGroup !== undefined;
  return { content: Buffer.from(answer.status.token), mode: owned ? 0o600 : mode, own: owned };
}
