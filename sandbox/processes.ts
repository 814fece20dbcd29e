import * as fs from "node:fs";
import { onPath } from "./tools/executable";

/** A process by number and start time, because the system gives the number of an ended process to another one. */
export interface ProcessRecord {
  readonly pid: number;
  /** Clock ticks since boot (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html); empty where the system does not say. */
  readonly started: string;
}

/** True if a process of this number exists; a zombie counts as gone. */
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

/** The start time, found by counting the fields after the process's name, because the name may hold blanks. */
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

/** True if that very process still runs. */
export function stillRuns(record: ProcessRecord): boolean {
  return isAlive(record.pid) && startTime(record.pid) === record.started;
}

/** Sends a signal to that very process; true if it was there. */
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
 * The command line that ties a program to this process, which starts it: the kernel sends the program a signal when this process dies, even by
 * SIGKILL (https://man7.org/linux/man-pages/man1/setpriv.1.html). Where the machine cannot do that, the command stays as it is, and the next start
 * ends what is left.
 */
export function tied(command: readonly string[], signal: "KILL" | "TERM"): readonly string[] {
  if (process.platform !== "linux" || onPath("setpriv") === undefined) return command;
  return ["setpriv", `--pdeathsig=${signal}`, ...unlessOrphaned(command)];
}

/**
 * The command line that becomes the program if its parent still is this process. It stands between `setpriv --pdeathsig` and the program, because
 * the kernel says nothing of a parent that died before it was asked to.
 */
export function unlessOrphaned(command: readonly string[]): readonly string[] {
  return ["sh", "-c", '[ "$PPID" = "$1" ] && shift && exec "$@"', "tied", String(process.pid), ...command];
}
