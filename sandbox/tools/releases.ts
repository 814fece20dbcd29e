import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { projectFolder } from "../../stacks/site/project";
import { UsageError } from "../../terminal/failure";
import { publishedVersion, type Tool, TOOLS } from "./tool";

/** The platforms for which the lock file lists releases, in the words of Go: operating system and architecture. */
export const PLATFORMS = ["linux-amd64", "linux-arm64", "darwin-arm64"] as const;
/** A platform of {@link PLATFORMS}. */
export type Platform = (typeof PLATFORMS)[number];

const release = z.strictObject({
  tool: z.enum(TOOLS.map(({ name }) => name)),
  /** With a `v` in front. */
  version: z.string().regex(/^v\d+\.\d+\.\d+/),
  platform: z.enum(PLATFORMS),
  url: z.url({ protocol: /^https?$/ }),
  /** Digest of what the URL gives. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 as 64 hexadecimal digits"),
  /** Whether upstream publishes the digest, or the script that wrote this file has computed it from the download. */
  digest: z.enum(["published", "computed"]),
  /** Path of the program in the archive; without it the download is the program. */
  member: z.string().min(1).optional(),
});

const schema = z.strictObject({
  /** Day on which the file was written; null before that happened for the first time. */
  written: z.iso.date().nullable(),
  releases: z.array(release),
});

/** An official release of a tool for one platform. */
export type Release = z.infer<typeof release>;
/** The lock file: which official releases may be downloaded, and what they must be. */
export type ReleaseLock = z.infer<typeof schema>;

/** The lock file of the project; `npm run releases` writes it. */
export function lockFile(): string {
  return path.join(projectFolder(), "sandbox", "tools", "releases.json");
}

/**
 * Reads a lock file.
 * @throws {UsageError} with the file and each problem if it is not as it must be.
 */
export function readReleases(file: string = lockFile()): ReleaseLock {
  let read: unknown;
  try {
    read = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as Error).message}): take it from the repository, or run npm run releases.`);
  }
  const parsed = schema.safeParse(read);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: where, message }) => `  ${where.join(".") || "the file"}: ${message}`);
  throw new UsageError([`${file}: ${problems.length} problems; npm run releases writes it anew`, ...problems].join("\n"));
}

/** The platform of this machine, in the words of Go: https://go.dev/doc/install/source#environment */
export function thisPlatform(): string {
  return `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
}

/** The release of a tool that the lock file allows on a platform, or why there is none. */
export function releaseOf(
  lock: ReleaseLock,
  tool: Tool,
  platform: string = thisPlatform(),
): { readonly release: Release } | { readonly none: string } {
  if (lock.written === null) return { none: "the lock file of releases is not written yet" };
  const version = publishedVersion(tool);
  const [exact, ...others] = lock.releases
    .filter((each) => each.tool === tool.name && each.platform === platform)
    .sort((a, b) => Number(b.version === version) - Number(a.version === version));
  if (exact === undefined) return { none: `upstream publishes none for ${platform}` };
  if (exact.version === version) return { release: exact };
  return { none: `the lock file has ${[exact, ...others].map((each) => each.version).join(", ")}, the sandbox needs ${version}` };
}
