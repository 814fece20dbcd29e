import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { ExternalStorage, StorageSettings } from "./settings";
import { csiUsers, type CephCredential } from "./users";

/** Secrets that an operator has to give for volumes and objects. */
export function storageSecrets(storage: StorageSettings): readonly DeclaredSecret[] {
  return choose(storage, { rook: () => [], external: cephSecrets, existing: () => [] });
}

/** Keys of the users that the facility has in somebody else's Ceph; Rook's create-external-cluster-resources.py prints all of them. */
function cephSecrets(storage: ExternalStorage): readonly DeclaredSecret[] {
  const secret = (name: CephCredential, purpose: string, encoding: DeclaredSecret["encoding"], readBy: string): DeclaredSecret => ({
    name,
    purpose,
    encoding,
    readBy,
    ends: false,
  });
  return [
    secret("cephHealthCheckerKey", `key of Ceph's user client.${storage.healthChecker} (ROOK_EXTERNAL_USER_SECRET)`, "base64", "rook"),
    ...csiUsers(storage).map(({ name, user, credential }) =>
      secret(credential, `key of Ceph's user client.${user} (${variableOf(name)})`, "base64", "ceph-csi"),
    ),
    ...choose(storage.objectStore, {
      rgw: () => [
        secret("cephRgwAccessKey", "access key of the gateways' user rgw-admin-ops-user (RGW_ADMIN_OPS_USER_ACCESS_KEY)", "text", "rook"),
        secret("cephRgwSecretKey", "secret key of the gateways' user rgw-admin-ops-user (RGW_ADMIN_OPS_USER_SECRET_KEY)", "text", "rook"),
      ],
      none: () => [],
    }),
  ];
}

/** Name of the variable with which Rook's script prints the key of a user. */
function variableOf(name: string): string {
  return `${name.replaceAll("-", "_").toUpperCase()}_SECRET`;
}
