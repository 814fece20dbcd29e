/** Tags of the Distinguished Encoding Rules (https://www.itu.int/rec/T-REC-X.690), as far as X.509 needs them. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A value with its tag and length. */
export function element(type: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([type]), lengthOf(body.length), body]);
}

/** A sequence of whole elements. */
export const sequence = (...items: readonly Uint8Array[]): Buffer => element(TAG.sequence, ...items);
/** Bytes as an octet string. */
export const octets = (content: Uint8Array): Buffer => element(TAG.octetString, content);
/** Text of any characters. */
export const utf8 = (text: string): Buffer => element(TAG.utf8String, Buffer.from(text, "utf8"));
/** The boolean true. */
export const TRUE = element(TAG.boolean, Buffer.from([0xff]));

/** A set, whose members DER wants in the order of their encodings. */
export function set(...items: readonly Uint8Array[]): Buffer {
  return element(TAG.set, ...[...items].sort((a, b) => Buffer.compare(a, b)));
}

/** `[number]` around whole elements (explicit or a constructed implicit value). */
export const constructed = (number: number, ...content: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...content);
/** `[number]` in place of a primitive element's own tag. */
export const primitive = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content);

/** A whole number of any size, not negative. */
export function integer(value: bigint | number): Buffer {
  const digits = BigInt(value).toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  // A leading one bit would make the number negative.
  return element(TAG.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** Bits that fill whole bytes. */
export const bits = (content: Uint8Array): Buffer => element(TAG.bitString, Buffer.from([0]), content);

/** A list of named bits: numbers of the bits that are set, counted from the most significant one; trailing zeros are left out. */
export function namedBits(numbers: readonly number[]): Buffer {
  const highest = Math.max(-1, ...numbers);
  const bytes = Buffer.alloc(Math.ceil((highest + 1) / 8));
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (0x80 >> (number & 7));
  return element(TAG.bitString, Buffer.from([highest < 0 ? 0 : 7 - (highest & 7)]), bytes);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return element(0x06, Buffer.from(bytes));
}

/** A moment, to the second: UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:T]/g, "");
  const short = date.getUTCFullYear() < 2050;
  return element(short ? TAG.utcTime : TAG.generalizedTime, Buffer.from(`${short ? digits.slice(2) : digits}Z`, "ascii"));
}

/** An element that was read. */
export interface Element {
  readonly type: number;
  readonly content: Buffer;
  /** With tag and length, as it stands in the input. */
  readonly whole: Buffer;
}

/**
 * The elements that follow each other in `bytes`; elements inside them are not read.
 * @throws {Error} for anything that is no DER.
 */
export function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const [length, headerLength] = readLength(bytes, at + 1);
    const end = at + headerLength + length;
    if (end > bytes.length) throw new Error(`not DER: an element ends behind the data (${end} of ${bytes.length} bytes)`);
    found.push({ type: bytes[at] ?? 0, content: bytes.subarray(at + headerLength, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

/** Length of the content, and of tag and length together. */
function readLength(bytes: Buffer, at: number): readonly [number, number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, 2];
  const count = first & 0x7f;
  if (count === 0 || count > 6 || at + count >= bytes.length) throw new Error("not DER: a length is missing or indefinite");
  return [bytes.readUIntBE(at + 1, count), 2 + count];
}
