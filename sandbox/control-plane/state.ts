import * as fs from "node:fs";
import { z } from "zod";
import { type SiteFolder, writeWhole } from "../folders";

const cell = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("namespace"), mapped: z.boolean() }),
  z.strictObject({ kind: z.literal("loopback"), reason: z.string() }),
]);

const daemon = z.strictObject({
  name: z.string(),
  pid: z.number().int().positive(),
  started: z.string(),
});

const schema = z.strictObject({
  phase: z.enum(["starting", "ready", "failed", "stopped"]),
  /** Why it ends or has ended by itself, as one line. */
  reason: z.string().optional(),
  supervisor: daemon,
  cell,
  /** URL of the API server, once it has a port. */
  server: z.string().optional(),
  /** URL of the chart repository, once it has a port. */
  charts: z.string().optional(),
  daemons: z.array(daemon),
  /** Versions of what runs, by name; of a real controller its path, because its version is not asked. */
  versions: z.record(z.string(), z.string()),
  /** Paths of the controllers that are real, by name. */
  real: z.record(z.string(), z.string()).default({}),
  /** Path of the map of programs of pods that run as processes; none where all pods are played. */
  live: z.string().optional(),
});

/** The state of a control plane, which the supervisor writes for the commands into `.sandbox/<site>/control-plane.json`. */
export type ControlPlaneState = z.infer<typeof schema>;
/** A process of the control plane. */
export type DaemonRecord = z.infer<typeof daemon>;

function stateFile(folder: SiteFolder): string {
  return folder.file("control-plane.json");
}

/** Reads the state; undefined if there is none, or if another version wrote it. */
export function readState(folder: SiteFolder): ControlPlaneState | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(fs.readFileSync(stateFile(folder), "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the state, so that a reader sees the old one or the new one and never half of it. */
export function writeState(folder: SiteFolder, state: ControlPlaneState): void {
  writeWhole(stateFile(folder), `${JSON.stringify(state, undefined, 2)}\n`);
}
