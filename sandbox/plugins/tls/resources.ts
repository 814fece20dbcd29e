import { createHash, type KeyObject } from "node:crypto";
import { PluginFailure } from "../failure";
import { textOf, type JsonObject } from "../properties";
import type { Provider } from "../provider";
import { valueProvider, type ValueResource } from "../value-provider";
import { isSameName, issue, readIssuer, readRequest, request, type Holder, type Issuer } from "./certificates";
import { hasSubjectKeyId, useProblems } from "./extensions";
import { algorithmOf, createKey, keyProblems, publicKeyInfo, readPrivateKey, subjectKeyId } from "./keys";
import { alternativeNames, distinguishedName, nameProblems } from "./names";
import { wholeNumber, type Problem } from "./problems";

/**
 * The longest validity, in hours: 292 years. Go counts a duration in nanoseconds of 64 bits (https://pkg.go.dev/time#Duration), and the
 * official provider writes a wrong end for anything longer.
 */
const MOST_HOURS = 2_562_047;

const privateKey: ValueResource = {
  defaults: { rsaBits: 2048, ecdsaCurve: "P224" },
  validate: keyProblems,
  computed: ["privateKeyPem", "privateKeyPemPkcs8", "publicKeyPem"],
  secrets: ["privateKeyPem", "privateKeyPemPkcs8"],
  create: createKey,
};

const certRequest: ValueResource = {
  defaults: {},
  validate: (inputs) => [...keyInputProblems(inputs, "privateKeyPem"), ...nameProblems(inputs)],
  computed: ["certRequestPem", "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  create: (inputs) => {
    const key = userKey(inputs, "privateKeyPem");
    const der = request(key, inputs);
    const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
    const certRequestPem = ["-----BEGIN CERTIFICATE REQUEST-----", ...lines, "-----END CERTIFICATE REQUEST-----", ""].join("\n");
    return { id: createHash("sha1").update(der).digest("hex"), values: { certRequestPem, keyAlgorithm: algorithmOf(key) } };
  },
};

const CERTIFICATE_VALUES = ["certPem", "readyForRenewal", "validityStartTime", "validityEndTime"] as const;

const selfSignedCert: ValueResource = {
  defaults: { earlyRenewalHours: 0, isCaCertificate: false, setAuthorityKeyId: false, setSubjectKeyId: false },
  validate: (inputs) => [
    ...keyInputProblems(inputs, "privateKeyPem"),
    ...nameProblems(inputs),
    ...certificateProblems(inputs),
    ...authorityProblems(inputs),
  ],
  computed: [...CERTIFICATE_VALUES, "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  updatable: ["earlyRenewalHours"],
  expired,
  create: (inputs) => {
    const key = userKey(inputs, "privateKeyPem");
    const holder = { subject: distinguishedName(inputs), publicKey: publicKeyInfo(key), names: alternativeNames(inputs) };
    // A self-signed certificate is its own authority.
    const keyId = inputs["setAuthorityKeyId"] === true ? subjectKeyId(holder.publicKey) : undefined;
    return certificate(holder, { name: holder.subject, key, keyId }, inputs, { keyAlgorithm: algorithmOf(key) });
  },
};

const locallySignedCert: ValueResource = {
  defaults: { earlyRenewalHours: 0, isCaCertificate: false, setSubjectKeyId: false },
  validate: (inputs) => [
    ...keyInputProblems(inputs, "caPrivateKeyPem"),
    ...["caCertPem", "certRequestPem"].flatMap((property) => missing(inputs, property)),
    ...certificateProblems(inputs),
  ],
  computed: [...CERTIFICATE_VALUES, "caKeyAlgorithm"],
  secrets: ["caPrivateKeyPem"],
  updatable: ["earlyRenewalHours"],
  expired,
  create: (inputs) => {
    const key = userKey(inputs, "caPrivateKeyPem");
    const holder = usersMistake(() => readRequest(textOf(inputs["certRequestPem"])));
    const { keyId, ...issuer } = usersMistake(() => readIssuer(textOf(inputs["caCertPem"]), key));
    const [noSubject] = subjectProblems(inputs, holder.subject.length);
    if (noSubject !== undefined) throw new PluginFailure(`certRequestPem: ${noSubject.reason}`);
    // Go takes a certificate with the name of its issuer for a self-signed one, which does not name its authority.
    const named = isSameName(holder.subject, issuer.name) ? undefined : keyId;
    return certificate(holder, { ...issuer, keyId: named }, inputs, { caKeyAlgorithm: algorithmOf(key) });
  },
};

/**
 * The four kinds of resource of `@pulumi/tls` (https://www.pulumi.com/registry/packages/tls/), as the official provider makes them:
 * https://github.com/hashicorp/terraform-provider-tls/tree/main/internal/provider
 *
 * A PrivateKey has no output in a format of OpenSSH: `privateKeyOpenssh`, `publicKeyOpenssh`, `publicKeyFingerprintMd5` and
 * `publicKeyFingerprintSha256` are absent rather than empty, so that a program that reads them fails instead of installing an empty key.
 * The times of a certificate are in whole seconds of UTC.
 */
export function tlsProvider(): Provider {
  return valueProvider("tls", "5.6.1", {
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
  });
}

function certificate(
  holder: Holder,
  issuer: Issuer,
  inputs: JsonObject,
  values: JsonObject,
): { readonly id: string; readonly values: JsonObject } {
  const { pem, serial, from, until } = issue(holder, issuer, inputs);
  const rfc3339 = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    id: serial,
    values: { ...values, certPem: pem, readyForRenewal: false, validityStartTime: rfc3339(from), validityEndTime: rfc3339(until) },
  };
}

