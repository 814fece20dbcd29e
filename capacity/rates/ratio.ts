import { dividedUp, larger } from "../quantity";

/** An exact amount of at least 0, as a fraction: rates and shares are divided by each other, and the smallest of them must be the smallest to the last digit. */
export interface Ratio {
  readonly over: bigint;
  readonly under: bigint;
}

/** Nothing. */
export const ZERO: Ratio = { over: 0n, under: 1n };
/** The whole. */
export const ONE: Ratio = { over: 1n, under: 1n };

/** A whole number as a ratio. */
export function whole(count: bigint): Ratio {
  return { over: count, under: 1n };
}

/**
 * A decimal number as it is written: 0.9 is nine tenths, not the nearest floating-point number.
 * @throws {RangeError} if the text is no decimal number of at least 0.
 */
export function decimal(text: string | number): Ratio {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(text));
  if (!match) throw new RangeError(`"${text}" is not a decimal number of at least 0`);
  const [, digits = "0", decimals = ""] = match;
  return { over: BigInt(digits + decimals), under: 10n ** BigInt(decimals.length) };
}

/** The sum. */
export function plus(a: Ratio, b: Ratio): Ratio {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

/** The product. */
export function times(a: Ratio, b: Ratio): Ratio {
  return { over: a.over * b.over, under: a.under * b.under };
}

/**
 * The quotient.
 * @throws {RangeError} if the divisor is 0.
 */
export function dividedBy(a: Ratio, b: Ratio): Ratio {
  if (b.over === 0n) throw new RangeError("nothing can be divided by 0");
  return { over: a.over * b.under, under: a.under * b.over };
}

/** What is left of the whole: a tenth for nine tenths, 0 for the whole and more. */
export function restOf(share: Ratio): Ratio {
  return { over: larger(share.under - share.over, 0n), under: share.under };
}

/** Below 0 if the first is smaller, 0 if both are equal, above 0 if it is larger. */
export function compare(a: Ratio, b: Ratio): number {
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The smallest; undefined of none. */
export function smallest(ratios: readonly Ratio[]): Ratio | undefined {
  return ratios.reduce<Ratio | undefined>((least, each) => (least === undefined || compare(each, least) < 0 ? each : least), undefined);
}

/** The whole part. */
export function floor({ over, under }: Ratio): bigint {
  return over / under;
}

/** The smallest whole number that is not below. */
export function ceiling({ over, under }: Ratio): bigint {
  return dividedUp(over, under);
}
