import { setFlagsFromString } from "node:v8";

/**
 * Options by which V8 puts off what it does to compile code that runs often. A process that judges or plans one site runs most code a few times and ends: on
 * two processors 24 plans take 13 s in place of 18 s, and both packs judge a site with a quarter less CPU. It is `interrupt_budget` in bytes of code that have
 * run, eight times V8's own (https://github.com/v8/v8/blob/11.3.244/src/flags/flag-definitions.h); later versions have a compiler between, and not this option.
 */
export const COMPILE_LATER: readonly string[] = process.versions.v8.startsWith("11.") ? ["--interrupt-budget=1056000"] : [];

/** Sets {@link COMPILE_LATER} in a process that somebody else has started. */
export function compileLater(): void {
  for (const option of COMPILE_LATER) setFlagsFromString(option);
}
