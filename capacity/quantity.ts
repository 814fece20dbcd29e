/**
 * Kubernetes quantities as exact whole numbers, without floating point. Grammar and rounding are those of `resource.Quantity`: a decimal number with a
 * suffix, rounded up to the unit that is asked for.
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
 */

const POWERS: Readonly<Record<string, readonly [base: bigint, exponent: number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

/** Suffixes of whole amounts, each 1024 times the one before. */
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/** Suffixes of decimal amounts from a billionth on, each 1000 times the one before. */
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/**
 * A longer number, or one with a longer exponent, counts as none: Kubernetes cuts it to 19 digits, and to work with it exactly takes all memory there is. We
 * chose how long.
 */
const PATTERN = /^([+-]?)(\d{1,200})(?:\.(\d{1,200}))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,3}))?$/;

/** A fraction, so that no step of the arithmetic rounds. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** True for what Kubernetes accepts as a quantity, e.g. `500m`, `96Gi`, `1.5`, `1e3`. */
export function isQuantity(text: string): boolean {
  return PATTERN.test(text);
}

/**
 * CPU in millicores, rounded up.
 * @throws {RangeError} if `text` is not a quantity.
 */
export function millicores(text: string | number): bigint {
  return ceiling(fraction(String(text)), 1000n);
}

/**
 * Bytes (or a count such as pods), rounded up.
 * @throws {RangeError} if `text` is not a quantity.
 */
export function bytes(text: string | number): bigint {
  return ceiling(fraction(String(text)), 1n);
}

/**
 * An amount of at least 0 times a factor. The factor counts as it is written: 1.1 is eleven tenths, not the nearest floating-point number.
 * @param rounding to a whole amount: up for what is needed, down for what is there.
 * @throws {RangeError} if the factor is not a finite number.
 */
export function multiplied(amount: bigint, factor: number, rounding: "up" | "down"): bigint {
  const { numerator, denominator } = fraction(String(factor));
  const product = { numerator: amount * numerator, denominator };
  return rounding === "up" ? ceiling(product, 1n) : product.numerator / denominator;
}

/** Bytes for people: the largest binary unit that leaves at least one, with at most one decimal. */
export function formatBytes(value: bigint): string {
  let unit = 0;
  let scale = 1n;
  while (unit < BINARY.length - 1 && value >= scale * 1024n) {
    scale *= 1024n;
    unit += 1;
  }
  const tenths = (value * 10n + scale / 2n) / scale;
  const text = tenths % 10n === 0n ? `${tenths / 10n}` : `${tenths / 10n}.${tenths % 10n}`;
  return `${text}${BINARY[unit] ?? ""}`;
}

/** Millicores for people: `1.5` for 1500, `250m` below one core. */
export function formatCpu(value: bigint): string {
  if (value !== 0n && value < 1000n) return `${value}m`;
  const whole = value / 1000n;
  const rest = value % 1000n;
  return rest === 0n ? `${whole}` : `${whole}.${String(rest).padStart(3, "0").replace(/0+$/, "")}`;
}

/**
 * A quantity as the API server writes it back: `70Gi` for `71680Mi`, `5` for `5000m`, `500m` for 0.5. The amount is the same, rounded up to a billionth.
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go (CanonicalizeBytes)
 * @throws {RangeError} if `text` is not a quantity.
 */
export function canonicalQuantity(text: string | number): string {
  const written = String(text);
  const billionths = ceiling(fraction(written), 10n ** 9n);
  if (billionths === 0n) return "0";
  const whole = billionths / 10n ** 9n;
  // Below 1024, and where a binary suffix would lose a fraction, the API server changes to decimal suffixes.
  if (written.endsWith("i") && whole * 10n ** 9n === billionths && (whole >= 1024n || whole <= -1024n)) {
    const [rest, steps] = withoutZeros(whole, 1024n, BINARY.length - 1);
    return `${rest}${BINARY[steps] ?? ""}`;
  }
  const [digits, zeros] = withoutZeros(billionths, 10n, Number.MAX_SAFE_INTEGER);
  const exponent = zeros - 9;
  const excess = ((exponent % 3) + 3) % 3;
  const mantissa = `${digits}${"0".repeat(excess)}`;
  const power = exponent - excess;
  if (/[eE][+-]?\d/.test(written)) return power === 0 ? mantissa : `${mantissa}e${power}`;
  const suffix = DECIMAL[power / 3 + 3];
  return suffix === undefined ? `${mantissa}${"0".repeat(power - 18)}E` : `${mantissa}${suffix}`;
}

/** An amount as Kubernetes writes it: millicores for `cpu`, whole mebibytes, rounded up, for everything else. */
export function quantityOf(resource: string, amount: bigint): string {
  return resource === "cpu" ? `${amount}m` : `${dividedUp(amount, 2n ** 20n)}Mi`;
}

/** Divides by the base as often as nothing is left over, and at most so many times. */
function withoutZeros(amount: bigint, base: bigint, most: number): readonly [rest: bigint, times: number] {
  let [rest, times] = [amount, 0];
  while (times < most && rest % base === 0n) [rest, times] = [rest / base, times + 1];
  return [rest, times];
}

function fraction(text: string): Fraction {
  const match = PATTERN.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a Kubernetes quantity; write a number with an optional suffix, e.g. 500m, 2, 96Gi`);
  const [, sign, whole = "0", decimals = "", suffix = "", exponent] = match;
  const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${decimals}`);
  const [base, power] = exponent === undefined ? (POWERS[suffix] ?? [10n, 0]) : [10n, Number(exponent)];
  const scale = (exponents: number) => base ** BigInt(Math.max(exponents, 0));
  return { numerator: digits * scale(power), denominator: 10n ** BigInt(decimals.length) * scale(-power) };
}

function ceiling({ numerator, denominator }: Fraction, scale: bigint): bigint {
  return dividedUp(numerator * scale, denominator);
}

/** An amount divided by a number above 0, rounded up. */
export function dividedUp(amount: bigint, by: bigint): bigint {
  // Division cuts off, so the rest has the sign of the amount.
  return amount / by + (amount % by > 0n ? 1n : 0n);
}

/** The larger of two amounts. */
export function larger(a: bigint, b: bigint): bigint {
  // Stryker disable next-line EqualityOperator: of two equal amounts either is the larger one.
  return a > b ? a : b;
}

/** The smaller of two amounts. */
export function smaller(a: bigint, b: bigint): bigint {
  // Stryker disable next-line EqualityOperator: of two equal amounts either is the smaller one.
  return a < b ? a : b;
}
