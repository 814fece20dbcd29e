import type { z } from "zod";
import type { Capability, Need } from "./contract";
import type { DeclaredSecret } from "./secret";

/** What a concern tells from its own settings alone, before anything of the rest of the site is known. */
export interface Concern<Schema extends z.ZodType = z.ZodType> {
  /** Its part of the site file. */
  readonly settings: Schema;
  /** What it asks of the rest of the site. */
  readonly needs?: (settings: z.output<Schema>) => readonly Need[];
  /** What it gives to the rest of the site. */
  readonly offers?: (settings: z.output<Schema>) => readonly Capability[];
  /** What an operator has to give, and nobody may read. */
  readonly secrets?: (settings: z.output<Schema>) => readonly DeclaredSecret[];
}

/** A concern for the list of all. */
export function concern<Schema extends z.ZodType>(settings: Schema, told: Omit<Concern<Schema>, "settings"> = {}): Concern<Schema> {
  return { settings, ...told };
}
