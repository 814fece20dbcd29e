import type { Cvmfs } from "./settings";

/** Name of the claim, and of the volume in a pod. */
export const CVMFS = "cvmfs";

/** The claim; CVMFS has no size, but a claim must name one. */
export function cvmfsClaim(settings: Exclude<Cvmfs, { kind: "none" }>, namespace: string) {
  const common = { accessModes: ["ReadOnlyMany"], resources: { requests: { storage: "1Mi" } } };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: CVMFS, namespace },
    spec:
      settings.kind === "csi"
        ? { ...common, storageClassName: settings.storageClass }
        : { ...common, storageClassName: "", volumeName: CVMFS },
  };
}

/** What a user server mounts; mounts that autofs makes later are seen too. */
export const CVMFS_VOLUME = { name: CVMFS, persistentVolumeClaim: { claimName: CVMFS, readOnly: true } } as const;

export const CVMFS_MOUNT = { name: CVMFS, mountPath: "/cvmfs", readOnly: true, mountPropagation: "HostToContainer" } as const;
