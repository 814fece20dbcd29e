import { setTimeout as sleep } from "node:timers/promises";
import { textOf } from "../properties";
import { annotation, isSet, timeoutSeconds } from "./annotations";
import { ApiError, type Cluster } from "./cluster";
import { listAt, textAt, type KubernetesObject } from "./objects";
import { explain, readinessOf } from "./readiness";
import { waitForOf, type Progress } from "./wait-for";

/** The object exists but is not ready; the message says what is missing, `reasons` what lies behind it. */
export class NotReady extends Error {
  public constructor(
    message: string,
    public readonly live: KubernetesObject,
    public readonly reasons: readonly string[],
  ) {
    super(message);
  }
}

export interface Wait {
  readonly cluster: Cluster;
  /** Path of the object in the API. */
  readonly path: string;
  /** From the program's `customTimeouts`, in seconds; 0 for none. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onStatus: (text: string) => void;
}

/** For `pulumi.com/waitFor` on kinds without a rule of their own, in seconds. */
const usualTimeout = 600;

/**
 * Waits until an object is ready by its kind's rule, or by its `pulumi.com/waitFor`, which takes the rule's place. `skipAwait` returns at once.
 *
 * @throws NotReady when time runs out, the object fails, disappears, or the engine cancels; PluginFailure for a `waitFor` that cannot be read.
 */
export async function waitUntilReady(object: KubernetesObject, wait: Wait): Promise<KubernetesObject> {
  if (isSet(object, annotation.skipAwait)) return object;
  const condition = waitForOf(object);
  const rule = readinessOf(object);
  if (condition === undefined && rule === undefined) return object;
  const progressOf = async (live: KubernetesObject): Promise<Progress> =>
    condition === undefined ? await (rule as NonNullable<typeof rule>).progress(live, wait.cluster) : condition(live);
  const seconds = timeoutSeconds(object, wait.timeout, condition === undefined ? (rule?.timeout ?? usualTimeout) : usualTimeout);
  const until = Date.now() + seconds * 1000;
  let live = object;
  let shown = "";
  for (let pause = 100; ; pause = Math.min(pause * 1.5, 2000)) {
    const progress = await progressOf(live);
    if (progress.kind === "ready") return live;
    if (progress.kind === "failed") throw await notReady("failed", live, progress.because, wait);
    if (wait.signal.aborted) throw await notReady("was cancelled while waiting for", live, progress.for, wait);
    if (Date.now() >= until) throw await notReady(`was not ready after ${seconds} s; still waiting for`, live, progress.for, wait);
    const text = `waiting for ${progress.for.join("; ")}`;
    if (text !== shown) wait.onStatus((shown = text));
    await sleep(Math.min(pause, Math.max(until - Date.now(), 0)), undefined, { signal: wait.signal }).catch(() => {});
    const next = await wait.cluster.get(wait.path);
    if (next === undefined) throw new NotReady("was deleted by somebody else while it was waited for", live, []);
    live = next;
  }
}

/**
 * Waits until nothing is at the path any more.
 *
 * @throws NotReady when time runs out; the message names the finalizers that hold the object.
 */
export async function waitUntilGone(wait: Wait, uid: string): Promise<void> {
  const until = Date.now() + wait.timeout * 1000;
  let shown = "";
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 2000)) {
    const live = await wait.cluster.get(wait.path).catch((error: unknown) => {
      // The kind went with its definition, and the object with it.
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    // Another object of the same name is not the one that was deleted.
    if (live === undefined || (uid !== "" && textAt(live, "metadata", "uid") !== uid)) return;
    const finalizers = holders(live);
    const held = finalizers.length === 0 ? "" : `; it is held by ${finalizers.join(", ")}`;
    if (wait.signal.aborted) throw new NotReady(`was cancelled while waiting for its deletion${held}`, live, []);
    if (Date.now() >= until) throw new NotReady(`still exists ${wait.timeout} s after its deletion was asked for${held}`, live, []);
    const text = finalizers.length === 0 ? "waiting for its deletion" : `waiting for ${finalizers.join(", ")}`;
    if (text !== shown) wait.onStatus((shown = text));
    await sleep(pause, undefined, { signal: wait.signal }).catch(() => {});
  }
}

/** What keeps a deleted object from going. */
function holders(live: KubernetesObject): readonly string[] {
  // A namespace is held by what is in it, and its status says by what.
  const remaining = listAt(live, "status", "conditions").filter(
    (condition) => textAt(condition, "status") === "True" && textAt(condition, "type").startsWith("Namespace"),
  );
  if (remaining.length > 0) return remaining.map((condition) => textAt(condition, "message"));
  return listAt(live, "metadata", "finalizers").map((name) =>
    name === "foregroundDeletion" ? "the objects that it owns" : `finalizer ${textOf(name)}`,
  );
}

async function notReady(what: string, live: KubernetesObject, missing: readonly string[], wait: Wait): Promise<NotReady> {
  return new NotReady(`${what}: ${missing.join("; ")}`, live, await explain(live, wait.cluster));
}
