import { choose } from "../choose";
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

/** A user of Ceph that a CSI driver acts as. */
export interface CsiUser {
  /** Name of the Secret with its name and its key, which the StorageClasses of the driver name. */
  readonly secret: `rook-csi-${Driver}-${Task}`;
  /** Name of the user, without `client.`. */
  readonly user: string;
  readonly credential: CephCredential;
}

/** What a user of a driver does: it makes volumes, or mounts them. */
type Task = "node" | "provisioner";

/** Users that the CSI drivers of a site act as. */
export function csiUsers({ block, filesystem }: ExternalStorage): readonly CsiUser[] {
  return [
    { secret: "rook-csi-rbd-node", user: block.users.node, credential: "cephRbdNodeKey" },
    { secret: "rook-csi-rbd-provisioner", user: block.users.provisioner, credential: "cephRbdProvisionerKey" },
    ...choose(filesystem, {
      cephfs: ({ users }): readonly CsiUser[] => [
        { secret: "rook-csi-cephfs-node", user: users.node, credential: "cephCephfsNodeKey" },
        { secret: "rook-csi-cephfs-provisioner", user: users.provisioner, credential: "cephCephfsProvisionerKey" },
      ],
      none: () => [],
    }),
  ];
}
