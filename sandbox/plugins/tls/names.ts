import * as net from "node:net";
import { textOf, type JsonObject } from "../properties";
import { element, elements, octets, oid, primitive, sequence, set, TAG, TRUE, utf8 } from "./der";

/** Attributes of a subject, in the order in which Go's crypto/x509 (and so the official provider) writes them. */
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
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

/** A distinguished name from a `subject` argument. */
export function distinguishedName(subject: JsonObject): Buffer {
  const parts = ATTRIBUTES.flatMap(([property, type]) => {
    const value = subject[property];
    const values = Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value];
    if (values.length === 0) return [];
    return [set(...values.map((item) => sequence(oid(type), attributeValue(property, textOf(item)))))];
  });
  return sequence(...parts);
}

/** The extension with all names of a certificate; none if it has no names. */
export function alternativeNames(inputs: JsonObject): readonly Buffer[] {
  const list = (key: string): readonly string[] => (Array.isArray(inputs[key]) ? inputs[key].map(textOf) : []);
  const names = [
    ...list("dnsNames").map((name) => primitive(2, Buffer.from(name, "ascii"))),
    ...list("ipAddresses").map((address) => primitive(7, addressBytes(address))),
    ...list("uris").map((uri) => primitive(6, Buffer.from(uri, "ascii"))),
  ];
  return names.length === 0 ? [] : [extension("2.5.29.17", sequence(...names), false)];
}

/** An X.509 extension. */
export function extension(type: string, value: Buffer, critical: boolean): Buffer {
  return sequence(oid(type), ...(critical ? [TRUE] : []), octets(value));
}

/** Value of one extension in the content of an `Extensions` sequence. */
export function findExtension(extensions: Buffer, type: string): Buffer | undefined {
  const wanted = oid(type);
  for (const { content } of elements(extensions)) {
    const parts = elements(content);
    if (parts[0]?.whole.equals(wanted) === true) return parts.at(-1)?.content;
  }
  return undefined;
}

/**
 * The four or sixteen bytes of an IP address.
 * @throws {Error} for anything else.
 */
export function addressBytes(address: string): Buffer {
  if (net.isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  if (!net.isIPv6(address)) throw new Error(`${JSON.stringify(address)} is no IP address`);
  const [head = "", tail] = withoutDots(address).split("::");
  const words = (part: string | undefined): number[] =>
    part === undefined || part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const [before, after] = [words(head), words(tail)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

/** `::ffff:10.0.0.1` with its last four bytes as two words. */
function withoutDots(address: string): string {
  return address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a: string, b: string, c: string, d: string) =>
      `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`,
  );
}

function attributeValue(property: string, value: string): Buffer {
  if (property === "emailAddress") return element(TAG.ia5String, Buffer.from(value, "ascii"));
  // Text is a printable string if all its characters allow it, as in Go; a country is always one.
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? element(TAG.printableString, Buffer.from(value, "ascii")) : utf8(value);
}
