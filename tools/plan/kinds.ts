/** A kind of custom resource that the facility uses. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Kinds, each once, in alphabetical order. */
export function unitedKinds(kinds: readonly CustomKind[]): readonly CustomKind[] {
  const byName = new Map(kinds.map((each) => [`${each.group}/${each.version}/${each.kind}`, each]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}
