import { commandFor, declaredSecrets, removalOf } from "./secrets";
import type { Problem } from "./problems";
import { SECRETS_KEY, type Site } from "./schema";

/**
 * The form in which Pulumi's secrets providers write a ciphertext: version, nonce and ciphertext, or one ciphertext of a key service, in
 * base64. We ask for 16 characters at least; even the ciphertext of an empty text is longer.
 */
const CIPHERTEXT = /^(v1:[A-Za-z0-9+/]+=*:)?[A-Za-z0-9+/]{16,}=*$/;

/**
 * Problems of the secrets in a stack file that show without its key: names that no service reads, and values that are not encrypted. A
 * missing secret is no problem here, because an operator gives secrets for each stack. No message contains a value.
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
