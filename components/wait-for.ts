/** Annotation that tells Pulumi's kubernetes provider when an object is ready (https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/metadata/overrides.go). */
export const WAIT_FOR = "pulumi.com/waitFor";

/** What an operator reports about an object once the object can be used. */
export type Report =
  /** A condition in `status.conditions` whose status is True. */
  | { readonly condition: string }
  /** A field of the status with that value. */
  | { readonly field: `status.${string}`; readonly is: string };

/**
 * How the two forms are spelled. The provider reads more, but not everything that looks right: a `=` in a value, a path without braces or a
 * list of several texts is read as something else or not at all. So this program writes only what these two forms allow.
 */
const CONDITION = /^condition=([A-Z][A-Za-z0-9]*)$/;
const FIELD = /^jsonpath=\{\.(status(?:\.[A-Za-z_][A-Za-z0-9_]*)+)\}=([A-Za-z0-9_-]+)$/;

/**
 * The annotation with which Pulumi waits for a report.
 * @throws {Error} if the provider could not read it as meant.
 */
export function waitFor(report: Report): Readonly<Record<typeof WAIT_FOR, string>> {
  const text = "condition" in report ? `condition=${report.condition}` : `jsonpath={.${report.field}}=${report.is}`;
  reportOf(text);
  return { [WAIT_FOR]: text };
}

/**
 * The report that the text of an annotation waits for.
 * @throws {Error} if {@link waitFor} would not have written the text. The provider applies an object before it reads this annotation, and
 * returns no state if it cannot read it: the object would then exist in the cluster, and the stack would not know of it (`Creation` in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/await/await.go).
 */
export function reportOf(text: string): Report {
  const [, condition] = CONDITION.exec(text) ?? [];
  if (condition !== undefined) return { condition };
  const [, field, is] = FIELD.exec(text) ?? [];
  if (field !== undefined && is !== undefined) return { field: field as `status.${string}`, is };
  throw new Error(
    `${WAIT_FOR}: found ${JSON.stringify(text)}; allowed: condition=Type with the type of a condition, or jsonpath={.status.field}=value; ` +
      "write the annotation with waitFor() of components/wait-for.ts, because the provider loses sight of an object whose annotation it cannot read",
  );
}
