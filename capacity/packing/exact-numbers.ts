import { formatBytes, formatCpu, larger } from "../quantity";

/** Amounts that are too large for their sum to be exact: of all pods of a workload with billions of replicas. */
export class AmountsTooLarge extends RangeError {
  /**
   * @param resource `memory` or the like.
   * @param largest whose amount is the largest, and the amount.
   */
  constructor(
    readonly resource: string,
    readonly largest: string,
  ) {
    super(
      `${resource} of all hosts and pods together is too much to be added exactly: ${largest} alone; correct that amount, or the number of pods`,
    );
  }
}

/** An amount with whose it is, for people. */
export interface NamedAmount {
  readonly amount: bigint;
  /** Called only for what is told. */
  readonly whose: () => string;
}

/** Amounts as whole multiples of `unit`. */
export interface ScaledAmounts {
  readonly unit: bigint;
  readonly amounts: readonly number[];
}

/**
 * The same amounts as safe integers, exactly: all are divided by their greatest common divisor, so that memory becomes a count of MiB or the like. No sum that
 * the packer makes is larger than the sum of all of them, which therefore has to be a safe integer.
 * @throws {AmountsTooLarge} if it is not; for bytes without a common divisor that takes 8 PiB.
 */
export function scaledDown(resource: string, named: readonly NamedAmount[]): ScaledAmounts {
  const amounts = named.map(({ amount }) => amount);
  const divisor = amounts.reduce(greatestCommonDivisor, 0n) || 1n;
  const total = amounts.reduce((sum, amount) => sum + magnitude(amount), 0n) / divisor;
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
    const largest = named.reduce((a, b) => (magnitude(b.amount) > magnitude(a.amount) ? b : a));
    throw new AmountsTooLarge(resource, `${largest.whose()} ${amountText(resource, largest.amount)}`);
  }
  return { unit: divisor, amounts: amounts.map((amount) => Number(amount / divisor)) };
}

/** How many whole times `part` goes into `whole`. Both are safe integers of at least 0, and no quotient is rounded on the way. */
export function wholeTimes(whole: number, part: number): number {
  return (whole - (whole % part)) / part;
}

/** The sum of numbers; exact as long as it is a safe integer. */
export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [one, rest] = [magnitude(a), magnitude(b)];
  while (rest !== 0n) [one, rest] = [rest, one % rest];
  return one;
}

function amountText(resource: string, amount: bigint): string {
  if (resource === "cpu") return `${formatCpu(amount)} CPU`;
  return /memory|storage/.test(resource) ? formatBytes(amount) : String(amount);
}

function magnitude(amount: bigint): bigint {
  return larger(amount, -amount);
}
