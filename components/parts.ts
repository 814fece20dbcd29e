import type { Chart } from "./charts/chart";
import type { Manifest } from "./manifest";
import type { Flow } from "./tenancy/flows";
import type { Role } from "./tenancy/roles";
import type { Resources } from "./workloads/kit";

/**
 * What one component runs in one namespace and what it needs around it, told once and without Pulumi. The component installs exactly these
 * releases and objects and adds what only the engine can: secrets, generated keys, protection. Quotas, network policies, the names of the
 * namespaces and the checks of the site file are worked out from the same parts.
 */
export interface Part {
  /** What the namespace is for in which the part runs; undefined for objects of the whole cluster. */
  readonly role: Role | undefined;
  /** Charts, by the end of the resource's name: `chart` of the component `hub` is the resource `hub-chart`. */
  readonly releases: Readonly<Record<string, Installation>>;
  /** Objects of the facility's own, by the end of the resource's name. Objects of the cluster have no namespace. */
  readonly objects: Readonly<Record<string, Manifest>>;
  /** What users bring besides: their servers, clusters and homes, at full scale. */
  readonly onRequest: OnRequest;
  /** Who talks to whom because this part runs. */
  readonly flows: readonly Flow[];
  /** Where the part answers to the world outside of the cluster. */
  readonly probes: readonly Probe[];
}

/** One installation of a chart. */
export interface Installation<Values extends object = object> {
  readonly chart: Chart<Values>;
  /** Name of the Helm release; a chart calls its objects after it. */
  readonly release: string;
  /** Readable values. Secret ones are the component's and travel apart. */
  readonly values: Values;
  /** How long the release may take, in minutes; 10 unless given. */
  readonly timeoutMinutes?: number;
}

/** Pods and claims that nobody installs: they come and go with users and with what these ask for. */
export interface OnRequest {
  readonly pods: readonly { readonly resources: Resources; readonly count: number }[];
  readonly claims: readonly RequestedClaims[];
}

/** Claims of one size in one class. */
export interface RequestedClaims {
  /** StorageClass; undefined where the cluster's default class is meant. */
  readonly storageClass: string | undefined;
  /** Size of each, as a Kubernetes quantity. */
  readonly size: string;
  readonly count: number;
}

/** A TCP endpoint by which anybody outside sees that a service is up; what it shows then is the service's own affair. */
export interface Probe {
  /** What answers, for people. */
  readonly service: string;
  readonly host: string;
  readonly port: number;
  /** `https` ends in a page or an API; `tls` is another protocol within TLS; `tcp` is anything else. */
  readonly scheme: "https" | "tls" | "tcp";
}

/** A part of which only some fields are worth a word; the others are empty. */
export function part(role: Role | undefined, told: Partial<Omit<Part, "role">> = {}): Part {
  return { role, releases: {}, objects: {}, onRequest: { pods: [], claims: [] }, flows: [], probes: [], ...told };
}

/** Parts of one concern by name; a name may hold several, and a site may do without any of them. */
export interface ConcernParts {
  readonly [name: string]: Part | ConcernParts | undefined;
}

/** All parts below, in the order in which they are told. */
export function flattened(parts: ConcernParts): readonly Part[] {
  return Object.values(parts).flatMap((told) => (told === undefined ? [] : isPart(told) ? [told] : flattened(told)));
}

function isPart(told: Part | ConcernParts): told is Part {
  return "releases" in told && "objects" in told;
}
