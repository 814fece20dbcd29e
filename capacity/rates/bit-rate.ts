import { ceiling, compare, decimal, dividedBy, floor, times, whole, type Ratio } from "./ratio";

/**
 * Bits in a second of each unit. Ports of networks are sold in bits (`25Gb/s`), disks in bytes (`200MB/s`), and fio, which measures disks, prints binary units
 * (https://fio.readthedocs.io/en/latest/fio_doc.html#unit-base). A prefix of one letter counts in thousands
 * (https://www.bipm.org/en/measurement-units/si-prefixes).
 */
const UNITS: Readonly<Record<string, bigint>> = {
  ...{ "b/s": 1n, "kb/s": 10n ** 3n, "Mb/s": 10n ** 6n, "Gb/s": 10n ** 9n, "Tb/s": 10n ** 12n },
  ...{ "B/s": 8n, "kB/s": 8n * 10n ** 3n, "MB/s": 8n * 10n ** 6n, "GB/s": 8n * 10n ** 9n, "TB/s": 8n * 10n ** 12n },
  ...{ "KiB/s": 8n << 10n, "MiB/s": 8n << 20n, "GiB/s": 8n << 30n, "TiB/s": 8n << 40n },
};

/** Prefixes with which rates are written for people: each is a thousand of the one before. */
const PREFIXES = ["k", "M", "G", "T"];

/** Digits of a rate for people. */
const DIGITS = 3;

/** True for a number with a unit that tells bits from bytes: `25Gb/s`, `12.5MB/s`, `900MiB/s`. */
export function isBitRate(text: string): boolean {
  return parts(text) !== undefined;
}

/**
 * A rate in bits per second, exactly.
 * @throws {RangeError} if the text has no unit that tells bits from bytes; the message names both.
 */
export function bitRate(text: string): Ratio {
  const found = parts(text);
  if (found === undefined) throw new RangeError(`found "${text}"; ${bitRateProblem(text)}`);
  return times(decimal(found.amount), whole(found.unit));
}

/** What is allowed in place of a text that is no rate: the same number in bits and in bytes, so that whoever wrote it picks what was meant. */
export function bitRateProblem(text: string): string {
  const [, given = "", prefix = "G"] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])?/i.exec(text) ?? [];
  // A number that no rate has is no example.
  const amount = given.length <= 12 && Number(given) > 0 ? given : "25";
  const scale = prefix.toLowerCase() === "k" ? "k" : prefix.toUpperCase();
  return `allowed: ${amount}${scale}b/s (bits a second, as ports of networks are sold) or ${amount}${scale}B/s (bytes a second, as disks are; 8 times as much)`;
}

/**
 * A rate for people in bits, as ports are sold: `1.41Gb/s`. It has three digits.
 * @param rounding down, which is for what something carries, unless given; up for what is asked for: so no text is kinder than its number.
 */
export function rateText(rate: Ratio, rounding?: "up" | "down"): string {
  const round = rounding === "up" ? ceiling : floor;
  let [prefix, unit] = ["", 1n];
  for (const next of PREFIXES) {
    if (compare(rate, whole(unit * 1000n)) < 0) break;
    [prefix, unit] = [next, unit * 1000n];
  }
  const inUnit = dividedBy(rate, whole(unit));
  const decimals = Math.max(0, DIGITS - String(floor(inUnit)).length);
  const digits = String(round(times(inUnit, whole(10n ** BigInt(decimals))))).padStart(decimals + 1, "0");
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${digits.slice(0, digits.length - decimals)}${fraction === "" ? "" : `.${fraction}`}${prefix}b/s`;
}

function parts(text: string): { readonly amount: string; readonly unit: bigint } | undefined {
  const [, amount = "", name = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]+\/s)$/.exec(text) ?? [];
  const unit = UNITS[name];
  return unit === undefined ? undefined : { amount, unit };
}
