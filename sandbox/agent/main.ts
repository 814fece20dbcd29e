import { type KubernetesObject, makeInformer, type V1EndpointSlice, type V1Pod, type V1Service } from "@kubernetes/client-node";
import * as fs from "node:fs";
import { reasonOf } from "../../terminal/failure";
import { Cluster } from "../cluster/client";
import { type AgentInput, AgentHost } from "./host";
import { objectOf, PodRun } from "./pod";
import { isChosen, readPrograms } from "./programs";
import { ServiceProxy } from "./services";

/** Milliseconds between two looks at the Secrets and ConfigMaps of pods; a kubelet takes up to a minute. */
const REFRESH = 5_000;

/** Milliseconds before a broken watch is tried again. */
const RETRY_AFTER = 1_000;

/** Follows the objects of a kind from now on; returns the list that is kept up to date, once it is whole. */
async function follow<T extends KubernetesObject>(
  cluster: Cluster,
  path: string,
  changed: (object: T, gone: boolean) => void,
): Promise<() => readonly T[]> {
  const informer = makeInformer<T>(cluster.config, path, async () => {
    const answer = (await cluster.request("GET", path)) as { items: T[]; metadata: { resourceVersion: string } };
    return { apiVersion: "v1", kind: "List", ...answer };
  });
  for (const verb of ["add", "update"] as const) informer.on(verb, (object) => changed(object, false));
  informer.on("delete", (object) => changed(object, true));
  informer.on("error", () => setTimeout(() => void informer.start(), RETRY_AFTER));
  await informer.start();
  return () => informer.list();
}

/**
 * The process that runs chosen pods: it does for them what a kubelet and kube-proxy do on a host. It needs a cell of its own and the rights
 * of root in it.
 */
async function main(input: AgentInput): Promise<void> {
  const cluster = Cluster.load(input.kubeconfig);
  const log = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);
  const host = new AgentHost(cluster, readPrograms(input.map), input, log);
  await host.networks.setUp();
  // Whatever an agent before has left of its pods, none of their processes has outlived it.
  fs.rmSync(host.folder, { recursive: true, force: true });
  const server = new URL(cluster.config.getCurrentCluster()?.server ?? "");
  const proxy = new ServiceProxy(host.networks, { host: server.hostname, port: Number(server.port) }, log);
  const runs = new Map<string, PodRun>();

  let due: NodeJS.Timeout | undefined;
  const soon = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      host.services = services();
      void proxy.follow(services(), slices()).catch((error: unknown) => log(reasonOf(error)));
    }, 50);
  };
  let [services, slices]: [() => readonly V1Service[], () => readonly V1EndpointSlice[]] = [() => [], () => []];
  services = await follow<V1Service>(cluster, "/api/v1/services", soon);
  slices = await follow<V1EndpointSlice>(cluster, "/apis/discovery.k8s.io/v1/endpointslices", soon);
  host.services = services();
  await follow<V1Pod>(cluster, "/api/v1/pods", (pod, gone) => {
    const uid = pod.metadata?.uid ?? "";
    if (gone) return void runs.delete(uid);
    if (!isChosen(host.programs, { metadata: pod.metadata ?? {} }) || pod.spec?.nodeName === undefined) return;
    const over = ["Succeeded", "Failed"].includes(pod.status?.phase ?? "");
    if (!runs.has(uid) && over) {
      if (pod.metadata?.deletionTimestamp !== undefined) void host.remove(objectOf(pod));
      return;
    }
    const run = runs.get(uid) ?? new PodRun(pod, host);
    runs.set(uid, run);
    run.update(pod);
  });
  setInterval(() => {
    for (const run of runs.values()) run.refresh().catch((error: unknown) => log(reasonOf(error)));
  }, REFRESH);
  process.on("SIGTERM", () => void Promise.all([...runs.values()].map((run) => run.abandon())).then(() => process.exit(0)));
  console.log("watching");
}

process.on("unhandledRejection", (error) => console.error(`unhandled: ${reasonOf(error)}`));
void main(JSON.parse(process.argv[2] ?? "{}") as AgentInput).catch((error: unknown) => {
  console.error(`Error: ${reasonOf(error)}`);
  process.exit(1);
});
