import type { Driver } from "./values";
import type { ExternalStorage } from "./settings";

/** Name of a secret that the site has to give for somebody else's Ceph. */
export type CephCredential =
  | "cephHealthCheckerKey"
  | "cephRbdNodeKey"
  | "cephRbdProvisionerKey"
  | "cephCephfsNodeKey"
  | "cephCephfsProvisionerKey"
  | "cephRgwAccessKey"
  | "cephRgwSecretKey";

/** A user of Ceph that a CSI driver acts as. The Secret with its key is called `rook-<user>`. */
export interface CsiUser {
  readonly user: string;
  readonly credential: CephCredential;
}

/** Users of each driver, with the names that Rook's create-external-cluster-resources.py gives them. */
const CSI_USERS: Readonly<Record<Driver, readonly CsiUser[]>> = {
  rbd: [
    { user: "csi-rbd-node", credential: "cephRbdNodeKey" },
    { user: "csi-rbd-provisioner", credential: "cephRbdProvisionerKey" },
  ],
  cephfs: [
    { user: "csi-cephfs-node", credential: "cephCephfsNodeKey" },
    { user: "csi-cephfs-provisioner", credential: "cephCephfsProvisionerKey" },
  ],
};

/** Users that the CSI drivers of a site act as. */
export function csiUsers({ filesystem }: ExternalStorage): readonly CsiUser[] {
  return [...CSI_USERS.rbd, ...(filesystem.kind === "cephfs" ? CSI_USERS.cephfs : [])];
}
