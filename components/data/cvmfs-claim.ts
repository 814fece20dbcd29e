import type { Manifest } from "../manifest";
import type { CvmfsSettings } from "./settings";

/** Name of the claim, of the volume in a pod, and of the PersistentVolume. */
const CVMFS = "cvmfs";

/**
 * Makes a claim that the pods of one namespace mount to read CVMFS. If the hosts mount CVMFS, a PersistentVolume of their path stands in
 * for a driver, so that no pod needs the right to mount a folder of its host. CVMFS has no size, but claims and volumes must name one; 1Mi
 * is as good as any.
 */
export function cvmfsObjects(settings: Exclude<CvmfsSettings, { kind: "none" }>, namespace: string): Readonly<Record<string, Manifest>> {
  const size = { storage: "1Mi" };
  const accessModes = ["ReadOnlyMany"];
  const volume = (path: string): Manifest => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: CVMFS, annotations: NOT_AWAITED },
    // A volume without a class, which is what the claim below asks for.
    spec: {
      capacity: size,
      accessModes,
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace, name: CVMFS },
      hostPath: { path, type: "Directory" },
    },
  });
  const bound = settings.kind === "csi" ? { storageClassName: settings.storageClass } : { storageClassName: "", volumeName: CVMFS };
  return {
    ...(settings.kind === "hostPath" && { volume: volume(settings.path) }),
    claim: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: CVMFS, namespace, annotations: NOT_AWAITED },
      spec: { accessModes, resources: { requests: size }, ...bound },
    },
  };
}

/** Some StorageClasses bind a claim only when a pod uses it, so Pulumi must not wait for the claim to be bound. */
const NOT_AWAITED = { "pulumi.com/skipAwait": "true" };

/** Volume of a user server's pod that holds CVMFS. */
export const CVMFS_VOLUME = { name: CVMFS, persistentVolumeClaim: { claimName: CVMFS, readOnly: true } } as const;

/** Mount of that volume in the container. With HostToContainer it also shows repositories that autofs mounts on the host later. */
export const CVMFS_MOUNT = { name: CVMFS, mountPath: "/cvmfs", readOnly: true, mountPropagation: "HostToContainer" } as const;
