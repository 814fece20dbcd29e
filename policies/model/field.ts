import { isQuantity } from "../../capacity/quantity";
import type { ResourceNames } from "./resource-names";

/** Stands for a value that is not known before `up` runs. It is a symbol, so that no text can be made of it by mistake. */
export const UNKNOWN: unique symbol = Symbol("not known in this preview");

/** Thrown where a rule needs what is not known: a value before `up` runs, or the size of a disk that the site file does not list. */
export class Undetermined extends Error {
  constructor(
    readonly path: string,
    reason = "is not known before up runs",
  ) {
    super(`${path} ${reason}`);
  }
}

/** Thrown where a rule reads a value whose type is not the one that Kubernetes has there. The value itself is not kept: it may be a secret. */
export class Malformed extends Error {
  constructor(
    readonly path: string,
    readonly found: string,
    readonly allowed: string,
  ) {
    super(`${path} is ${found}; allowed: ${allowed}`);
  }
}

/**
 * A value somewhere inside an object, together with its path. Reading never guesses: a value that is absent or null is undefined, one that is not known yet
 * throws {@link Undetermined}, and one of the wrong type throws {@link Malformed}.
 */
export class Field {
  constructor(
    private readonly value: unknown,
    readonly path: string = "",
  ) {}

  /** The field at these steps below this one; absent where one of the steps is absent. */
  at(...steps: readonly string[]): Field {
    return steps.reduce<Field>((field, step) => {
      const below = field.object();
      return new Field(below !== undefined && Object.hasOwn(below, step) ? below[step] : undefined, join(field.path, step));
    }, this);
  }

  /** True if there is a value, even one that is not known yet. */
  get given(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A text, such as a name. */
  text(): string | undefined {
    return this.read("text", (value): value is string => typeof value === "string");
  }

  /** True or false. */
  boolean(): boolean | undefined {
    return this.read("true or false", (value): value is boolean => typeof value === "boolean");
  }

  /** A whole number. One that is too large to be counted with exactly is of the wrong type, as it is for the API server. */
  number(): number | undefined {
    return this.read("a whole number", (value): value is number => Number.isSafeInteger(value));
  }

  /** A count of pods or the like, which has 32 bits and a sign in Kubernetes, and is not negative. */
  count(): number | undefined {
    return this.read(
      "a whole number from 0 to 2147483647",
      (value): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
    );
  }

  /** A count, or a percentage as text. */
  share(): number | string | undefined {
    if (typeof this.value !== "string") return this.count();
    return this.read("a whole number, or a percentage such as 25%", (value): value is string => /^\d{1,9}%$/.test(String(value)));
  }

  /** A Kubernetes quantity: text such as `500m`, or a bare number. */
  quantity(): string | undefined {
    const value = this.read(
      "a Kubernetes quantity such as 500m or 1Gi",
      (found): found is string | number => (typeof found === "string" || typeof found === "number") && isQuantity(String(found)),
    );
    return value === undefined ? undefined : String(value);
  }

  /** The elements of a list; none if it is absent. */
  items(): readonly Field[] {
    const list = this.read("a list", (value): value is readonly unknown[] => Array.isArray(value)) ?? [];
    return list.map((element, index) => new Field(element, `${this.path}[${index}]`));
  }

  /** The fields of an object by name; none if it is absent. */
  entries(): readonly (readonly [name: string, field: Field])[] {
    return Object.entries(this.object() ?? {}).map(([name, value]) => [name, new Field(value, join(this.path, name))]);
  }

  /** Texts by name, such as labels. */
  texts(): Readonly<Record<string, string>> {
    return this.record((field) => field.text());
  }

  /**
   * Quantities by resource name.
   * @param names what the API server takes there; any other name is refused as a value of the wrong type is.
   */
  quantities(names?: ResourceNames): Readonly<Record<string, string>> {
    const strange = names && this.entries().find(([name]) => !names.has(name));
    if (strange) throw new Malformed(strange[1].path, "a resource that Kubernetes does not know", names.allowed);
    return this.record((field) => field.quantity());
  }

  /** The value as it is, with {@link UNKNOWN} in place of what is not known. */
  raw(): unknown {
    return this.value;
  }

  private record(read: (field: Field) => string | undefined): Readonly<Record<string, string>> {
    const pairs = this.entries().map(([name, field]) => [name, read(field)] as const);
    return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
  }

  private object(): Readonly<Record<string, unknown>> | undefined {
    return this.read(
      "an object",
      (value): value is Readonly<Record<string, unknown>> => typeof value === "object" && !Array.isArray(value),
    );
  }

  private read<T>(allowed: string, accepts: (value: unknown) => value is T): T | undefined {
    if (this.value === UNKNOWN) throw new Undetermined(this.path);
    if (this.value === undefined || this.value === null) return undefined;
    if (accepts(this.value)) return this.value;
    throw new Malformed(this.path, kindOf(this.value), allowed);
  }
}

function join(path: string, step: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `${path}["${step}"]`;
  return path === "" ? step : `${path}.${step}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
