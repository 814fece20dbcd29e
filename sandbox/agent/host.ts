import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { type ClusterNetwork, nodeAddress } from "../cell/network";
import type { Cluster, ClusterObject } from "../cluster/client";
import { writeInPlace } from "./in-place";
import { type PodNetwork, PodNetworks } from "./network";
import type { Programs } from "./programs";
import type { Mount } from "./root";
import { isApiServer } from "./services";

/** What the agent gets, as JSON in its only argument. */
export interface AgentInput {
  readonly kubeconfig: string;
  readonly network: ClusterNetwork;
  /** Path of the map of programs. */
  readonly map: string;
  /** Folder of what pods leave: volumes of claims below `claims`, files of living pods below `pods`. */
  readonly folder: string;
  /** Folder of the logs of containers. */
  readonly logs: string;
}

/** What all pods of the agent have in common. */
export class AgentHost {
  readonly networks: PodNetworks;
  /** The address of all hosts, as their Nodes report it. */
  readonly address: string;
  readonly map: string;
  services: readonly V1Service[] = [];

  constructor(
    readonly cluster: Cluster,
    readonly programs: Programs,
    private readonly input: AgentInput,
    readonly log: (line: string) => void,
  ) {
    this.networks = new PodNetworks(input.network);
    this.address = nodeAddress(input.network);
    this.map = input.map;
  }

  /** Folder of the files of living pods. */
  get folder(): string {
    return path.join(this.input.folder, "pods");
  }
  /** Folder of the volumes of claims. */
  get claims(): string {
    return path.join(this.input.folder, "claims");
  }

  /** The network of a pod that uses its host's. */
  get ownNetwork(): PodNetwork {
    return { address: this.address, join: (command) => command, release: () => Promise.resolve() };
  }

  /** The log of a container's newest process. */
  logOf(namespace: string, pod: string, container: string): string {
    const folder = path.join(this.input.logs, namespace, pod);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return path.join(folder, `${container}.log`);
  }

  /** The Services of a namespace, and the API server's, of which pods are told. */
  servicesFor(namespace: string): readonly V1Service[] {
    return this.services.filter((service) => service.metadata?.namespace === namespace || isApiServer(service));
  }

  /** The files that every container gets: names of Services instead of a name server, and no way to ask one. */
  ownMounts(pod: V1Pod, address: string, folder: string): readonly Mount[] {
    const [hosts, resolver] = [path.join(folder, "hosts"), path.join(folder, "resolv.conf")];
    writeInPlace(hosts, this.hostsOf(pod, address));
    writeInPlace(resolver, "");
    return [
      { source: hosts, target: "/etc/hosts", readOnly: false },
      { source: resolver, target: "/etc/resolv.conf", readOnly: true },
    ];
  }

  /** The names that a pod knows; the file keeps its place, so that containers that run see new ones. */
  hostsOf({ metadata, spec }: V1Pod, address: string): string {
    const services = this.services.flatMap(({ metadata: { name = "", namespace = "" } = {}, spec: { clusterIP = "None" } = {} }) => {
      const full = [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
      return clusterIP === "None" || clusterIP === ""
        ? []
        : [`${clusterIP} ${(namespace === metadata?.namespace ? [name, ...full] : full).join(" ")}`];
    });
    const aliases = (spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => `${ip} ${hostnames.join(" ")}`);
    const given = Object.entries(this.programs.hosts).map(([name, ip]) => `${ip} ${name}`);
    return [`127.0.0.1 localhost`, `${address} ${metadata?.name ?? ""}`, ...services, ...aliases, ...given, ""].join("\n");
  }

  /** Writes the status of a pod. */
  async writeStatus(pod: ClusterObject, status: Readonly<Record<string, unknown>>): Promise<void> {
    await this.cluster.patchStatus(pod, { hostIP: this.address, hostIPs: [{ ip: this.address }], ...status });
  }

  /** Removes a pod that has ended from the API server; another pod of its name stays. */
  async remove({ metadata: { name, namespace = "default", uid } }: ClusterObject): Promise<void> {
    const at = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await this.cluster.request("DELETE", at, { gracePeriodSeconds: 0, preconditions: { uid } }).catch(() => undefined);
  }

  /** Reports an event about a pod; the same words make one event. */
  event({ metadata }: ClusterObject, type: "Normal" | "Warning", reason: string, message: string): void {
    const { name, namespace = "default", uid = "" } = metadata;
    const hash = createHash("sha256").update(`${uid}${reason}${message}`).digest("hex").slice(0, 12);
    const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const involvedObject = { apiVersion: "v1", kind: "Pod", name, namespace, uid };
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${hash}`, namespace },
      involvedObject,
      type,
      reason,
      message,
    };
    const when = { source: { component: "kubelet" }, firstTimestamp: now, lastTimestamp: now, count: 1 };
    this.cluster.apply({ ...event, ...when }, "sandbox-agent").catch(() => undefined);
    this.log(`${namespace}/${name}: ${reason}: ${message}`);
  }
}
