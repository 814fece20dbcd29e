import type { EngineError } from "../../changes/engine-events";
import { waysOut, whyRefused } from "../../changes/refusals";
import { upCommand } from "./up-command";

/** What of a run's errors a hand has caused, each with the commands that end it; nothing where it has caused none. */
export function refusedText(site: string, errors: readonly EngineError[]): readonly string[] {
  return waysOut(errors).flatMap((way) => [whyRefused(way), ...[...way.commands, upCommand(site, way.asks)].map((line) => `    ${line}`)]);
}