/** True within the last `earlyRenewalHours` of a certificate's life, in which it is made anew. */
function expired(state: JsonObject): boolean {
  const end = Date.parse(textOf(state["validityEndTime"]));
  return Date.now() >= end - Number(state["earlyRenewalHours"] ?? 0) * 3_600_000;
}

function userKey(inputs: JsonObject, property: string): KeyObject {
  return usersMistake(() => readPrivateKey(textOf(inputs[property]), property));
}

function usersMistake<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new PluginFailure(error instanceof Error ? error.message : String(error));
  }
}

function missing(inputs: JsonObject, property: string): readonly Problem[] {
  return inputs[property] === undefined ? [{ property, reason: `${property} is missing` }] : [];
}

function keyInputProblems(inputs: JsonObject, property: string): readonly Problem[] {
  const writeOnly = `${property}Wo`;
  if (inputs[writeOnly] === undefined) return missing(inputs, property);
  return [{ property: writeOnly, reason: `the tls stand-in has no ${writeOnly}; use ${property}` }];
}

function certificateProblems(inputs: JsonObject): readonly Problem[] {
  const { validityPeriodHours, earlyRenewalHours, maxPathLength, isCaCertificate } = inputs;
  const problems = [
    // 0 is allowed, as in the official provider: such a certificate is made anew by every update.
    ...wholeNumber("validityPeriodHours", validityPeriodHours, "hours", 0, MOST_HOURS),
    ...wholeNumber("earlyRenewalHours", earlyRenewalHours ?? 0, "hours", 0, Infinity),
    ...wholeNumber("maxPathLength", maxPathLength ?? -1, "certificates", -1, Infinity),
    ...useProblems(inputs),
  ];
  if (isCaCertificate !== true && Number(maxPathLength ?? 0) > 0) {
    const reason = `maxPathLength is ${textOf(maxPathLength)}, but only CAs are allowed to specify it; set isCaCertificate or leave it out`;
    problems.push({ property: "maxPathLength", reason });
  }
  return problems;
}

/** What is wrong with a certificate that is its own authority. */
function authorityProblems(inputs: JsonObject): readonly Problem[] {
  const problems = subjectProblems(inputs, distinguishedName(inputs).length);
  if (inputs["setAuthorityKeyId"] !== true || hasSubjectKeyId(inputs)) return problems;
  const reason = "Could not determine Authority Key Identifier: setAuthorityKeyId needs setSubjectKeyId or isCaCertificate as well";
  return [...problems, { property: "setAuthorityKeyId", reason }];
}

function subjectProblems({ isCaCertificate }: JsonObject, names: number): readonly Problem[] {
  if (isCaCertificate !== true || names > 0) return [];
  const reason = "Must contain at least one Distinguished Name when creating Certificate Authority (CA); give subject.commonName";
  return [{ property: "subject", reason }];
}
