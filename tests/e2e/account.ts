import * as fs from "node:fs";
import { parse, stringify } from "yaml";
import type { TestSandbox } from "../sandbox/e2e/harness";

const GROUP = "rbac.authorization.k8s.io";

/** Rights of a role of Kubernetes. */
interface Rights {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Reads everything, and writes nothing. */
export const READS_ALL: Rights = { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] };

/** Makes a ServiceAccount in `default` with a role and a binding of its name, and writes a kubeconfig with which one is that account. */
export async function writeAccount(sandbox: TestSandbox, name: string, rules: readonly Rights[], file: string): Promise<void> {
  const metadata = { name };
  const roleRef = { apiGroup: GROUP, kind: "ClusterRole", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace: "default" }];
  await sandbox.ask({
    ask: "apply",
    objects: [
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, namespace: "default" } },
      { apiVersion: `${GROUP}/v1`, kind: "ClusterRole", metadata, rules },
      { apiVersion: `${GROUP}/v1`, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
    ],
  });
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const at = `/api/v1/namespaces/default/serviceaccounts/${name}/token`;
  const { status } = await sandbox.ask<{ readonly status: { readonly token: string } }>({ ask: "request", method: "POST", path: at, body });
  const config = parse(fs.readFileSync(sandbox.folder.kubeconfig, "utf8")) as { readonly users: readonly { readonly name: string }[] };
  const users = config.users.map((user) => ({ name: user.name, user: { token: status.token } }));
  fs.writeFileSync(file, stringify({ ...config, users }));
}
