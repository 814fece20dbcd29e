import * as pulumi from "@pulumi/pulumi";
import { refusal } from "./refusal";
import { stackSettings } from "./site/configuration";
import { SiteError } from "./site/problems";
import { assertStack } from "./site/read";
import { commandFor, declaredSecrets, removalOf } from "./site/secrets";
import { parseSite } from "./site/parse";
import { SECRETS_KEY, type Site } from "./site/schema";

/**
 * Gives the value of a declared secret by its name.
 * @throws {Error} if the site does not declare that secret, which is a defect of the program.
 */
export type Secrets = (name: string) => pulumi.Output<string>;

/**
 * Reads the site that the engine hands to the program.
 * @throws {pulumi.RunError} with all problems of the site file, without a stack trace: the operator mends the file, not the program.
 */
export function loadSite(): { readonly site: Site; readonly secrets: Secrets } {
  const stack = pulumi.getStack();
  const source = `Pulumi.${stack}.yaml`;
  try {
    const site = parseSite(stackSettings(), source);
    assertStack(site, stack, source);
    return { site, secrets: loadSecrets(site, stack, source) };
  } catch (error) {
    throw error instanceof SiteError ? refusal(error.message) : error;
  }
}

function loadSecrets(site: Site, stack: string, source: string): Secrets {
  const config = new pulumi.Config();
  // This reads only the names. The values below stay secret Outputs.
  const given = Object.keys(config.getObject<Record<string, unknown>>(SECRETS_KEY) ?? {});
  const declared = declaredSecrets(site);
  const missing = declared.filter(({ name }) => !given.includes(name));
  const unknown = given.filter((name) => !declared.some((secret) => secret.name === name));
  const problems = [
    ...missing.map((secret) => ({
      path: `af:${SECRETS_KEY}.${secret.name}`,
      message: `missing (${secret.purpose}); set it: ${commandFor(secret, stack)}`,
    })),
    ...unknown.map((name) => ({
      path: `af:${SECRETS_KEY}.${name}`,
      message: `no service of this site reads it; remove it: ${removalOf(name, stack)}`,
    })),
  ];
  if (problems.length > 0) throw new SiteError(source, problems);
  const all =
    declared.length > 0 ? config.requireSecretObject<Record<string, string>>(SECRETS_KEY) : pulumi.secret<Record<string, string>>({});
  return (name) => {
    if (!declared.some((secret) => secret.name === name))
      throw new Error(`secret ${name} is used but not declared in stacks/site/secrets.ts`);
    return all.apply((values) => values[name] ?? "");
  };
}
