import * as fs from "node:fs";
import * as path from "node:path";

/** Folder of the project: the nearest one upward that holds Pulumi.yaml, seen from this file, compiled or not. */
export function projectFolder(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no Pulumi.yaml above ${__dirname}`);
  }
}

/** Names of the sites: one for each `Pulumi.<site>.yaml` of the project. */
export function siteNames(folder: string = projectFolder()): readonly string[] {
  return fs
    .readdirSync(folder)
    .map((file) => /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(file)?.[1])
    .filter((name): name is string => name !== undefined)
    .sort();
}

/** The site file of that name. */
export function siteFile(name: string, folder: string = projectFolder()): string {
  return path.join(folder, `Pulumi.${name}.yaml`);
}
