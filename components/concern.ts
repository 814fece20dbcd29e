import type { z } from "zod";
import type { Capability, Need } from "./contract";
import type { DeclaredSecret } from "./secret";

/** One concern of a site. Every function here reads the concern's own settings alone: the rest of the site is not known yet. */
export interface Concern<Schema extends z.ZodType = z.ZodType> {
  /** Schema of the concern's part of the site file. */
  readonly settings: Schema;
  /** What it asks of the rest of the site. */
  readonly needs?: (settings: z.output<Schema>) => readonly Need[];
  /** What it gives to the rest of the site. */
  readonly offers?: (settings: z.output<Schema>) => readonly Capability[];
  /** Secrets that an operator has to give. */
  readonly secrets?: (settings: z.output<Schema>) => readonly DeclaredSecret[];
}

/** Makes a concern; the schema's type carries over to the functions that read its settings. */
export function concern<Schema extends z.ZodType>(settings: Schema, told: Omit<Concern<Schema>, "settings"> = {}): Concern<Schema> {
  return { settings, ...told };
}
