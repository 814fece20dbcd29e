import { X509Certificate, createPrivateKey } from "node:crypto";
import type { ClusterObject } from "../cluster/client";
import { conditionOf, fieldAt, findObject, isReady, listAt, textAt, withCondition, type Condition, type World } from "../cluster/world";
import type { Behaviour, Status } from "./behaviour";
import { durationOf } from "./helm-release";
import { type CertificateOrder, detailsOf } from "./issue";
import { issuer, secretsOf, secretText } from "./issuer";
import { referenced } from "./operator";
import type { EventAction } from "./reconciler";

const GROUP = "cert-manager.io";

/** Validity of a certificate whose `duration` is not set: https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec */
const USUAL_DURATION = "2160h";
const HOUR = 3_600_000;

/** Why a certificate must be issued, as cert-manager says it. */
interface Violation {
  readonly reason: string;
  readonly message: string;
}

/**
 * What cert-manager does about a Certificate, without the CertificateRequests, Orders and Challenges by which it does it:
 * https://github.com/cert-manager/cert-manager/tree/v1.21.1/pkg/controller/certificates
 */
const certificate: Behaviour = {
  statusFirst: true,
  products: (world, each) => {
    const authority = authorityOf(world, each);
    if (violationOf(world, each) === undefined || typeof authority === "string") return [];
    return [{ kind: "issue", order: { ...orderOf(each), authority: authority.signer } }];
  },
  status: (each, _, world) => {
    const violation = violationOf(world, each);
    if (violation !== undefined) return issuing(world, each, violation);
    const pem = secretText(secretOf(world, each), "tls.crt") ?? "";
    const [from, until] = validityOf(new X509Certificate(pem));
    const before = fieldAt(each, "spec", "renewBefore");
    const renewBefore = typeof before === "string" ? durationOf(before) : (until - from) / 3;
    const revision = Number(fieldAt(each, "status", "revision") ?? 0);
    const wasIssuing = conditionOf(each, "Issuing")?.status === "True";
    const message = "Certificate is up to date and has not expired (stand-in: signed by the sandbox itself)";
    return {
      conditions: withCondition(each, "Ready", "True", "Ready", message).filter(({ type }) => type !== "Issuing"),
      notBefore: rfc3339(from),
      notAfter: rfc3339(until),
      renewalTime: rfc3339(until - renewBefore),
      revision: wasIssuing ? revision + 1 : Math.max(revision, 1),
    };
  },
  events: (each, status) => {
    const event = (message: string): readonly EventAction[] => [{ kind: "event", about: each, type: "Normal", reason: "Issuing", message }];
    const now = conditionOf({ ...each, status }, "Issuing");
    if (now !== undefined) return event(now.message);
    return conditionOf(each, "Issuing") === undefined ? [] : event("The certificate has been successfully issued");
  },
};

/** What cert-manager does, by kind: https://cert-manager.io/docs/usage/certificate/ */
export const CERT_MANAGER_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  Certificate: certificate,
  Issuer: issuer,
  ClusterIssuer: issuer,
};

function issuing(world: World, each: ClusterObject, { reason, message }: Violation): Status {
  const authority = authorityOf(world, each);
  const said = typeof authority === "string" ? `${message} (waiting: ${authority})` : message;
  const notReady = withCondition(each, "Ready", "False", reason, said);
  return {
    conditions: withCondition(
      { ...each, status: { conditions: notReady } },
      "Issuing",
      "True",
      reason,
      said,
    ) satisfies readonly Condition[],
  };
}

function secretOf(world: World, each: ClusterObject): ClusterObject | undefined {
  return findObject(world, "", "Secret", textAt(each, "spec", "secretName") ?? "", each.metadata.namespace);
}

/** The policies by which cert-manager finds out that a certificate must be issued, in their order. */
function violationOf(world: World, each: ClusterObject): Violation | undefined {
  const secret = secretOf(world, each);
  const issued = (what: string): string => `Issuing certificate as Secret ${what}`;
  if (secret === undefined) return { reason: "DoesNotExist", message: issued("does not exist") };
  const [key, pem] = [secretText(secret, "tls.key"), secretText(secret, "tls.crt")];
  if (key === undefined || key === "") return { reason: "MissingData", message: issued("does not contain a private key") };
  if (pem === undefined || pem === "") return { reason: "MissingData", message: issued("does not contain a certificate") };
  const held = readCertificate(pem);
  if (held === undefined) return { reason: "InvalidCertificate", message: issued("contains an invalid certificate") };
  if (!belongs(held, key))
    return { reason: "InvalidKeyPair", message: issued("contains a private key that does not match the certificate") };
  return (
    mismatchOf(each, secret) ??
    (Date.now() > validityOf(held)[1] ? { reason: "Expired", message: `Certificate expired on ${held.validTo}` } : undefined)
  );
}

