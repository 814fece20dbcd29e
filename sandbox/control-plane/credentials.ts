import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { type SiteFolder, writeWhole } from "../folders";

/**
 * The clients of the API server. The operator has a name of its own, so that the audit log shows what Pulumi did and what controllers did.
 * Names that begin with `system:` have the rights that Kubernetes binds to them:
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
export const API_USERS = {
  operator: { user: "facility-operator", group: "system:masters" },
  kwok: { user: "kwok", group: "system:masters" },
  controller: { user: "sandbox-controller", group: "system:masters" },
  agent: { user: "sandbox-agent", group: "system:masters" },
  "kube-controller-manager": { user: "system:kube-controller-manager", group: "system:authenticated" },
  "kube-scheduler": { user: "system:kube-scheduler", group: "system:authenticated" },
} as const;

/** Name of a client of the API server. */
export type ApiUser = keyof typeof API_USERS;

/** Tokens of the clients, and the key that signs tokens of service accounts. */
export interface Credentials {
  readonly tokenFile: string;
  readonly serviceAccountKey: string;
  readonly tokens: Readonly<Record<ApiUser, string>>;
}

/** Makes the tokens of the clients and the key that signs tokens of service accounts, or reads those of an earlier start. */
export function credentials(folder: SiteFolder): Credentials {
  const tokenFile = path.join(folder.keys, "tokens.csv");
  const serviceAccountKey = path.join(folder.keys, "service-account.pem");
  if (!fs.existsSync(serviceAccountKey)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeWhole(serviceAccountKey, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
  const before = fs.existsSync(tokenFile) ? fs.readFileSync(tokenFile, "utf8").trim().split("\n") : [];
  const lines = Object.entries(API_USERS).map(
    ([name, { user, group }]) =>
      before.find((line) => line.split(",")[2] === name) ?? `${randomBytes(24).toString("hex")},${user},${name},"${group}"`,
  );
  writeWhole(tokenFile, `${lines.join("\n")}\n`);
  const rows = lines.map((line) => line.split(","));
  const tokens = Object.fromEntries(rows.map((row) => [row[2], row[0]])) as Record<ApiUser, string>;
  return { tokenFile, serviceAccountKey, tokens };
}

/** Writes the kubeconfig of a client and returns its path. The server's certificate is self-signed and so its own authority. */
export function writeKubeconfig(folder: SiteFolder, identity: ApiUser, server: string, token: string): string {
  const file = identity === "operator" ? folder.kubeconfig : path.join(folder.keys, `${identity}.kubeconfig`);
  const authority = fs.readFileSync(path.join(folder.keys, "apiserver.crt")).toString("base64");
  const name = `sandbox-${folder.site}`;
  writeWhole(
    file,
    stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
      users: [{ name: API_USERS[identity].user, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: API_USERS[identity].user } }],
      "current-context": name,
    }),
  );
  return file;
}
