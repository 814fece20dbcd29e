import type { DeclaredSecret } from "../../components/secret";
import { CONCERN_NAMES, CONCERNS, type Site } from "./schema";

/** All secrets that a site needs; each concern declares its own from its settings. */
export function declaredSecrets(site: Site): readonly DeclaredSecret[] {
  return CONCERN_NAMES.flatMap((name) => CONCERNS[name].secrets?.(site[name] as never) ?? []);
}

/** Command that sets a secret. Pulumi then asks for the value, so that the shell's history does not contain it. */
export function commandFor({ name }: Pick<DeclaredSecret, "name">, stack: string): string {
  return `pulumi config set --stack ${stack} --secret --path af:secrets.${name}`;
}

/** Command that removes a secret. */
export function removalOf(name: string, stack: string): string {
  return `pulumi config rm --stack ${stack} --path af:secrets.${name}`;
}
