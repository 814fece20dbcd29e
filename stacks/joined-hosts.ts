import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "../components/nodes/settings";
import { reasonOf } from "../terminal/failure";
import { refusal } from "./refusal";
import { nearest, SiteError, type Problem } from "./site/problems";
import type { Site } from "./site/schema";

/**
 * Refuses a site one of whose hosts has not joined the cluster. Labels are written by server-side apply, which creates what it does not
 * find: a typo in a name would make a Node without a machine, on which the scheduler counts, and which `destroy` leaves.
 * @param joined gives the names of the cluster's nodes.
 * @throws {pulumi.RunError} with every missing host, or, in an update, with the reason why the cluster does not tell.
 */
export async function assertHostsJoined(site: Site, joined: () => Promise<readonly string[]> = namesOfNodes): Promise<void> {
  const stack = pulumi.getStack();
  let names: readonly string[];
  try {
    names = await joined();
  } catch (error) {
    const unknown = `The cluster does not list its nodes (${reasonOf(error)}), so it is not known whether the site's hosts have joined it.`;
    // A preview may have no cluster, such as that of a pull request.
    if (pulumi.runtime.isDryRun()) return void pulumi.log.warn(unknown);
    throw refusal(`${unknown} Needed: a kubeconfig whose user may list nodes; see: kubectl auth can-i list nodes`);
  }
  const problems = missingHosts(site, names);
  if (problems.length > 0) throw refusal(new SiteError(`Pulumi.${stack}.yaml`, problems).message);
}

/** A problem for each host of the site that is not among the cluster's nodes. */
export function missingHosts({ nodes }: Pick<Site, "nodes">, joined: readonly string[]): readonly Problem[] {
  const hosts = hostsOf(nodes);
  // A host of the site is no typo of another one.
  const others = joined.filter((name) => !hosts.some((host) => host.name === name));
  return hosts
    .filter(({ name }) => !joined.includes(name))
    .map(({ name, pool }) => ({
      path: `af:nodes.${pool}.hosts`,
      message: `${name} is no node of the cluster${nearest(name, others)}; join it first, correct its name, or take it out; see: kubectl get nodes`,
    }));
}

/** Milliseconds within which the API server has to answer. We chose 20 s: a list of a few hundred nodes takes less than one. */
const PATIENCE = 20_000;

/** The names of all nodes, by the kubeconfig that the provider uses too. */
async function namesOfNodes(): Promise<readonly string[]> {
  // The client library takes most of a second to load, which the recorder of the program need not spend.
  const { ApiException, CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromDefault();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    const { items } = await Promise.race([config.makeApiClient(CoreV1Api).listNode(), late]);
    return items.flatMap(({ metadata }) => metadata?.name ?? []);
  } catch (error) {
    // The library's message of a refusal holds the whole answer, headers included.
    throw error instanceof ApiException ? new Error(`${error.code}: ${statusOf(error.body)}`) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The message of a `Status`, with which the API server refuses; it comes as JSON text. A proxy's own answer is none, and stays unread. */
function statusOf(body: unknown): string {
  try {
    const { message } = JSON.parse(String(body)) as { readonly message?: string };
    return message ?? "refused";
  } catch {
    return "refused";
  }
}
