import * as fs from "node:fs";
import * as path from "node:path";
import type { SiteFolder } from "../folders";

/** A resource as the engine has left it. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  /** True for an old object that a killed replacement has left. */
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Secrets are sealed. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

/** A step of an update that was cut off, so that the engine does not know whether it has happened. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: { readonly urn: string; readonly type: string; readonly inputs?: Readonly<Record<string, unknown>> };
}

/** What the engine knows of a stack. */
export interface Checkpoint {
  readonly resources: readonly RecordedResource[];
  /** The steps that were under way when the last update ended; none if it ended by itself. */
  readonly pending: readonly PendingOperation[];
}

/** What the engine has written last of the site's stack, of the file of its backend; nothing of a stack that was never updated. */
export function checkpointOf(folder: SiteFolder, project: string): Checkpoint {
  const file = path.join(folder.state, ".pulumi", "stacks", project, `${folder.site}.json`);
  if (!fs.existsSync(file)) return { resources: [], pending: [] };
  const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    checkpoint?: { latest?: { resources?: readonly RecordedResource[]; pending_operations?: readonly PendingOperation[] } };
  };
  return { resources: checkpoint?.latest?.resources ?? [], pending: checkpoint?.latest?.pending_operations ?? [] };
}
