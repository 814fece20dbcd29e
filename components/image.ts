/**
 * Splits the reference of an image for charts that ask for its name and its tag apart. Such a chart writes `<name>:<tag>`, so a digest is
 * split at its colon: the name ends in `@sha256` and the tag is the digest.
 * @param reference an image with a tag or a digest, as `image` in fields.ts admits it.
 */
export function splitImage(reference: string): { readonly name: string; readonly tag: string } {
  const at = reference.indexOf("@");
  if (at >= 0) return { name: reference.slice(0, at) + "@sha256", tag: reference.slice(at + "@sha256:".length) };
  const colon = reference.lastIndexOf(":");
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/*
 * What makes a reference exact, as patterns that JavaScript and RE2 read alike: the rule of the packs and the cluster's own admission use them. A tag has no slash, so
 * the colon of a registry's port begins none.
 */

/** A digest at the end of an image reference. */
export const DIGEST = "@sha256:[a-f0-9]{64}$";
/** A tag at the end of an image reference. */
export const TAG = ":\\w[\\w.-]*$";
/** A tag with a digit: one without names no version. */
export const NUMBERED_TAG = ":[\\w.-]*\\d[\\w.-]*$";
/** Words in a tag, in letters of either case, that say that the next build gets it too. */
export const MOVING_TAG = "[:_.-](latest|develop|dev|main|master|trunk|nightly|edge|unstable|snapshot|canary)$";
