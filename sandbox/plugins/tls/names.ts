import * as net from "node:net";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AttributeTypeAndValue, AttributeValue, GeneralName, Name, RelativeDistinguishedName } from "@peculiar/asn1-x509";
import { textOf, type Json, type JsonObject } from "../properties";
import { found, type Problem } from "./problems";

const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
/** Attributes of a subject, in the order in which Go writes them: https://pkg.go.dev/crypto/x509/pkix#Name.ToRDNSequence */
const ATTRIBUTES: readonly (readonly [property: string, type: string])[] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", EMAIL_ADDRESS],
];

/** A distinguished name from the `subject` argument; empty if there is none. Empty values are left out. */
export function distinguishedName(inputs: JsonObject): Name {
  const subject = subjectOf(inputs);
  return new Name(
    ATTRIBUTES.flatMap(([property, type]) => {
      const values = [subject[property] ?? []].flat().map(textOf);
      const attributes = values.filter(Boolean).map((value) => new AttributeTypeAndValue({ type, value: attributeValue(type, value) }));
      return attributes.length === 0 ? [] : [new RelativeDistinguishedName(inOrder(attributes))];
    }),
  );
}

/**
 * The part of a request's subject that the official provider takes over into a certificate: what Go's `pkix.Name` has a field for, hence no
 * email address.
 */
export function carriedOver(subject: Name): Name {
  const kept = ATTRIBUTES.map(([, type]) => type).filter((type) => type !== EMAIL_ADDRESS);
  return new Name(subject.filter((names) => names.every(({ type }) => kept.includes(type))));
}

/** The names beside the subject: DNS names, then IP addresses, then URIs, as Go orders them. */
export function alternativeNames(inputs: JsonObject): readonly GeneralName[] {
  return [
    ...listOf(inputs, "dnsNames").map((dNSName) => new GeneralName({ dNSName })),
    ...listOf(inputs, "ipAddresses").map((address) => new GeneralName({ iPAddress: canonicalAddress(address) ?? "" })),
    ...listOf(inputs, "uris").map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
  ];
}

/**
 * What is wrong with the names of a certificate. URIs are held to more than Go's `url.Parse` asks: they must be absolute
 * (https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6) and in ASCII.
 */
export function nameProblems(inputs: JsonObject): readonly Problem[] {
  const each = (property: string, isRight: (value: string) => boolean, wanted: string): Problem[] =>
    listOf(inputs, property).flatMap((value, index) =>
      isRight(value) ? [] : [{ property: `${property}[${index}]`, reason: `${property}[${index}] ${found(value)}; ${wanted}` }],
    );
  const email = textOf(subjectOf(inputs)["emailAddress"]);
  return [
    ...each("dnsNames", isAscii, "it must be in ASCII; write an international name as xn--..."),
    ...each(
      "ipAddresses",
      (address) => canonicalAddress(address) !== undefined,
      "it must be an IPv4 or IPv6 address without prefix or zone",
    ),
    ...each("uris", isUri, "it must be an absolute URI in ASCII, with all other characters written as %XX"),
    ...(isAscii(email) ? [] : [{ property: "subject.emailAddress", reason: `subject.emailAddress ${found(email)}; it must be in ASCII` }]),
  ];
}

/**
 * An address as it stands in a certificate: IPv6 in hexadecimal only, and an IPv4 address within IPv6 as IPv4, as Go does; undefined if
 * it is none.
 */
function canonicalAddress(address: string): string | undefined {
  if (net.isIPv4(address)) return address;
  if (!net.isIPv6(address) || address.includes("%")) return undefined;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  return [high, low].flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff]).join(".");
}

function isUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(text) && !/%(?![0-9A-Fa-f]{2})/.test(text) && URL.canParse(text);
}

/** Text is a printable string if all its characters allow it, as in Go; an email address has a type of its own. */
function attributeValue(type: string, value: string): AttributeValue {
  if (type === EMAIL_ADDRESS) return new AttributeValue({ ia5String: value });
  return new AttributeValue(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? { printableString: value } : { utf8String: value });
}

/** DER wants the members of a set in the order of their encodings. */
function inOrder(members: readonly AttributeTypeAndValue[]): AttributeTypeAndValue[] {
  const encoded = (member: AttributeTypeAndValue): Buffer => Buffer.from(AsnConvert.serialize(member));
  return [...members].sort((a, b) => Buffer.compare(encoded(a), encoded(b)));
}

function subjectOf({ subject }: JsonObject): { readonly [property: string]: Json | undefined } {
  return typeof subject === "object" && subject !== null && !Array.isArray(subject) ? subject : {};
}

function listOf(inputs: JsonObject, property: string): readonly string[] {
  const value = inputs[property];
  return Array.isArray(value) ? value.map(textOf) : [];
}

const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;
