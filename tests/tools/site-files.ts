import * as fs from "node:fs";
import * as path from "node:path";
import { unambiguousYaml } from "#af/stacks/site/unambiguous-yaml";
import { newSite } from "#af/tools/site/new";
import type { SiteAnswers } from "#af/tools/site/questions";

/** Answers that suffice for a new site. */
export const ANSWERS: SiteAnswers = {
  domain: ["af.example.edu"],
  pool: ["workers=node[01-06]:32:128Gi"],
  storage: ["standard"],
  addresses: ["192.0.2.10/32"],
  provider: ["https://auth.example.edu"],
  group: ["/cms"],
};

/** The answers as options of the command. */
export function flags(answers: SiteAnswers): readonly string[] {
  return Object.entries(answers).flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value]));
}

/** Writes the file of a new site into a folder, as an operator does. */
export async function writeNewSite(folder: string, name: string, answers: SiteAnswers = ANSWERS): Promise<string> {
  await newSite(name, answers, undefined, folder);
  return path.join(folder, `Pulumi.${name}.yaml`);
}

/** A site file with the given settings, keys without their prefix. */
export function writeSettings(folder: string, name: string, settings: Readonly<Record<string, unknown>>): string {
  const file = path.join(folder, `Pulumi.${name}.yaml`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    file,
    unambiguousYaml({ config: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`af:${key}`, value])) }),
  );
  return file;
}
