/**
 * What a text contains that holds a secret: the secret itself, as JSON or a URL writes it, or as base64 that may begin before it and end after
 * it, such as that of `user:password`. Base64 in lines is found in a text whose line breaks are taken out. Of a secret of several lines, such as a key
 * in PEM, the longest is enough, because YAML indents each.
 */
export function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => insideBase64(secret, before));
  const [longest = secret] = secret.split("\n").sort((a, b) => b.length - a.length);
  return [
    ...new Set([
      secret,
      longest,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      ...base64,
      ...base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
    ]),
  ];
}

/** The characters of base64 that depend on the secret alone, if so many bytes of a group of three stand before it. A character holds 6 bits. */
function insideBase64(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  return bytes.toString("base64").slice(Math.ceil((8 * before) / 6), Math.floor((8 * bytes.length) / 6));
}
