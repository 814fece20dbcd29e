/** One function a kind; each gets its own branch of the union. */
type Cases<Union extends { readonly kind: string }> = {
  readonly [Kind in Union["kind"]]: (value: Extract<Union, { readonly kind: Kind }>) => unknown;
};

/**
 * What the case of a union's kind makes of it. A kind without a case does not compile, so a new kind of a setting names every place that has
 * to decide about it.
 */
export function choose<Union extends { readonly kind: string }, Chosen extends Cases<Union>>(
  value: Union,
  cases: Chosen,
): ReturnType<Chosen[Union["kind"]]> {
  // The compiler cannot see that the kind which picks the case is the value's own.
  const chosen = cases[value.kind as Union["kind"]] as (value: unknown) => unknown;
  return chosen(value) as ReturnType<Chosen[Union["kind"]]>;
}
