import * as fs from "node:fs";
import { engineErrors, engineEvent } from "../../changes/engine-events";
import { waysOut, whyRefused } from "../../changes/refusals";
import { ASKS_THE_CLUSTER } from "../../changes/ways-back";
import { WIDTH, wrapped } from "../../terminal/text";

/** Where a run of the engine leaves its events, and what makes it do so. */
export interface EventLog {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  remove(): void;
}

/**
 * Has a preview or an update log its events in a file, unless the user has asked for a log of their own. Pulumi knows the option only beside this
 * variable (https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/cmd/pulumi/operations/up.go).
 * @param extra what the user wrote after `--`.
 */
export function eventLog(file: string, command: string, extra: readonly string[]): EventLog {
  const remove = (): void => fs.rmSync(file, { force: true });
  // A run that was killed has left its own.
  remove();
  const logs = (command === "up" || command === "preview") && !extra.some((word) => word.startsWith("--event-log"));
  return { file, args: logs ? ["--event-log", file] : [], env: logs ? { PULUMI_DEBUG_COMMANDS: "true" } : {}, remove };
}

/**
 * What of a run's errors a hand has caused, with the commands that end it, in the sandbox; nothing where there is no log, or nothing of that in it.
 * @param log the events of the run, a line of JSON each, as `--event-log` makes the engine write them.
 */
export function refusedLines(log: string, site: string): readonly string[] {
  if (!fs.existsSync(log)) return [];
  // The last line of a run that was ended may be cut off.
  const events = fs
    .readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => engineEvent(line) ?? []);
  const ways = waysOut(engineErrors(events));
  if (ways.length === 0) return [];
  return [
    `IN THE WAY (${ways.length}): the API server refuses this over what a hand has done; the way out:`,
    ...ways.flatMap((way) => {
      const up = `npm run sandbox -- up ${site}`;
      return [
        ...wrapped(whyRefused(way), WIDTH - 2, "  ").map((line) => `  ${line}`),
        ...way.commands.map((each) => `      npm run sandbox -- exec ${site} -- ${each}`),
        `      ${way.asks ? `${up} -- ${ASKS_THE_CLUSTER}` : up}`,
      ];
    }),
  ];
}
