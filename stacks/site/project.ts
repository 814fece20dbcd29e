import * as fs from "node:fs";
import * as path from "node:path";
import { nearestFolder } from "../../components/nearest-folder";

/**
 * Folder of the project: the nearest folder above this file, or above its compiled copy, that holds Pulumi.yaml.
 * @throws {Error} if there is none.
 */
export function projectFolder(): string {
  return nearestFolder(__dirname, "Pulumi.yaml");
}

/** Name of the site whose file this is; undefined for any other file. */
export function siteOfFile(file: string): string | undefined {
  return /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(file)?.[1];
}

/** Names of the project's sites, one for each `Pulumi.<site>.yaml`, in alphabetical order. */
export function siteNames(folder: string = projectFolder()): readonly string[] {
  return fs
    .readdirSync(folder)
    .map(siteOfFile)
    .filter((name): name is string => name !== undefined)
    .sort();
}

/** Path of a site's file; the file need not exist. */
export function siteFile(name: string, folder: string = projectFolder()): string {
  return path.join(folder, `Pulumi.${name}.yaml`);
}
