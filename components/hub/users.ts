import { bytes, millicores, quantityOf } from "../../capacity/quantity";
import { splitImage } from "../image";
import { podWorkerOf } from "./pod-worker";
import { resources, type Resources } from "../workloads/kit";
import type { HubSettings } from "./settings";

/**
 * Files of a server's container outside of the home: packages of pip, and what Dask writes when memory is short. The namespace's own limit of
 * a container is 1Gi, beyond which the kubelet ends the pod. We chose 20Gi, and a request that the namespace's quota holds for each pod.
 */
export const SCRATCH = { guarantees: { "ephemeral-storage": "1Gi" }, limits: { "ephemeral-storage": "20Gi" } } as const;

/** A number of user servers of one profile. */
export interface ServersOfAProfile {
  readonly profile: HubSettings["profiles"][number];
  readonly count: number;
}

/** Images of the servers of a profile, and of their Dask workers in the batch pool. A profile with its own image has its own pair. */
export function imagesOf(
  { image, workerImage }: HubSettings,
  profile: HubSettings["profiles"][number],
): { readonly notebook: string; readonly worker: string } {
  const notebook = profile.image ?? image;
  return { notebook, worker: profile.workerImage ?? (profile.image === undefined && workerImage ? workerImage : notebook) };
}

/** The servers that run at once, for each profile: a profile has the number of its `atOnce`, and the first profile takes the rest. */
export function serversAtOnce({ users, profiles }: HubSettings): readonly ServersOfAProfile[] {
  const [first, ...others] = profiles;
  const given = others.map((profile) => ({ profile, count: profile.atOnce ?? 0 }));
  const rest = users.concurrent - given.reduce((sum, { count }) => sum + count, 0);
  return first === undefined ? [] : [{ profile: first, count: Math.max(0, rest) }, ...given];
}

/**
 * Secrets that stay for each user who has had a server: with a Dask scheduler in the user's pod (`af:hub.dask` of kind sni) the hub's hook makes a key and a
 * certificate (`components/hub/hook`).
 */
export function keptSecrets({ dask }: Pick<HubSettings, "dask">): number {
  return dask.kind === "sni" ? 2 : 0;
}

/** What a server of a profile asks for with all of its containers, by which a quota counts it. */
export function serverResources(hub: Pick<HubSettings, "dask">, { cpu, memory, devices }: HubSettings["profiles"][number]): Resources {
  const worker = podWorkerOf(hub) ?? { cpu: "0", memory: "0" };
  const { requests, limits } = resources(
    `${millicores(cpu) + millicores(worker.cpu)}m`,
    quantityOf("memory", bytes(memory) + bytes(worker.memory)),
  );
  const numbers = deviceAmounts(devices);
  return { requests: { ...requests, ...numbers }, limits: { ...limits, ...numbers } };
}

/** Numbers of devices as Kubernetes writes them; a request of a device is its limit. */
export function deviceAmounts(devices: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(devices).map(([device, number]) => [device, String(number)]));
}

/** Images of the workers beside notebooks of profiles that are not the hub's own, by names for the chart. */
export function workerImagesOfProfiles(hub: HubSettings): Readonly<Record<string, { readonly name: string; readonly tag: string }>> {
  const [first, ...others] = hub.profiles;
  const standard = first && imagesOf(hub, first).worker;
  const images = [...new Set(others.map((profile) => imagesOf(hub, profile).worker))].filter((image) => image !== standard);
  return Object.fromEntries(images.map((image, index) => [`dask-worker-${index}`, splitImage(image)]));
}
