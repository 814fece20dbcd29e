import * as fs from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { UsageError } from "../../terminal/failure";

const absolute = z.string().startsWith("/");

const image = z.strictObject({
  /** Folders with the image's programs; a container sees them, and what the system itself has, read only at the same paths. */
  folders: z.array(absolute).default([]),
  /** Folders of PATH that come before the system's own. */
  path: z.array(absolute).default([]),
  /** What the configuration of the image says: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties */
  entrypoint: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  user: z.number().int().nonnegative().default(0),
  group: z.number().int().nonnegative().default(0),
  workingDir: absolute.default("/"),
});

const schema = z.strictObject({
  /** Pods that run as processes: those of a namespace that have all of these labels. All others stay played. */
  pods: z.array(z.strictObject({ namespace: z.string(), labels: z.record(z.string(), z.string()).default({}) })).min(1),
  /** Where the programs of an image are on this machine, by the name of the image, with or without its tag. */
  images: z.record(z.string(), image),
  /** Addresses of names outside of the cluster, which pods know besides Services. */
  hosts: z.record(z.string(), z.string()).default({}),
});

/** Which pods run as processes, and where the programs of their images are on this machine. */
export type Programs = z.infer<typeof schema>;
/** What stands for an image on this machine. */
export type ImagePrograms = z.infer<typeof image>;

/**
 * Reads the map of programs.
 * @throws {UsageError} with all that is wrong in it, or if there is no such file.
 */
export function readPrograms(file: string): Programs {
  if (!fs.existsSync(file)) throw new UsageError(`--live names ${file}, which does not exist: give a file that says where programs are.`);
  const parsed = schema.safeParse(parse(fs.readFileSync(file, "utf8")));
  const problems = parsed.success
    ? Object.entries(parsed.data.images).flatMap(([name, { folders }]) =>
        folders.filter((folder) => !fs.existsSync(folder)).map((folder) => `images.${name}.folders: ${folder} does not exist`),
      )
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new UsageError(`${file}:\n${problems.map((each) => `  ${each}`).join("\n")}`);
}

/** What stands for an image: the entry of its full name, else that of its name without tag and digest. */
export function programsOf({ images }: Programs, name: string): ImagePrograms | undefined {
  return images[name] ?? images[name.replace(/@.*$/, "").replace(/:[^:/]*$/, "")];
}

/** What is looked at to choose a pod. */
interface Chosen {
  readonly metadata: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
}

/** True for a pod that is to run as processes. */
export function isChosen({ pods }: Programs, { metadata }: Chosen): boolean {
  return pods.some(
    ({ namespace, labels }) =>
      metadata.namespace === namespace && Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value),
  );
}

/** The same choice in jq, in which KWOK's stages ask (https://kwok.sigs.k8s.io/docs/user/stages-configuration/): `true` for a chosen pod. */
export function choiceInJq({ pods }: Programs): string {
  const each = pods.map(({ namespace, labels }) =>
    [
      `.metadata.namespace == ${JSON.stringify(namespace)}`,
      ...Object.entries(labels).map(([name, value]) => `.metadata.labels[${JSON.stringify(name)}] == ${JSON.stringify(value)}`),
    ].join(" and "),
  );
  return each.map((terms) => `(${terms})`).join(" or ");
}
