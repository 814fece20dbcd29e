/** What a change does to people and their data, the mildest first. */
export const EFFECTS = ["none", "pods restart", "user sessions cut", "Dask connections cut", "data at risk"] as const;
/** One of {@link EFFECTS}. */
export type Effect = (typeof EFFECTS)[number];

/** What one change does, and whether it can be done. */
export interface Consequence {
  readonly effect: Effect;
  /** Why, for people: what happens to which pods, users, volumes or addresses. */
  readonly because: string;
  /** False if a later change of the site file does not bring back what was. */
  readonly reversible: boolean;
  /** Set if the change cannot be made: who refuses it, and the way out. */
  readonly refused?: string;
}

/** The consequence with the greater effect; a refusal stays whichever that is. */
export function worse(a: Consequence, b: Consequence): Consequence {
  const [first, second] = EFFECTS.indexOf(a.effect) >= EFFECTS.indexOf(b.effect) ? [a, b] : [b, a];
  const refused = first.refused ?? second.refused;
  const because = [...new Set([first.because, second.because].filter((text) => text !== ""))].join("; ");
  return { effect: first.effect, because, reversible: first.reversible && second.reversible, ...(refused !== undefined && { refused }) };
}

/** True for what people notice, and for what they have to know of because it cannot be made. */
export function isNoticed({ effect, refused }: Pick<Consequence, "effect" | "refused">): boolean {
  return effect !== "none" || refused !== undefined;
}

/** For sorting: what cannot be made before all others, then the greatest effect. */
export function gravity({ effect, refused }: Pick<Consequence, "effect" | "refused">): number {
  return EFFECTS.indexOf(effect) + (refused === undefined ? 0 : EFFECTS.length);
}

/** What a change does that nobody notices. */
export const UNNOTICED: Consequence = { effect: "none", because: "", reversible: true };
