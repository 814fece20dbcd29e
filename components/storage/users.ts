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
  /** Name of the user in Rook's script. Its Secret is `rook-<name>`, which the StorageClasses of the driver name. */
  readonly name: `csi-${Driver}-${Task}`;
  /** Name of the user, without `client.`. */
  readonly user: string;
  readonly credential: CephCredential;
}

/** What a user of a driver does: it makes volumes, or mounts them. */
type Task = "node" | "provisioner";

/** Users that the CSI drivers of a site act as. */
export function csiUsers({ block, filesystem }: ExternalStorage): readonly CsiUser[] {
  return [
    { name: "csi-rbd-node", user: block.users.node, credential: "cephRbdNodeKey" },
    { name: "csi-rbd-provisioner", user: block.users.provisioner, credential: "cephRbdProvisionerKey" },
    ...choose(filesystem, {
      cephfs: ({ users }): readonly CsiUser[] => [
        { name: "csi-cephfs-node", user: users.node, credential: "cephCephfsNodeKey" },
        { name: "csi-cephfs-provisioner", user: users.provisioner, credential: "cephCephfsProvisionerKey" },
      ],
      none: () => [],
    }),
  ];
}
