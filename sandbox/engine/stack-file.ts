import { createHmac, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { DeclaredSecret } from "../../components/secret";
import { projectFolder } from "../../stacks/site/project";
import { unambiguousYaml } from "../../stacks/site/unambiguous-yaml";
import { type SiteFolder, writeWhole } from "../folders";

type Configuration = Readonly<Record<string, unknown>>;

interface EngineStackFile {
  readonly encryptionsalt?: string;
  readonly config?: Configuration;
  readonly [field: string]: unknown;
}

/** Name of the project, which is also the prefix of its configuration keys. */
export function projectName(): string {
  return (parse(fs.readFileSync(path.join(projectFolder(), "Pulumi.yaml"), "utf8")) as { name: string }).name;
}

/**
 * The site file as the engine gets it: the tracked file without its encrypted values, which nobody here could decrypt, and with the secrets
 * and the salt that an earlier run has written into the copy, so that a second run sees no change. Its charts come from the sandbox's
 * repository, as from any mirror that a site names.
 * @param tracked text of the site file.
 * @param copy text of the copy that an earlier run has left.
 * @param charts URL of the sandbox's chart repository.
 */
export function copyOf(tracked: string, copy: string | undefined, project: string, charts: string): EngineStackFile {
  const { encryptionsalt, secretsprovider, encryptedkey, config = {}, ...rest } = parse(tracked) as EngineStackFile;
  const before = copy === undefined ? {} : ((parse(copy) ?? {}) as EngineStackFile);
  const key = `${project}:secrets`;
  const plain = Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
  const kept = before.config?.[key];
  const delivery = plain[`${project}:delivery`] as { readonly mirror?: string } | undefined;
  // A site that has its charts from a registry gets them from one here too.
  const mirror = delivery?.mirror?.startsWith("oci://") === true ? charts.replace(/^https:/, "oci:") : charts;
  void [encryptionsalt, secretsprovider, encryptedkey];
  return {
    ...rest,
    ...(before.encryptionsalt === undefined ? {} : { encryptionsalt: before.encryptionsalt }),
    config: { ...plain, [`${project}:delivery`]: { ...delivery, mirror }, ...(kept === undefined ? {} : { [key]: kept }) },
  };
}

/** Names of the secrets that a stack file holds. */
export function secretNames(file: EngineStackFile, project: string): readonly string[] {
  const secrets = file.config?.[`${project}:secrets`];
  return typeof secrets === "object" && secrets !== null ? Object.keys(secrets).sort() : [];
}

/**
 * A made-up value for a secret; it is the same in every run, so that a second run changes nothing.
 * @param seed random text of this sandbox.
 */
export function placeholder(secret: DeclaredSecret, seed: string): string {
  const digest = createHmac("sha256", seed).update(secret.name).digest();
  switch (secret.encoding) {
    case "text":
      return `sandbox-placeholder-${digest.toString("hex").slice(0, 24)}`;
    case "base64":
      return digest.toString("base64");
    default:
      throw new Error(`no such encoding: ${String(secret.encoding satisfies never)}`);
  }
}

/** Runs the Pulumi CLI and returns what it printed; rejects with the CLI's own words if it fails. */
export type RunPulumi = (args: readonly string[], cwd: string) => Promise<string>;

/**
 * Writes `.sandbox/<site>/Pulumi.<site>.yaml`, the site's file with a placeholder for each declared secret, and returns its path. The CLI
 * encrypts the placeholders in a project of its own beside the copy, so that it cannot reach the tracked file.
 */
export async function prepareStackFile(
  folder: SiteFolder,
  tracked: string,
  secrets: readonly DeclaredSecret[],
  charts: string,
  pulumi: RunPulumi,
): Promise<string> {
  const project = projectName();
  writeWhole(folder.file("Pulumi.yaml"), unambiguousYaml({ name: project, runtime: "nodejs" }));
  const before = fs.existsSync(folder.stackFile) ? fs.readFileSync(folder.stackFile, "utf8") : undefined;
  const copy = copyOf(fs.readFileSync(tracked, "utf8"), before, project, charts);
  const wanted = secrets.map((secret) => secret.name).sort();
  const current = secretNames(copy, project);
  const same = JSON.stringify(wanted) === JSON.stringify(current);
  const config = Object.fromEntries(Object.entries(copy.config ?? {}).filter(([key]) => same || key !== `${project}:secrets`));
  writeWhole(folder.stackFile, unambiguousYaml({ ...copy, config }));

  const stored = path.join(folder.state, ".pulumi", "stacks", project, `${folder.site}.json`);
  if (!fs.existsSync(stored) && !fs.existsSync(`${stored}.gz`)) {
    await pulumi(["stack", "init", folder.site, "--no-select", "--secrets-provider", "passphrase"], folder.root);
  }
  if (!same && secrets.length > 0) {
    const values = secrets.flatMap((secret) => ["--secret", `${project}:secrets.${secret.name}=${placeholder(secret, seedOf(folder))}`]);
    await pulumi(["config", "set-all", "--stack", folder.site, "--path", ...values], folder.root);
  }
  return folder.stackFile;
}

function seedOf(folder: SiteFolder): string {
  const file = path.join(folder.keys, "placeholder-seed");
  if (!fs.existsSync(file)) writeWhole(file, `${randomBytes(24).toString("hex")}\n`);
  return fs.readFileSync(file, "utf8").trim();
}
