import * as fs from "node:fs";
import { Command } from "commander";
import { runCommand } from "../../terminal/command";
import { writeWhole } from "../folders";
import { onEndingSignal } from "../signals";
import { lockFile, type Release, type ReleaseLock } from "../tools/releases";
import { collectReleases } from "./collect";
import { publications } from "./upstream";

/** Writes the lock file, unless it lists the same releases already: then its day stays too. */
function write(file: string, releases: readonly Release[]): boolean {
  const before = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as ReleaseLock) : undefined;
  if (before?.written != null && JSON.stringify(before.releases) === JSON.stringify(releases)) return false;
  const lock: ReleaseLock = { written: new Date().toISOString().slice(0, 10), releases: [...releases] };
  writeWhole(file, `${JSON.stringify(lock, undefined, 2)}\n`, 0o644);
  return true;
}

const command = new Command("releases")
  .description("Write the lock file of official releases, on a machine with a connection to the Internet; about 1 GB is downloaded")
  .option("--output <file>", "another file than sandbox/tools/releases.json", lockFile())
  .option("--mirror <url>", "ask <url>/HOST/PATH in place of https://HOST/PATH")
  .action(async ({ output, mirror }: { output: string; mirror?: string }) => {
    const stop = new AbortController();
    const release = onEndingSignal(() => stop.abort());
    try {
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const found = await collectReleases(publications(), { say, signal: stop.signal, ...(mirror !== undefined && { mirror }) });
      console.log(write(output, found) ? `${output}: ${found.length} releases` : `${output} lists these releases already`);
    } finally {
      release();
    }
  });

void runCommand(command, process.argv.slice(2), []);
