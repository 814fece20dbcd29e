import * as fs from "node:fs";
import * as path from "node:path";
import { textAt } from "../cluster/world";
import { certificateSecret } from "../controller/issue";
import { type SiteFolder, writeWhole } from "../folders";
import { AUTHORITY_FILE } from "./site-programs";
import type { LoginPlan } from "./users";

/** Hours for which the certificate of the login provider is valid. We chose a year. */
const HOURS = 8760;

/** The folder that the hub sees: it holds the certificate by which it trusts the login provider. */
export function authorityFolder(folder: SiteFolder): string {
  return folder.file("login");
}

/** Certificate and key of the login provider for the names of the real one; the certificate is its own authority. Made once for a site. */
export async function providerIdentity(
  folder: SiteFolder,
  plan: LoginPlan,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const names = [...new Set([plan.authorize, plan.token, plan.userinfo].map(({ hostname }) => hostname))];
  const [certificateFile, keyFile] = [
    path.join(authorityFolder(folder), AUTHORITY_FILE),
    path.join(folder.keys, `login-${names.join("-")}.key`),
  ];
  if (!fs.existsSync(certificateFile) || !fs.existsSync(keyFile)) {
    const made = await certificateSecret({
      ...{ secret: "login", namespace: "", certificate: "login", commonName: names[0] ?? "", dnsNames: names },
      ...{ issuer: { name: "login", kind: "Issuer", group: "cert-manager.io" }, authority: "self", algorithm: "ECDSA", size: 256 },
      ...{ encoding: "PKCS8", hours: HOURS, ca: false, labels: {}, annotations: {} },
    });
    const decoded = (key: string): string => Buffer.from(textAt(made, "data", key) ?? "", "base64").toString();
    fs.mkdirSync(authorityFolder(folder), { recursive: true, mode: 0o755 });
    writeWhole(keyFile, decoded("tls.key"));
    writeWhole(certificateFile, decoded("tls.crt"), 0o644);
  }
  return { certificate: fs.readFileSync(certificateFile, "utf8"), key: fs.readFileSync(keyFile, "utf8") };
}
