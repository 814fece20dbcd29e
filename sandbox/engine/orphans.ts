import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { SiteFolder } from "../folders";
import { recordOf, signalTo, stillRuns, type ProcessRecord } from "../processes";

/** Milliseconds that a killed process may take to go. */
const GONE_WITHIN = 5_000;

/**
 * Kills what a killed engine has left running, and returns how many processes that were. A provider goes on with what it is doing until it
 * misses its engine, which takes minutes, and would work beside the next one. The caller holds the engine's lock, so none of them is in use.
 */
export async function endOrphans(folder: SiteFolder): Promise<number> {
  const orphans = orphansOf(folder);
  for (const each of orphans) signalTo(each, "SIGKILL");
  const until = Date.now() + GONE_WITHIN;
  while (orphans.some(stillRuns) && Date.now() < until) await sleep(20);
  return orphans.length;
}

/** The processes that have the environment of the engine of this sandbox. Only Linux shows it. */
function orphansOf({ kubeconfig, pulumiHome }: SiteFolder): readonly ProcessRecord[] {
  if (!fs.existsSync("/proc/self/environ")) return [];
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      const variables = new Set(environmentOf(pid).split("\0"));
      return variables.has(`KUBECONFIG=${kubeconfig}`) && variables.has(`PULUMI_HOME=${pulumiHome}`);
    })
    .map((pid) => recordOf(Number(pid)));
}

/** The environment with which a process was started; empty for one that is gone, or that belongs to somebody else. */
function environmentOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}
