import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../../terminal/failure";
import type { SafeResource } from "./secrets";
import { unambiguousYaml } from "../../stacks/site/unambiguous-yaml";

/** File that lists what the command wrote, so that the next run replaces those files and leaves all others alone. */
const INDEX = ".written-by-plan";

/** One object as a file. */
export interface ManifestFile {
  /** `<namespace>/<kind>-<name>.yaml`; cluster-wide objects are in `cluster`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Everything that would be applied, one object a file, in YAML that kubectl reads. A Helm release of Pulumi's own client becomes a document
 * of the kind Release of helm.sh, which no API server knows.
 */
export function manifestFiles(resources: readonly SafeResource[]): readonly ManifestFile[] {
  return resources.flatMap(({ resource: { type }, inputs }) => {
    const [, group, token] = /^kubernetes:([^:]+):(\w+)$/.exec(type) ?? [];
    if (group === undefined || token === undefined) return [];
    const manifest = group.startsWith("helm.sh/") ? releaseManifest(group, token, inputs) : inputs;
    const { namespace = "cluster", name = "unnamed" } = (manifest["metadata"] ?? {}) as {
      readonly namespace?: string;
      readonly name?: string;
    };
    const patch = token.endsWith("Patch") ? ".patch" : "";
    const kind = token.replace(/Patch$/, "").toLowerCase();
    return [
      {
        name: path.posix.join(namespace, `${kind}-${name.replaceAll("/", "_")}${patch}.yaml`),
        text: unambiguousYaml(manifest),
      },
    ];
  });
}

/**
 * Refuses a folder in which other files would be mixed with those of this command.
 * @throws {UsageError} unless the folder is new, empty, or was written by this command before.
 */
export function assertOurs(folder: string): void {
  if (!fs.existsSync(folder)) return;
  if (!fs.statSync(folder).isDirectory()) throw new UsageError(`${folder} is a file; allowed: a folder, new or empty`);
  const there = fs.readdirSync(folder).filter((name) => name !== `${INDEX}.new`);
  if (there.length === 0 || there.includes(INDEX)) return;
  throw new UsageError(`${folder} holds other files; allowed: a folder that is new, empty, or was written by plan before`);
}

/**
 * Writes the files, and removes those that the command wrote here before and does not write now.
 * @throws {UsageError} as {@link assertOurs}.
 */
export function writeManifests(folder: string, files: readonly ManifestFile[]): void {
  assertOurs(folder);
  const index = path.join(folder, INDEX);
  const before = fs.existsSync(index)
    ? fs
        .readFileSync(index, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];
  const names = new Set(files.map(({ name }) => name));
  // The list comes first, so that the folder stays this command's when it is interrupted between two files.
  fs.mkdirSync(folder, { recursive: true });
  writeIndex(index, new Set([...before, ...names]));
  for (const old of before) if (!names.has(old)) fs.rmSync(path.join(folder, old), { force: true });
  for (const { name, text } of files) {
    fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  writeIndex(index, names);
}

/** Writes the list beside its place and moves it there, so that it is never cut off. */
function writeIndex(index: string, names: ReadonlySet<string>): void {
  fs.writeFileSync(
    `${index}.new`,
    [...names]
      .sort()
      .map((name) => `${name}\n`)
      .join(""),
  );
  fs.renameSync(`${index}.new`, index);
}

function releaseManifest(apiVersion: string, kind: string, inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { name, namespace, ...spec } = inputs;
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}
