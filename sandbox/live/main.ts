import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { readSite } from "../../stacks/site/read";
import { reasonOf } from "../../terminal/failure";
import { textAt } from "../cluster/world";
import { dataAddress, providerAddress } from "../cell/network";
import { Cluster } from "../cluster/client";
import { SiteFolder } from "../folders";
import { providerIdentity } from "./authority";
import { startDataServer } from "./data-server";
import { type Door, openDoor } from "./door";
import { startProvider } from "./provider";
import { dataServer, hubRelease } from "./site-programs";
import { loginPlan } from "./users";

/** What the process gets, as JSON in its only argument. */
export interface LiveInput {
  readonly site: string;
  /** The folder above `<site>/`. */
  readonly base: string;
  readonly siteFile: string;
  /** Addresses at which the machine sees the hub and the login provider. */
  readonly seen: { readonly hub: string; readonly login: string };
}

/** What the outer process sends with each listening socket, and what it hears. */
export type LiveMessage = "hub" | "login" | "open";

/** Milliseconds between two looks whether there is an address yet. */
const LOOK_AGAIN = 200;

/**
 * The process inside the cell that stands between it and the machine: it plays the login provider of the site, and passes on what arrives at
 * the two sockets of the machine that it is given.
 */
async function main({ site: name, base, siteFile, seen }: LiveInput): Promise<void> {
  const sockets = receiveSockets();
  const folder = new SiteFolder(name, base);
  const site = readSite(name, siteFile);
  const { namespace, values } = hubRelease(site);
  const cluster = Cluster.load(folder.kubeconfig);
  const plan = loginPlan(site.hub);
  const network = { pods: site.site.kubernetes.podCidr, services: site.site.kubernetes.serviceCidr };
  const address = providerAddress(network);
  const secret = Object.values(values.hub.extraEnv).flatMap((each) =>
    typeof each === "string" ? [] : (each.valueFrom?.secretKeyRef?.name ?? []),
  );
  const data = await cluster.read({ apiVersion: "v1", kind: "Secret", metadata: { name: secret[0] ?? "", namespace } });
  const decoded = (key: string): string => Buffer.from(textAt(data, "data", key) ?? "", "base64").toString();
  const own = `https://${site.hub.host}`;
  const identity = await providerIdentity(folder, plan);
  const client = { id: decoded("client-id"), secret: decoded("client-secret"), redirect: `${own}/hub/oauth_callback` };
  await startProvider({ plan, address, ...identity, client, title: site.site.title });
  const { port } = dataServer(site);
  if (!startDataServer(folder, dataAddress(network), port)) console.log("There is no xrootd on PATH, so the site's cache does not answer.");
  const front = await frontOf(cluster, namespace);
  const doors: Readonly<Record<"hub" | "login", Door>> = {
    hub: { seen: seen.hub, own, target: `${values.proxy.https.type === "secret" ? "https" : "http"}://${front}` },
    login: { seen: seen.login, own: plan.authorize.origin, target: `https://${address}:${plan.authorize.port || 443}` },
  };
  for (const which of ["hub", "login"] as const) openDoor(doors[which], Object.values(doors), await sockets[which]);
  process.send?.("open" satisfies LiveMessage);
}

/** The address of the Service in front of the proxy. */
async function frontOf(cluster: Cluster, namespace: string): Promise<string> {
  for (;;) {
    const front = await cluster.read({ apiVersion: "v1", kind: "Service", metadata: { name: "proxy-public", namespace } });
    const address = textAt(front, "spec", "clusterIP");
    if (address !== undefined && address !== "None") return address;
    await sleep(LOOK_AGAIN);
  }
}

function receiveSockets(): Readonly<Record<"hub" | "login", Promise<Server>>> {
  const waiting = new Map<LiveMessage, (socket: Server) => void>();
  const one = (which: LiveMessage): Promise<Server> => new Promise((resolve) => waiting.set(which, resolve));
  const sockets = { hub: one("hub"), login: one("login") };
  process.on("message", (which: LiveMessage, socket) => waiting.get(which)?.(socket as Server));
  process.on("disconnect", () => process.exit(0));
  return sockets;
}

process.on("unhandledRejection", (error) => console.error(`unhandled: ${reasonOf(error)}`));
void main(JSON.parse(process.argv[2] ?? "{}") as LiveInput).catch((error: unknown) => {
  console.error(`Error: ${reasonOf(error)}`);
  process.exit(1);
});
