import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CommandFailure } from "../../terminal/failure";
import { receive, RefusedDownload, unpack } from "../tools/download";
import type { Release } from "../tools/releases";
import { digestIn, type Publication } from "./upstream";

/** How releases are collected. */
export interface CollectOptions {
  /** An address that stands for all servers: `https://host/path` is asked for at `<mirror>/host/path`. */
  readonly mirror?: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Downloads every publication, compares it with the digest that upstream publishes, and says what the lock file is to hold. What upstream does
 * not publish (404) is left out with a line.
 * @throws {CommandFailure} if a download is not what upstream's digest says, holds no program, or if a server cannot be reached.
 */
export async function collectReleases(publications: readonly Publication[], options: CollectOptions): Promise<readonly Release[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-releases-"));
  try {
    const releases: Release[] = [];
    for (const publication of publications) {
      const release = await collect(publication, folder, options);
      if (release !== undefined) releases.push(release);
    }
    return releases;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function collect(publication: Publication, folder: string, options: CollectOptions): Promise<Release | undefined> {
  const { tool, version, platform, url, member } = publication;
  const title = `${tool} ${version} for ${platform}`;
  const file = path.join(folder, "download");
  let sha256: string;
  try {
    sha256 = await receive(at(url, options.mirror), file, () => undefined, options.signal);
  } catch (error) {
    if (!(error instanceof RefusedDownload) || !error.message.endsWith(" 404")) throw error;
    options.say(`${title}: not published (${url})`);
    return undefined;
  }
  const published = await publishedDigest(publication, options);
  if (published !== undefined && published !== sha256)
    throw new CommandFailure(`${url}: its SHA-256 is ${sha256}, upstream publishes ${published}. The lock file stays as it is.`);
  if (member !== undefined) fs.rmSync(await unpack(file, url, member, folder));
  fs.rmSync(file);
  options.say(`${title}: ${sha256} (${published === undefined ? "computed" : "published"})`);
  return {
    ...{ tool, version, platform, url, sha256, digest: published === undefined ? "computed" : "published" },
    ...(member !== undefined && { member }),
  };
}

/** The digest that upstream publishes; undefined if it publishes none. */
async function publishedDigest({ url, checksums }: Publication, { mirror, signal }: CollectOptions): Promise<string | undefined> {
  for (const address of checksums) {
    const response = await fetch(at(address, mirror), { signal });
    if (response.status === 404) continue;
    if (!response.ok) throw new CommandFailure(`${address} answers ${response.status}. The lock file stays as it is.`);
    const digest = digestIn(await response.text(), url.slice(url.lastIndexOf("/") + 1));
    if (digest === undefined) throw new CommandFailure(`${address} holds no SHA-256 of ${url}. The lock file stays as it is.`);
    return digest;
  }
  return undefined;
}

function at(url: string, mirror: string | undefined): string {
  return mirror === undefined ? url : url.replace(/^https:\//, mirror.replace(/\/$/, ""));
}
