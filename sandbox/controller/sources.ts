import { createHash } from "node:crypto";
import type { ClusterObject } from "../cluster/client";
import { type Condition, conditionOf, textAt, withCondition } from "../cluster/world";
import { reasonOf } from "../../terminal/failure";
import type { Status } from "./behaviour";
import { isStatic } from "./helm-release";
import { actingOperator } from "./operator";
import { addFinalizer, removeFinalizer, type Reconciler, statusAction } from "./reconciler";

const GROUP = "source.toolkit.fluxcd.io";
const FINALIZER = "finalizers.fluxcd.io";

/** Annotation by which somebody asks for a reconcile: https://fluxcd.io/flux/components/source/helmrepositories/#triggering-a-reconcile */
const REQUESTED = "reconcile.fluxcd.io/requestedAt";

/** Milliseconds for which an index is awaited; the repository is on this machine. */
const FETCH_WITHIN = 10_000;

/**
 * Plays Flux's source-controller (https://github.com/fluxcd/source-controller/tree/v1.9.1/internal/controller). The index of a HelmRepository
 * on this machine is fetched, as there; any other source is ready at once, and its status says that nothing was fetched.
 */
export const fluxSources: Reconciler = {
  name: "source",
  subjects: (world) => ["HelmRepository", "OCIRepository", "GitRepository", "Bucket"].flatMap((kind) => world.all(GROUP, kind)),
  actions: (world, source) => {
    if (actingOperator(world, GROUP) === undefined) return [];
    // An OCI HelmRepository is only an address: it gets no status, and loses a finalizer from its time as another type.
    if (isStatic(source)) return removeFinalizer(source, FINALIZER);
    if (source.metadata.deletionTimestamp !== undefined) return removeFinalizer(source, FINALIZER);
    const finalizer = addFinalizer(source, FINALIZER);
    if ((source["spec"] as { suspend?: boolean } | undefined)?.suspend === true) return finalizer;
    if (!isFetched(source)) return [...finalizer, ...statusAction(source, storedStatus(source, undefined))];
    return isUpToDate(source) ? finalizer : [...finalizer, { kind: "index", source }];
  },
};

/** True for a repository that the sandbox can reach: it is on this machine. */
function isFetched(source: ClusterObject): boolean {
  const url = textAt(source, "spec", "url") ?? "";
  if (source.kind !== "HelmRepository" || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return ["http:", "https:"].includes(protocol) && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function isUpToDate(source: ClusterObject): boolean {
  const ready = conditionOf(source, "Ready");
  const handled = textAt(source, "status", "lastHandledReconcileAt");
  return (
    ready?.status === "True" &&
    ready.observedGeneration === source.metadata.generation &&
    handled === source.metadata.annotations?.[REQUESTED]
  );
}

/**
 * The status of a HelmRepository after its index was fetched, or could not be.
 * @param fetchIndex gets the text of an URL.
 */
export async function indexStatus(source: ClusterObject, fetchIndex: (url: string) => Promise<string> = textOf): Promise<Status> {
  const url = `${(textAt(source, "spec", "url") ?? "").replace(/\/$/, "")}/index.yaml`;
  try {
    return storedStatus(source, await fetchIndex(url));
  } catch (error) {
    const why = `failed to cache index to temporary file: failed to fetch ${url} : ${reasonOf(error)}`;
    const message = `failed to fetch Helm repository index: ${why}`;
    const failed = withCondition(source, "FetchFailed", "True", "Failed", message);
    const retrying = withCondition(holding(source, failed), "Reconciling", "True", "ProgressingWithRetry", "building artifact");
    // The generation counts as observed once its index was stored.
    return { ...requested(source), conditions: withCondition(holding(source, retrying), "Ready", "False", "Failed", message) };
  }
}

/** The source with other conditions. */
function holding(source: ClusterObject, conditions: readonly Condition[]): ClusterObject {
  return { ...source, status: { conditions } };
}

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_WITHIN) });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.text();
}

function requested(source: ClusterObject): Status {
  const at = source.metadata.annotations?.[REQUESTED];
  return at === undefined ? {} : { lastHandledReconcileAt: at };
}

/**
 * The status of a source whose content is in the controller's storage. Its revision is the hash of the index, or of the source's address if
 * nothing was fetched. The real controller stores the index as JSON, whose hash and size it gives as the artifact's; here they are those of
 * the index itself, and nobody serves the stored copy.
 */
function storedStatus(source: ClusterObject, index: string | undefined): Status {
  const digest = `sha256:${createHash("sha256")
    .update(index ?? JSON.stringify(source["spec"]))
    .digest("hex")}`;
  const revision = source.kind === "OCIRepository" ? `${textAt(source, "spec", "ref", "tag") ?? "latest"}@${digest}` : digest;
  const folder = `${source.kind.toLowerCase()}/${source.metadata.namespace ?? ""}/${source.metadata.name}`;
  const path = `${folder}/${source.kind === "HelmRepository" ? `index-${digest.slice(7)}.yaml` : `${digest}.tar.gz`}`;
  const base = "http://source-controller.flux-system.svc.cluster.local.";
  const before = textAt(source, "status", "artifact", "lastUpdateTime");
  const same = textAt(source, "status", "artifact", "digest") === digest;
  const told = index === undefined ? " (stand-in: nothing was fetched)" : "";
  const message = `stored artifact: revision '${revision}'${told}`;
  const inStorage = withCondition(source, "ArtifactInStorage", "True", "Succeeded", message).filter(
    ({ type }) => !["FetchFailed", "Reconciling"].includes(type),
  );
  return {
    observedGeneration: source.metadata.generation ?? 1,
    ...requested(source),
    url: `${base}/${folder}/${source.kind === "HelmRepository" ? "index.yaml" : "latest.tar.gz"}`,
    artifact: {
      path,
      url: `${base}/${path}`,
      revision,
      digest,
      ...(index === undefined ? {} : { size: Buffer.byteLength(index) }),
      lastUpdateTime: same && before !== undefined ? before : new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    },
    conditions: withCondition(holding(source, inStorage), "Ready", "True", "Succeeded", message),
  };
}
