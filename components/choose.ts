/** One function for each kind of a union; each gets the union's branch of its kind. */
type Cases<Union extends { readonly kind: string }> = {
  readonly [Kind in Union["kind"]]: (value: Extract<Union, { readonly kind: Kind }>) => unknown;
};

/**
 * Picks the case of a union's kind, calls it with the value and returns what it returns. A kind without a case does not compile, so the
 * compiler lists every place that has to decide about a new kind of a setting.
 */
export function choose<Union extends { readonly kind: string }, Chosen extends Cases<Union>>(
  value: Union,
  cases: Chosen,
): ReturnType<Chosen[Union["kind"]]> {
  // The compiler cannot see that the kind which picks the case is the value's own.
  const chosen = cases[value.kind as Union["kind"]] as (value: unknown) => unknown;
  return chosen(value) as ReturnType<Chosen[Union["kind"]]>;
}
