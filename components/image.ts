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
