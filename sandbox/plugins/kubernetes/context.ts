import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Log } from "../engine";
import { PluginFailure } from "../failure";
import type { JsonObject } from "../properties";
import { annotation, isSet } from "./annotations";
import { ApiError, type Answer, type Cluster } from "./cluster";
import type { ApiKind, Discovery } from "./discovery";
import { nameOf, namespaceOf, objectId, textAt, withNamespace, type KubernetesObject } from "./objects";
import type { Settings } from "./settings";

/** A reachable cluster and everything that an operation on it needs. */
export interface Context {
  readonly cluster: Cluster;
  readonly kubeConfig: KubeConfig;
  readonly discovery: Discovery;
  readonly settings: Settings;
  readonly log: Log;
  /** Aborted when the engine cancels. */
  readonly signal: AbortSignal;
}

export interface ApplyOptions {
  readonly urn: string;
  readonly fieldManager: string;
  readonly dryRun: boolean;
}

/** The kind of an object, and the object as it has to be sent: without a namespace where its kind has none. */
export interface Placed {
  readonly kind: ApiKind;
  readonly object: KubernetesObject;
  readonly path: string;
}

/** Finds where an object lives. `undefined` where the server does not have its kind. */
export async function place(object: KubernetesObject, { discovery }: Context): Promise<Placed | undefined> {
  const kind = await discovery.find(textAt(object, "apiVersion"), textAt(object, "kind"));
  if (kind === undefined) return undefined;
  const placed = kind.namespaced ? object : withNamespace(object, "");
  return { kind, object: placed, path: kind.path(namespaceOf(placed), nameOf(placed)) };
}

/** Server-side apply. Warnings of the server are passed on to the user. Conflicts say who owns the fields and what can be done. */
export async function apply(
  { object, path }: Placed,
  { cluster, log, settings }: Context,
  options: ApplyOptions,
): Promise<KubernetesObject> {
  const force = settings.patchForce || isSet(object, annotation.patchForce);
  const query = { fieldManager: options.fieldManager, force: String(force), ...(options.dryRun ? { dryRun: "All" } : {}) };
  let answer: Answer;
  try {
    answer = await cluster.request("PATCH", path, { query, body: object, contentType: "application/apply-patch+yaml" });
  } catch (error) {
    throw error instanceof ApiError && error.status === 409 && error.causes.length > 0 ? conflict(object, error) : error;
  }
  // A dry run warns as well, and the run itself would say it all again.
  if (!options.dryRun) for (const warning of new Set(answer.warnings)) log.message("warning", options.urn, warning);
  return answer.body;
}

/** Waits between tries of something that another resource of the same program may be about to make possible: 0.5, 1, 2, 4, 8 s. */
export async function retry<Result>(
  attempt: () => Promise<Result>,
  mayHeal: (error: unknown) => boolean,
  { signal }: Context,
): Promise<Result> {
  for (let count = 0; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count >= 5 || signal.aborted || !mayHeal(error)) throw error;
      await sleep(500 * 2 ** count, undefined, { signal }).catch(() => {});
    }
  }
}

/** The server has no such kind; usually a definition that has not been installed. */
export class NoSuchKind extends PluginFailure {
  public constructor(object: JsonObject) {
    super(
      `${textAt(object, "kind")} ${objectId(object)}: the API server has no kind ${textAt(object, "kind")} in ${textAt(object, "apiVersion")}. ` +
        `Verify that its CustomResourceDefinition is installed, and let this resource depend on what installs it (dependsOn)`,
    );
  }
}

/** What the API server refused, in one sentence. */
export function refused(what: string, object: JsonObject, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  return new PluginFailure(`${textAt(object, "kind")} ${objectId(object)} was not ${what} by the API server: ${error.message}`);
}

function conflict(object: KubernetesObject, error: ApiError): PluginFailure {
  const owned = error.causes.map(({ message, field }) => `  ${field}: ${message}`).join("\n");
  return new PluginFailure(
    `server-side apply of ${textAt(object, "kind")} ${objectId(object)} conflicts with other field managers:\n${owned}\n` +
      `Leave these fields out, let the other manager give them up, or take them over with the annotation ${annotation.patchForce}: "true" ` +
      `(for all resources: the provider argument enablePatchForce)`,
  );
}
