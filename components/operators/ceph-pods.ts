import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { resources } from "../workloads/kit";
import type { CephClusterSpec, Placement } from "./ceph-specs";

/** What all pods of a Ceph cluster share: the image, the folders on the hosts, and the sidecar that rotates logs. */
export interface ClusterPods {
  /** The key of a container; empty where the cluster is not known. */
  readonly image: Pick<V1Container, "image">;
  /** Folder of the cluster on the hosts. */
  readonly folder: string;
  /** The sidecar; none where the cluster runs elsewhere. */
  readonly logs: readonly V1Container[];
}

/** Rook's default folder on the hosts, for a daemon whose cluster is not known. */
const DATA_FOLDER = "/var/lib/rook";

/** Resources of the sidecar that rotates the logs of each daemon. docs/sources.md, Resources of Ceph, says where they come from. */
export const LOG_COLLECTOR = resources("100m", "100Mi", "1Gi");

/**
 * What the pods of a cluster share, from its spec. A daemon that is judged without its cluster has no image, and for the rest what this
 * project's clusters have.
 */
export function clusterPods(spec: Partial<CephClusterSpec> | undefined): ClusterPods {
  const tag = spec?.cephVersion?.image;
  const image = tag === undefined ? {} : { image: tag };
  const collector = spec === undefined ? LOG_COLLECTOR : spec.resources?.logcollector;
  return {
    image,
    folder: spec?.dataDirHostPath ?? DATA_FOLDER,
    logs: collector ? [{ name: "log-collector", ...image, resources: collector }] : [],
  };
}

/**
 * Folders on the host in which every daemon keeps logs and crash reports
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/spec.go, DaemonVolumesBase).
 */
export function logFolders(dataFolder: string, namespace: string): readonly string[] {
  return [`${dataFolder}/${namespace}/log`, `${dataFolder}/${namespace}/crash`];
}

/** Volumes of folders on the host. */
export function hostVolumes(folders: readonly string[]): NonNullable<V1PodSpec["volumes"]> {
  return folders.map((path) => ({ name: path.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "rootfs", hostPath: { path } }));
}

/**
 * Names that Rook gives to the daemons of one kind: a to z, then aa, ab, ...
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/k8sutil/name.go, IndexToName).
 */
export function letters(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => letterOf(index));
}

function letterOf(index: number): string {
  const rest = index % 26;
  const last = String.fromCharCode("a".charCodeAt(0) + rest);
  return index < 26 ? last : `${letterOf((index - rest) / 26 - 1)}${last}`;
}

/** Tolerations of a placement as part of a pod's spec. */
export function tolerating({ tolerations }: Placement): Pick<V1PodSpec, "tolerations"> {
  return tolerations ? { tolerations } : {};
}

/** A placement as part of a pod's spec. */
export function placed({ tolerations, ...affinity }: Placement): Pick<V1PodSpec, "affinity" | "tolerations"> {
  return { affinity, ...(tolerations && { tolerations }) };
}
