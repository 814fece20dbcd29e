import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { helmEnvironment } from "../charts/helm";
import { type SiteFolder, writeWhole } from "../folders";

/**
 * Variables that the engine does not get, because they would lead it to another backend, account, stack or passphrase:
 * https://www.pulumi.com/docs/iac/cli/environment-variables/
 */
const WITHHELD = [
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_API",
  "PULUMI_BACKEND_URL",
  "PULUMI_CONFIG",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "PULUMI_ORGANIZATION",
  "PULUMI_STACK",
];

/**
 * The environment in which the Pulumi CLI works on the sandbox and on nothing else.
 * @param programs paths of programs whose folders come first on PATH. The program of a stack asks `pulumi` what is deployed.
 */
export function engineEnvironment(
  folder: SiteFolder,
  programs: readonly string[],
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.includes(name)));
  return {
    ...kept,
    PATH: [...new Set(programs.map((program) => path.dirname(program))), env["PATH"]].filter(Boolean).join(path.delimiter),
    KUBECONFIG: folder.kubeconfig,
    ...helmEnvironment(folder.helmHome),
    // Pulumi's Helm trusts the chart repository of the sandbox by this file. The system's own certificates stay known by their folder.
    SSL_CERT_FILE: folder.authority,
    PULUMI_HOME: folder.pulumiHome,
    PULUMI_BACKEND_URL: pathToFileURL(folder.state).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(folder),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Program, policy packs and stand-in plugins load the same code in several processes; from Node 22 on, only the first one compiles it.
    NODE_COMPILE_CACHE: env["NODE_COMPILE_CACHE"] ?? path.join(folder.pulumiHome, "compile-cache"),
    // The engine uses installed plugins or the sandbox's own, and never downloads one in the middle of an update.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // All of them are in the folder of plugins; Pulumi would warn at each start of one that is on PATH.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
  };
}

function passphraseFile(folder: SiteFolder): string {
  const file = path.join(folder.keys, "passphrase");
  if (!fs.existsSync(file)) writeWhole(file, `${randomBytes(24).toString("hex")}\n`);
  return file;
}
