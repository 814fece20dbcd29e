import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ClusterObject } from "../cluster/client";

const run = promisify(execFile);

/** Days for which a stand-in certificate is valid: longer than a sandbox lives. */
const DAYS = 90;

interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A self-signed certificate made by openssl, or text that says what it is if the machine has no openssl. */
async function selfSigned(names: readonly string[]): Promise<KeyPair> {
  const subject = names.length === 0 ? [] : ["-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`];
  try {
    const { stdout } = await run(
      "openssl",
      // prettier-ignore
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", String(DAYS), "-subj", "/CN=sandbox stand-in", ...subject, "-keyout", "-", "-out", "-"],
    );
    const block = (kind: string): string => new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----\\n?`).exec(stdout)?.[0] ?? "";
    return { certificate: block("CERTIFICATE"), key: block("PRIVATE KEY") };
  } catch {
    const placeholder = `stand-in of the sandbox: no openssl on this machine, so this is no certificate (${names.join(", ")})\n`;
    return { certificate: placeholder, key: placeholder };
  }
}

/** The Secret into which cert-manager would put a certificate for these names. */
export async function issueSecret(secret: string, namespace: string, names: readonly string[], issuer: string): Promise<ClusterObject> {
  const { certificate, key } = await selfSigned(names);
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secret,
      namespace,
      annotations: { "cert-manager.io/alt-names": names.join(","), "cert-manager.io/issuer-name": issuer },
    },
    type: "kubernetes.io/tls",
    data: { "tls.crt": encoded(certificate), "tls.key": encoded(key), "ca.crt": encoded(certificate) },
  };
}
