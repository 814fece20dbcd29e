import type { Manifest } from "../manifest";
import type { Cvmfs } from "./settings";

/** Name of the claim, and of the volume in a pod. */
const CVMFS = "cvmfs";

/**
 * CVMFS for the pods of one namespace, as a claim that they mount read-only. Where the hosts mount it, a PersistentVolume of the path
 * stands in for a driver, so that no pod needs the right to a host's folders. CVMFS has no size, but claims and volumes must name one.
 */
export function cvmfsObjects(settings: Exclude<Cvmfs, { kind: "none" }>, namespace: string): Readonly<Record<string, Manifest>> {
  const size = { storage: "1Mi" };
  const accessModes = ["ReadOnlyMany"];
  const volume = (path: string): Manifest => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: CVMFS, annotations: NOT_AWAITED },
    spec: {
      storageClassName: "",
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

/** A class that binds at the first consumer would be waited for in vain. */
const NOT_AWAITED = { "pulumi.com/skipAwait": "true" };

/** What a user server mounts; mounts that autofs makes later are seen too. */
export const CVMFS_VOLUME = { name: CVMFS, persistentVolumeClaim: { claimName: CVMFS, readOnly: true } } as const;

export const CVMFS_MOUNT = { name: CVMFS, mountPath: "/cvmfs", readOnly: true, mountPropagation: "HostToContainer" } as const;
