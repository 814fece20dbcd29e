import * as fs from "node:fs";
import * as path from "node:path";
import { nearestFolder } from "../nearest-folder";
import { HUB_CHECK } from "./check-access";
import { BESIDE } from "./pod-worker";
import type { HubSettings } from "./settings";
import { START_TIMEOUT_SECONDS } from "./values";

/** Where the job finds what it reads; `check/check.py` looks there. */
export const HUB_CHECK_PLACES = { files: "/etc/hub-check", tokens: "/etc/hub-check-tokens" } as const;

/**
 * Seconds after which a step is broken. The hub itself gives up a server first, and says why. Workers of a batch pool wait for a slot of it; we chose
 * ten minutes for them, as long as a user would wait, and for the others what is many times what they take.
 */
const PATIENCE = {
  login: 120,
  spawn: START_TIMEOUT_SECONDS + 60,
  notebook: 120,
  read: 120,
  dask: 600,
  histogram: 120,
  close: 60,
  stop: 180,
} as const;

/** Seconds after which a run ends, however long each of its steps takes: all of their patience, and a minute for what is between them. */
export const HUB_CHECK_SECONDS = Object.values(PATIENCE).reduce((sum, seconds) => sum + seconds, 60);

/** Seconds for which a run that is told to end goes on: what it gives back then takes no more (`gives_back` in `check/check.py`), and a moment. */
export const HUB_CHECK_GRACE_SECONDS = PATIENCE.close + PATIENCE.stop + 10;

/** What the job is told about the site; `check/check.py` reads it. */
interface CheckGiven {
  /** URL that users open. */
  readonly url: string;
  readonly user: string;
  /** Whether a public authority signs the certificate of that URL, as browsers ask. */
  readonly verify: boolean;
  /** What every cell knows: the file, and the name of the worker that is in a notebook's pod from the start. */
  readonly cells: { readonly file: string; readonly beside: string };
  /** Seconds, by the name of the step. */
  readonly patience: Readonly<Record<string, number>>;
}

/** The files of the job by their names: the program, the cells that it runs in a notebook of the user's, and what it is told. */
export function checkFiles(
  file: string,
  { dask }: Pick<HubSettings, "dask">,
  { url, verify }: Pick<CheckGiven, "url" | "verify">,
): Readonly<Record<string, string>> {
  const given: CheckGiven = { url, user: HUB_CHECK, verify, cells: { file, beside: BESIDE }, patience: PATIENCE };
  const whole = ["check.py", "notebook.py", "read.py", "histogram.py", "close.py"];
  return {
    ...Object.fromEntries(whole.map((name) => [name, source(name)])),
    "dask.py": `${source(`cluster-${dask.kind}.py`)}\n${source("scale.py")}`,
    "check.json": JSON.stringify(given),
  };
}

function source(name: string): string {
  const below = path.join("components", "hub", "check");
  return fs.readFileSync(path.join(nearestFolder(__dirname, path.join(below, name)), below, name), "utf8");
}
