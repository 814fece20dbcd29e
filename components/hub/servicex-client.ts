import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import { CLIENT_FILE } from "../servicex/environment";

/** Name of the ConfigMap in the hub's namespace with the file of ServiceX' client. */
const NAME = "servicex-client";

/** The ConfigMap with the file of ServiceX' client. */
export function servicexClientObject(text: string, namespace: string): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME, namespace }, data: { [CLIENT_FILE]: text } };
}

/**
 * The file in a user's server. The client looks in the folder in which it runs and in all above it, so at the root it is found from everywhere, a file of
 * the user's own in the home comes before it, and nothing is laid into homes
 * (https://github.com/ssl-hep/ServiceX_frontend/blob/3.3.1/servicex/configuration.py, _add_from_path).
 */
export const SERVICEX_CLIENT_VOLUME: V1Volume = { name: NAME, configMap: { name: NAME } };
/** Where the file is in a user's server. */
export const SERVICEX_CLIENT_MOUNT: V1VolumeMount = { name: NAME, mountPath: `/${CLIENT_FILE}`, subPath: CLIENT_FILE, readOnly: true };
