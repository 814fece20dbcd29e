import type { Chart } from "./charts/chart";
import type { Manifest } from "./manifest";
import type { OwnRoute } from "./own-routes";
import type { Flow, PodKind } from "./tenancy/flows";
import type { Role } from "./tenancy/roles";
import type { Resources } from "./workloads/kit";

/**
 * What one component runs in one namespace and what it needs around it, as plain data without Pulumi. The component installs exactly these
 * releases and objects, and adds secrets, generated keys and protection, which only the engine can make. The quotas, the network policies,
 * the list of namespaces and the checks of the site file follow from the same parts.
 */
export interface Part {
  /** Role of the namespace in which the part runs; undefined for a part whose objects belong to the whole cluster. */
  readonly role: Role | undefined;
  /** Charts, by the last part of the Pulumi resource's name: `chart` of the component `hub` becomes the resource `hub-chart`. */
  readonly releases: Readonly<Record<string, Installation>>;
  /** Objects that come from no chart, by the last part of the Pulumi resource's name. Objects of the whole cluster have no namespace. */
  readonly objects: Readonly<Record<string, Manifest>>;
  /** What users cause to run here, at full scale: their servers, Dask clusters and homes. */
  readonly onRequest: OnRequest;
  /** The network connections that this part needs. */
  readonly flows: readonly Flow[];
  /** Kinds of pods that the part runs or causes to run, but for those on their host's network. */
  readonly pods: readonly PodKind[];
  /** Endpoints at which the part answers to clients outside the cluster. */
  readonly probes: readonly Probe[];
  /** Hosts that routes of its namespace may ask for, those that are made at run time among them. */
  readonly routes: readonly OwnRoute[];
}

/** One installation of a chart. */
export interface Installation<Values extends object = object> {
  readonly chart: Chart<Values>;
  /** Name of the Helm release; most charts prefix the names of their objects with it. */
  readonly release: string;
  /** Values that anybody may read. The component passes secret values apart from these. */
  readonly values: Values;
  /** Minutes that the release may take; {@link DEFAULT_TIMEOUT_MINUTES} unless given. */
  readonly timeoutMinutes?: number;
}

/**
 * Minutes that a release may take unless its part says otherwise. We chose 10: twice Helm's own 5
 * (https://helm.sh/docs/helm/helm_install/).
 */
export const DEFAULT_TIMEOUT_MINUTES = 10;

/** Pods, claims and Secrets that come and go with users and with what users ask for; no component installs them. */
export interface OnRequest {
  readonly pods: readonly RequestedPods[];
  readonly claims: readonly RequestedClaims[];
  /** Secrets that stay when the pods of their user are gone; none unless given. */
  readonly secrets?: number;
}

/** Equal pods, whose containers ask for the same. */
export interface RequestedPods {
  readonly resources: Resources;
  /** Containers of one pod; one unless given. */
  readonly containers?: number;
  readonly count: number;
}

/** One pod of equal containers, as far as its amounts go. */
export function podOf(resources: Resources, containers = 1): { readonly containers: readonly { readonly resources: Resources }[] } {
  return { containers: Array.from({ length: containers }, () => ({ resources })) };
}

/** Claims of one size in one StorageClass. */
export interface RequestedClaims {
  /** StorageClass; undefined means the cluster's default class. */
  readonly storageClass: string | undefined;
  /** Size of each claim in bytes, as a Kubernetes quantity. */
  readonly size: string;
  readonly count: number;
}

/** A TCP endpoint that answers to clients outside the cluster while a service is up. Monitoring asks each of them. */
export interface Probe {
  /** Name of the service that answers, for people. */
  readonly service: string;
  readonly host: string;
  readonly port: number;
  /**
   * What answers: a page or an API with a certificate of a public authority; the same with a certificate of any authority; XRootD, which
   * begins in clear text and may turn to TLS; anything else.
   */
  readonly scheme: "https" | "https-any-authority" | "xrootd" | "tcp";
  /**
   * Where a connection of a pod to the endpoint ends, and the port there: inside the cluster the address of a load balancer leads straight
   * to the pods behind it, so policies see these. Unless given, it ends at the part's own pods that listen on the endpoint's port.
   */
  readonly at?: { readonly to: Flow["to"]; readonly port: number };
}

/** Addresses of probes as `host:port`. */
export function addressesOf(probes: readonly Probe[]): readonly string[] {
  return probes.map(addressOf);
}

/** Address of a probe as `host:port`. */
export function addressOf({ host, port }: Probe): string {
  return `${host}:${port}`;
}

/** Makes a part; fields that are not given are empty. */
export function part(role: Role | undefined, told: Partial<Omit<Part, "role">> = {}): Part {
  return { role, releases: {}, objects: {}, onRequest: { pods: [], claims: [] }, flows: [], pods: [], probes: [], routes: [], ...told };
}

/** Parts of one concern, by name. A name may hold a group of parts; it is undefined or missing if the site has no such part. */
export interface ConcernParts {
  readonly [name: string]: Part | ConcernParts | undefined;
}

/** Lists all parts of a tree, in the order of its keys. */
export function flattened(parts: ConcernParts): readonly Part[] {
  return Object.values(parts).flatMap((told) => (told === undefined ? [] : isPart(told) ? [told] : flattened(told)));
}

/** Tells a part from a group of parts. */
export function isPart(told: Part | ConcernParts): told is Part {
  return "releases" in told && "objects" in told;
}
