import * as fs from "node:fs";
import * as path from "node:path";
import { Cluster } from "#af/sandbox/cluster/client";

/** What a pod of an account has to ask the API server with. */
export interface Account {
  readonly kubeconfig: string;
  readonly cluster: Cluster;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly { readonly name: string }[];
}

/**
 * Gives an account that exists a token, in a kubeconfig of its own.
 * @param adminsFile kubeconfig of who may give tokens.
 * @param folder where the new kubeconfig is written.
 * @param server URL at which the API server is asked; that of the given kubeconfig unless told.
 */
export async function accountWithToken(
  adminsFile: string,
  namespace: string,
  name: string,
  folder: string,
  server?: string,
): Promise<Account> {
  const place = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status } = (await Cluster.load(adminsFile).request("POST", place, { spec: {} })) as {
    readonly status: { readonly token: string };
  };
  const config = JSON.parse(fs.readFileSync(adminsFile, "utf8")) as Kubeconfig;
  const kubeconfig = path.join(folder, `${name}.kubeconfig`);
  const users = config.users.map((user) => ({ name: user.name, user: { token: status.token } }));
  const clusters = config.clusters.map((each) => ({ ...each, cluster: { ...each.cluster, ...(server !== undefined && { server }) } }));
  fs.writeFileSync(kubeconfig, JSON.stringify({ ...config, clusters, users }));
  return { kubeconfig, cluster: Cluster.load(kubeconfig) };
}
