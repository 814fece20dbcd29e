import type { KeyObject } from "node:crypto";
import { PluginFailure } from "../failure";
import { textOf, type JsonObject } from "../properties";
import type { Provider } from "../provider";
import { valueProvider, type ValueResource } from "../value-provider";
import {
  isKnownUse,
  issue,
  KNOWN_USES,
  readIssuer,
  readRequest,
  request,
  subjectKeyId,
  subjectOf,
  type Holder,
  type Issuer,
} from "./certificates";
import { algorithmOf, createKey, keyProblems, publicKeyInfo, readPrivateKey } from "./keys";
import { addressBytes, alternativeNames, distinguishedName } from "./names";

type Problem = { property: string; reason: string };

const privateKey: ValueResource = {
  defaults: { rsaBits: 2048, ecdsaCurve: "P224" },
  validate: keyProblems,
  computed: [
    "privateKeyPem",
    "privateKeyPemPkcs8",
    "privateKeyOpenssh",
    "publicKeyPem",
    "publicKeyOpenssh",
    "publicKeyFingerprintMd5",
    "publicKeyFingerprintSha256",
  ],
  secrets: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
  create: createKey,
};

const certRequest: ValueResource = {
  defaults: {},
  validate: (inputs) => [...keyInputProblems(inputs, "privateKeyPem"), ...nameProblems(inputs)],
  computed: ["certRequestPem", "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  create: (inputs) => {
    const key = userKey(inputs, "privateKeyPem");
    return {
      id: subjectKeyId(publicKeyInfo(key)).toString("hex"),
      values: { certRequestPem: request(key, inputs), keyAlgorithm: algorithmOf(key) },
    };
  },
};

const CERTIFICATE_VALUES = ["certPem", "readyForRenewal", "validityStartTime", "validityEndTime"] as const;

const selfSignedCert: ValueResource = {
  defaults: { earlyRenewalHours: 0, isCaCertificate: false, setAuthorityKeyId: false, setSubjectKeyId: false, maxPathLength: -1 },
  validate: (inputs) => [...keyInputProblems(inputs, "privateKeyPem"), ...nameProblems(inputs), ...certificateProblems(inputs)],
  computed: [...CERTIFICATE_VALUES, "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  updatable: ["earlyRenewalHours"],
  expired,
  create: (inputs) => {
    const key = userKey(inputs, "privateKeyPem");
    const subject = distinguishedName(subjectOf(inputs));
    const holder = { subject, publicKey: publicKeyInfo(key), names: alternativeNames(inputs) };
    return certificate(holder, { name: subject, key, keyId: undefined }, inputs, { keyAlgorithm: algorithmOf(key) });
  },
};

const locallySignedCert: ValueResource = {
  defaults: { earlyRenewalHours: 0, isCaCertificate: false, setSubjectKeyId: false, maxPathLength: -1 },
  validate: (inputs) => [...keyInputProblems(inputs, "caPrivateKeyPem"), ...certificateProblems(inputs)],
  computed: [...CERTIFICATE_VALUES, "caKeyAlgorithm"],
  secrets: ["caPrivateKeyPem"],
  updatable: ["earlyRenewalHours"],
  expired,
  create: (inputs) => {
    const key = userKey(inputs, "caPrivateKeyPem");
    const holder = usersMistake(() => readRequest(textOf(inputs["certRequestPem"])));
    const issuer = usersMistake(() => readIssuer(textOf(inputs["caCertPem"]), key));
    return certificate(holder, issuer, inputs, { caKeyAlgorithm: algorithmOf(key) });
  },
};

/** The four kinds of resource of `@pulumi/tls`: https://www.pulumi.com/registry/packages/tls/ */
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
  return usersMistake(() => readPrivateKey(inputs[property], property));
}

function usersMistake<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new PluginFailure(error instanceof Error ? error.message : String(error));
  }
}

function keyInputProblems(inputs: JsonObject, property: string): Problem[] {
  const writeOnly = `${property}Wo`;
  if (inputs[writeOnly] !== undefined) return [{ property: writeOnly, reason: `the tls stand-in has no ${writeOnly}; use ${property}` }];
  return inputs[property] === undefined ? [{ property, reason: `${property} is missing` }] : [];
}

function nameProblems(inputs: JsonObject): Problem[] {
  const addresses = Array.isArray(inputs["ipAddresses"]) ? inputs["ipAddresses"] : [];
  return addresses.flatMap((address, index) => {
    try {
      addressBytes(textOf(address));
      return [];
    } catch (error) {
      return [{ property: `ipAddresses[${index}]`, reason: (error as Error).message }];
    }
  });
}

function certificateProblems(inputs: JsonObject): Problem[] {
  const hours = inputs["validityPeriodHours"];
  const problems: Problem[] = [];
  if (typeof hours !== "number" || hours < 0) {
    problems.push({
      property: "validityPeriodHours",
      reason: `validityPeriodHours is ${JSON.stringify(hours) ?? "missing"}; it must be a number of hours, 0 or more`,
    });
  }
  const uses = Array.isArray(inputs["allowedUses"]) ? inputs["allowedUses"] : [];
  uses.forEach((use, index) => {
    if (isKnownUse(textOf(use))) return;
    problems.push({
      property: `allowedUses[${index}]`,
      reason: `${JSON.stringify(use)} is no use of a certificate; allowed are ${KNOWN_USES.join(", ")}`,
    });
  });
  return problems;
}
