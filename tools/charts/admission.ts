import type { Manifest } from "../../components/manifest";
import { is, type KubernetesObject } from "../../policies/model/objects";
import { Cluster, type ClusterObject } from "../../sandbox/cluster/client";
import { ApiServer, type ApiServerPrograms } from "../../sandbox/tools/api-server";
import type { Site } from "../../stacks/site/schema";
import { reasonOf } from "../../terminal/failure";
import { eachAtOnce } from "./at-once";
import { definitionsAmong, serveDefinitions } from "./definitions";
import type { RenderedRelease } from "./objects";
import { type CountedPods, inClear, tenanciesOf, type Tenancy } from "./tenancies";

/** Requests under way at once: the API server is alone on the machine and answers about this many as fast as one. */
export const AT_ONCE = 16;

/** Controllers that have to run beside the API server: a quota counts only after its controller has seen it. */
const ADMISSION_CONTROLLERS = "resourcequota-controller";

const MANAGER = "charts-check";

/** Runs an API server without objects for as long as somebody works with it. */
export async function withApiServer<T>(programs: ApiServerPrograms, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const server = new ApiServer();
  try {
    await server.start(programs, ADMISSION_CONTROLLERS);
    return await work(Cluster.load(server.kubeconfig));
  } finally {
    await server.stop();
  }
}

/** What an API server without objects is asked to admit. */
export interface Admission {
  readonly cluster: Cluster;
  readonly site: Site;
  /** All objects of the site in their normal form, those of rendered charts among them. */
  readonly objects: readonly KubernetesObject[];
  readonly releases: readonly RenderedRelease[];
  /** Texts of definitions of custom resources that charts bring beside their templates. */
  readonly definitions: readonly string[];
}

/**
 * What an API server refuses of a site, one line each. It gets the site's namespaces with their labels, LimitRanges and quotas, and is asked
 * for each object of a rendered chart, strictly, and for all pods of the site at full scale, which it keeps.
 */
export async function refusals({ cluster, site, objects, releases, definitions }: Admission): Promise<readonly string[]> {
  const tenancies = tenanciesOf(site, objects);
  const rendered = releases.flatMap(({ objects: made }) => made);
  for (const object of objects.filter((each) => is(each, "scheduling.k8s.io/v1", "PriorityClass"))) {
    await cluster.apply(withoutNamespace(inClear(object)), MANAGER);
  }
  await eachAtOnce(AT_ONCE, tenancies, (tenancy) => prepareNamespace(cluster, tenancy.name, tenancy));
  await serveDefinitions(cluster, [...definitions, ...definitionsAmong(rendered)], rendered);
  const refused: string[] = [];
  await eachAtOnce(AT_ONCE, rendered, async (object) => {
    await tryObject(cluster, object as ClusterObject).catch((error: unknown) => refused.push(`${titleOf(object)}: ${reasonOf(error)}`));
  });
  for (const tenancy of tenancies) refused.push(...(await refusedPods(cluster, tenancy)));
  return [...new Set(refused)].sort();
}

/** Makes a namespace with its labels, LimitRange, quotas and service accounts, and waits until the quotas count. */
export async function prepareNamespace(cluster: Cluster, namespace: string, tenancy: Tenancy): Promise<void> {
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { ...tenancy.labels } } }, MANAGER);
  for (const { metadata, ...object } of [...tenancy.limits, ...tenancy.quotas]) {
    await cluster.apply({ ...object, metadata: { name: metadata.name, namespace } }, MANAGER);
  }
  const accounts = new Set(["default", ...tenancy.pods.map(({ spec }) => (spec["serviceAccountName"] as string | undefined) ?? "default")]);
  for (const name of accounts) await cluster.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } }, MANAGER);
  for (let tries = 0; ; tries++) {
    const quotas = await cluster.list("v1", "ResourceQuota", { namespace });
    if (quotas.every(({ status }) => Object.keys((status as { hard?: object } | undefined)?.hard ?? {}).length > 0)) return;
    if (tries > 300) throw new Error(`the quotas of ${namespace} do not count after 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * Asks for a pod, and returns its spec as the API server has completed it.
 * @throws {ApiFailure} if it is refused.
 */
export async function createPod(
  cluster: Cluster,
  namespace: string,
  { metadata, spec }: CountedPods,
  { name, dryRun }: { readonly name: string; readonly dryRun: boolean },
): Promise<unknown> {
  const path = `${await cluster.collection("v1", "Pod", namespace)}?fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name, namespace }, spec };
  return ((await cluster.request("POST", path, pod)) as ClusterObject)["spec"];
}

/**
 * Asks for an object without keeping it, twice: by server-side apply, as Pulumi's provider and Helm do, and by creation. Below a field that
 * keeps unknown fields, apply takes what creation refuses, and then drops it without a word.
 * @throws {ApiFailure} if the object is refused, or has a field that the server does not know.
 */
export async function tryObject(cluster: Cluster, object: ClusterObject): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const collection = await cluster.collection(apiVersion, kind, metadata.namespace);
  // Helm gives no namespace to what has none.
  const sent = collection.includes("/namespaces/") ? object : withoutNamespace(object);
  const query = `fieldManager=${MANAGER}&dryRun=All&fieldValidation=Strict`;
  const path = `${collection}/${encodeURIComponent(metadata.name)}?${query}&force=true`;
  await cluster.request("PATCH", path, sent, "application/apply-patch+yaml");
  // What nothing could be tried without exists already.
  if (!(await cluster.read(sent))) await cluster.request("POST", `${collection}?${query}`, sent);
}

/** The workloads of a namespace whose pods are refused while all of them are made, with the first reason of each. */
async function refusedPods(cluster: Cluster, { name: namespace, pods }: Tenancy): Promise<readonly string[]> {
  const all = pods.flatMap((counted, kind) =>
    Array.from({ length: counted.count }, (_, number) => ({ counted, name: `p${kind}-${number}` })),
  );
  const reasons = new Map<string, { readonly reason: string; count: number }>();
  await eachAtOnce(AT_ONCE, all, async ({ counted, name }) => {
    await createPod(cluster, namespace, counted, { name, dryRun: false }).catch((error: unknown) => {
      const known = reasons.get(counted.title) ?? { reason: reasonOf(error), count: 0 };
      known.count += 1;
      reasons.set(counted.title, known);
    });
  });
  return [...reasons].map(
    ([title, { reason, count }]) => `${title} in ${namespace}: ${count} of its pods refused, the first because ${reason}`,
  );
}

function withoutNamespace({ metadata: { namespace: _, ...metadata }, ...rest }: ClusterObject): ClusterObject {
  return { ...rest, metadata };
}

function titleOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}
