/** An image as charts want it that ask for name and tag apart. */
export function splitImage(reference: string): { readonly name: string; readonly tag: string } {
  const at = reference.indexOf("@");
  if (at >= 0) return { name: reference.slice(0, at) + "@sha256", tag: reference.slice(at + "@sha256:".length) };
  const colon = reference.lastIndexOf(":");
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
