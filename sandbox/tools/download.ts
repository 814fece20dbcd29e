import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import { CommandFailure, reasonOf } from "../../terminal/failure";
import { MOVE_CACHE, orDiskFull, saysDiskFull } from "../disk";
import { cacheFolder } from "../folders";
import { withLock } from "./lock";
import type { Release } from "./releases";

/** Milliseconds until a server must have answered: without a network, nobody is to wait for long. */
const ANSWERS_WITHIN = 5_000;

/** Milliseconds without a byte after which a download is given up. */
const STALLS_AFTER = 20_000;

/** The network, or the server at its other end, cannot be reached: another download would fail as well. */
export class Unreachable extends CommandFailure {}

/** What a server gives is not the release that the lock file names: it is not used. */
export class RefusedDownload extends CommandFailure {}

/** The folder of a downloaded program; its name changes with the program. */
export function releaseFolder({ tool, version, sha256 }: Release, cache: string = cacheFolder()): string {
  return path.join(cache, `${tool}-${version}-${sha256.slice(0, 16)}`);
}

/** Who is told how a download goes on. */
export interface DownloadListener {
  /** Bytes so far, and in all if the server says so. */
  received(bytes: number, all: number | undefined): void;
  waiting(pid: number): void;
}

/**
 * Downloads a release into the cache unless it is there, and returns the path of the program. It is checked against the lock file before
 * anything is done with it, and appears in the cache whole or not at all.
 * @throws {Unreachable} if no server answers in time.
 * @throws {RefusedDownload} with both digests if the download is another one, or if the server or the archive does not have it.
 * @throws {DiskFull} if the cache has no room for it.
 */
export async function downloadRelease(
  release: Release,
  listener: DownloadListener,
  signal: AbortSignal,
  cache: string = cacheFolder(),
): Promise<string> {
  const finished = releaseFolder(release, cache);
  const program = path.join(finished, release.tool);
  if (fs.existsSync(program)) return program;
  const draft = `${finished}.downloading`;
  try {
    return await withLock(`${finished}.lock`, listener.waiting.bind(listener), async () => {
      if (fs.existsSync(program)) return program;
      // Only the holder of the lock works here, so a draft that exists was left by a killed download.
      fs.rmSync(draft, { recursive: true, force: true });
      try {
        fs.mkdirSync(draft, { recursive: true });
        const file = path.join(draft, "download");
        const { url, sha256, member } = release;
        const found = await receive(url, file, (bytes, all) => listener.received(bytes, all), signal);
        if (found !== sha256) throw new RefusedDownload(`${url} is not used: its SHA-256 is ${found}, the lock file says ${sha256}`);
        const made = member === undefined ? file : await unpack(file, url, member, draft);
        const whole = path.join(draft, "whole");
        fs.mkdirSync(whole);
        fs.renameSync(made, path.join(whole, release.tool));
        fs.chmodSync(path.join(whole, release.tool), 0o755);
        fs.renameSync(whole, finished);
        return program;
      } finally {
        fs.rmSync(draft, { recursive: true, force: true });
      }
    });
  } catch (error) {
    throw orDiskFull(error, cache, MOVE_CACHE);
  }
}

/**
 * Writes what a URL gives into a file and returns its SHA-256.
 * @throws {Unreachable} if no server answers in time.
 * @throws {RefusedDownload} if the server does not have it.
 */
export async function receive(url: string, file: string, received: DownloadListener["received"], signal: AbortSignal): Promise<string> {
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(), ANSWERS_WITHIN);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, patience.signal]) });
    if (!response.ok || response.body === null) throw new RefusedDownload(`${url} answers ${response.status}`);
    const length = Number(response.headers.get("content-length") ?? "");
    const measure = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        clearTimeout(timer);
        timer = setTimeout(() => patience.abort(), STALLS_AFTER);
        hash.update(chunk);
        bytes += chunk.length;
        received(bytes, length > 0 ? length : undefined);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), measure, fs.createWriteStream(file));
    return hash.digest("hex");
  } catch (error) {
    if (signal.aborted || error instanceof CommandFailure || saysDiskFull(error)) throw error;
    const why = patience.signal.aborted ? "it does not answer in time" : reasonOf((error as Error).cause ?? error);
    throw new Unreachable(`${new URL(url).host} cannot be reached (${why})`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Takes a program out of an archive and returns its path.
 * @param folder where it is unpacked.
 * @throws {RefusedDownload} if the archive holds no such file.
 */
export async function unpack(archive: string, url: string, member: string, folder: string): Promise<string> {
  const wanted = path.posix.normalize(member);
  try {
    await extract({ file: archive, cwd: folder, strict: true, filter: (entry) => path.posix.normalize(entry) === wanted });
  } catch (error) {
    throw saysDiskFull(error) ? error : new RefusedDownload(`${url} is no archive that can be read (${reasonOf(error)})`);
  }
  const program = path.join(folder, wanted);
  if (fs.lstatSync(program, { throwIfNoEntry: false })?.isFile() !== true) throw new RefusedDownload(`${url} holds no ${member}`);
  return program;
}