/** What of a Secret's annotations is not that of the Certificate. */
function mismatchOf(each: ClusterObject, secret: ClusterObject): Violation | undefined {
  const wanted = detailsOf(orderOf(each));
  const found = secret.metadata.annotations ?? {};
  const differs = (...names: readonly string[]): boolean =>
    names.some((name) => sorted(found[`${GROUP}/${name}`]) !== sorted(wanted[`${GROUP}/${name}`]));
  const at = (name: string): string => found[`${GROUP}/${name}`] ?? "";
  if (
    differs("issuer-name") ||
    (at("issuer-kind") || "Issuer") !== (wanted[`${GROUP}/issuer-kind`] || "Issuer") ||
    (at("issuer-group") || GROUP) !== (wanted[`${GROUP}/issuer-group`] || GROUP)
  ) {
    const previous = `${at("issuer-kind") || "Issuer"}.${at("issuer-group") || GROUP}/${at("issuer-name")}`;
    return { reason: "IncorrectIssuer", message: `Issuing certificate as Secret was previously issued by ${JSON.stringify(previous)}` };
  }
  if (differs("certificate-name")) {
    const other = JSON.stringify(at("certificate-name"));
    return {
      reason: "IncorrectCertificate",
      message: `Secret was issued for ${other}. If this message is not transient, you might have two conflicting Certificates pointing to the same secret.`,
    };
  }
  const changed = [...(differs("alt-names") ? ["spec.dnsNames"] : []), ...(differs("common-name") ? ["spec.commonName"] : [])];
  if (changed.length === 0) return undefined;
  return { reason: "RequestChanged", message: `Fields on existing CertificateRequest resource not up to date: [${changed.join(" ")}]` };
}

function sorted(list: string | undefined): string {
  return (list ?? "").split(",").sort().join(",");
}

/** Who signs a certificate, or why nobody does. */
function authorityOf(world: World, each: ClusterObject): { readonly signer: CertificateOrder["authority"] } | string {
  const { kind, name } = referenced(fieldAt(each, "spec", "issuerRef"), "Issuer");
  const found = findObject(world, GROUP, kind, name, kind === "Issuer" ? each.metadata.namespace : undefined);
  if (found === undefined) return `Referenced ${JSON.stringify(kind)} not found: ${kind} ${name}`;
  if (!isReady(found)) return `Referenced issuer does not have a Ready status condition: ${kind} ${name}`;
  if (fieldAt(found, "spec", "selfSigned") !== undefined) return { signer: "self" };
  const secret = textAt(found, "spec", "ca", "secretName");
  if (secret === undefined) return { signer: "stand-in" };
  const pair = findObject(world, "", "Secret", secret, secretsOf(world, found));
  return { signer: { certificate: secretText(pair, "tls.crt") ?? "", key: secretText(pair, "tls.key") ?? "" } };
}

/** What a Certificate asks for, with cert-manager's defaults. */
function orderOf(each: ClusterObject): CertificateOrder {
  const reference = fieldAt(each, "spec", "issuerRef");
  const key = fieldAt(each, "spec", "privateKey");
  const algorithm = (textAt(key, "algorithm") ?? "RSA") as CertificateOrder["algorithm"];
  const template = fieldAt(each, "spec", "secretTemplate");
  return {
    secret: textAt(each, "spec", "secretName") ?? "",
    namespace: each.metadata.namespace ?? "default",
    certificate: each.metadata.name,
    commonName: textAt(each, "spec", "commonName") ?? "",
    dnsNames: listAt(each, "spec", "dnsNames").filter((name): name is string => typeof name === "string"),
    issuer: { name: textAt(reference, "name") ?? "", kind: textAt(reference, "kind") ?? "", group: textAt(reference, "group") ?? "" },
    authority: "stand-in",
    algorithm,
    size: Number(fieldAt(key, "size") ?? (algorithm === "ECDSA" ? 256 : 2048)),
    encoding: textAt(key, "encoding") === "PKCS8" ? "PKCS8" : "PKCS1",
    hours: durationOf(textAt(each, "spec", "duration") ?? USUAL_DURATION) / HOUR,
    ca: fieldAt(each, "spec", "isCA") === true,
    labels: (fieldAt(template, "labels") ?? {}) as Readonly<Record<string, string>>,
    annotations: (fieldAt(template, "annotations") ?? {}) as Readonly<Record<string, string>>,
  };
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function belongs(held: X509Certificate, key: string): boolean {
  try {
    return held.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** First and last moment of a certificate, in milliseconds since 1970. */
function validityOf(held: X509Certificate): readonly [from: number, until: number] {
  return [Date.parse(held.validFrom), Date.parse(held.validTo)];
}

function rfc3339(moment: number): string {
  return new Date(Math.floor(moment / 1000) * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}
