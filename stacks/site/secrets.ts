import type { DeclaredSecret } from "../../components/secret";
import { CONCERN_NAMES, CONCERNS, type Site } from "./schema";

/** The secrets that a site needs: each concern declares its own, by its plain settings alone. */
export function declaredSecrets(site: Site): readonly DeclaredSecret[] {
  return CONCERN_NAMES.flatMap((name) => CONCERNS[name].secrets?.(site[name] as never) ?? []);
}

/** The command that gives a missing secret; Pulumi then asks for the value, so that it stays out of the shell's history. */
export function commandFor({ name }: Pick<DeclaredSecret, "name">, stack: string): string {
  return `pulumi config set --stack ${stack} --secret --path af:secrets.${name}`;
}

/** The command that takes a secret away that nobody reads. */
export function removalOf(name: string, stack: string): string {
  return `pulumi config rm --stack ${stack} --path af:secrets.${name}`;
}
