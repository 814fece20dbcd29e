import { commandFor, declaredSecrets, removalOf } from "./secrets";
import type { Problem } from "./problems";
import { SECRETS_KEY, type Site } from "./schema";

/** What Pulumi's secrets providers write: a version, a nonce and the ciphertext, or one ciphertext of a key service, all base64. */
const CIPHERTEXT = /^(v1:[A-Za-z0-9+/]+=*:)?[A-Za-z0-9+/]{16,}=*$/;

/**
 * What is wrong with the secrets of a stack file, as far as that shows without its key: names that nobody reads, and values that are not
 * encrypted. Secrets that are missing are no problem of the file: they are given stack by stack. Never shows a value.
 */
export function secretShapeProblems(site: Site, configuration: Readonly<Record<string, unknown>>): readonly Problem[] {
  const given = configuration[SECRETS_KEY];
  const path = `af:${SECRETS_KEY}`;
  if (given === undefined) return [];
  if (!isMap(given)) return [{ path, message: "allowed: encrypted values by name, as `pulumi config set --secret --path` writes them" }];
  const declared = declaredSecrets(site).map(({ name }) => name);
  const stack = site.site.name;
  return Object.entries(given).flatMap(([name, value]) => {
    if (!declared.includes(name))
      return [
        {
          path: `${path}.${name}`,
          message: `no service of this site reads it; allowed: ${declared.join(", ")}; remove it: ${removalOf(name, stack)}`,
        },
      ];
    if (!isMap(value) || Object.keys(value).join() !== "secure")
      return [
        {
          path: `${path}.${name}`,
          message: `not encrypted; take it out of the file and its history, change it, and set it: ${commandFor({ name }, stack)}`,
        },
      ];
    if (typeof value["secure"] !== "string" || !CIPHERTEXT.test(value["secure"]))
      return [{ path: `${path}.${name}.secure`, message: `not a ciphertext of Pulumi; set it anew: ${commandFor({ name }, stack)}` }];
    return [];
  });
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
