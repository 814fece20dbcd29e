import * as fs from "node:fs";
import { onPath } from "./tools/find";

/** A process by number and start time: a number that has been given to somebody else has another start time. */
export interface ProcessRecord {
  readonly pid: number;
  /** Clock ticks since boot; empty where the system does not tell. */
  readonly started: string;
}

/** Whether a process of this number exists; a zombie that nobody has waited for counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

/** Fields of stat(5) are counted after the name, which may itself hold blanks. */
function startTime(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** The record by which a process is known again later. */
export function recordOf(pid: number): ProcessRecord {
  return { pid, started: startTime(pid) };
}

/** Whether that very process still runs. */
export function stillRuns(record: ProcessRecord): boolean {
  return isAlive(record.pid) && startTime(record.pid) === record.started;
}

/** Sends a signal to that very process; true when it was there to be told. */
export function signalTo(record: ProcessRecord, signal: NodeJS.Signals): boolean {
  if (!stillRuns(record)) return false;
  try {
    process.kill(record.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * The command line that ties a program to its parent: the kernel sends it the signal when the parent dies, even by SIGKILL. Where the
 * machine cannot do that the command stays as it is, and the next start clears away what was left.
 */
export function tied(command: readonly string[], signal: "KILL" | "TERM"): readonly string[] {
  return process.platform === "linux" && onPath("setpriv") !== undefined ? ["setpriv", `--pdeathsig=${signal}`, ...command] : command;
}
