import { groupOf } from "../components/manifest";
import type { Consequence } from "./effects";
import type { FieldChange } from "./difference";
import type { StateResource } from "./state";

/** What the engine does with a resource. */
export const ACTIONS = ["create", "update", "replace", "delete"] as const;
/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number];

/** What happens to one resource between two states of a facility. */
export interface ResourceChange {
  readonly action: Action;
  readonly before: StateResource | undefined;
  readonly after: StateResource | undefined;
  /** Fields that differ; none for a resource that comes or goes. */
  readonly fields: readonly FieldChange[];
}

/** A change as it is told: with its service, its object and what it does. */
export interface Change extends Consequence {
  readonly action: Action;
  /** The concern that the resource belongs to, such as `hub`. */
  readonly service: string;
  /** Kind, namespace and name, such as `StatefulSet htcondor/schedd`. */
  readonly object: string;
  /** Fields that differ, without those that follow from others. */
  readonly fields: readonly FieldChange[];
  /** Set if the site file names this very change in `af:approvals`: who answers for it, until when and why. */
  readonly approved?: string;
}

/** The resource that a change is about, as it is afterwards, or as it was if it goes. */
export function subject({ before, after }: ResourceChange): StateResource {
  const found = after ?? before;
  if (found === undefined) throw new Error("a change has a resource before it or after it");
  return found;
}

/** Kind of a resource: `StatefulSet`, also for a patch of one; for others the last part of Pulumi's type token. */
export function kindOf({ type }: StateResource): string {
  const token = type.split(":").at(-1) ?? type;
  return type.startsWith("kubernetes:") ? token.replace(/Patch$/, "") : token;
}

/** Group and kind of a Kubernetes resource, such as `apps/StatefulSet`, `/Service` for the core group; undefined for others. */
export function groupKindOf(resource: StateResource): string | undefined {
  const version = /^kubernetes:([^:]+):/.exec(resource.type)?.[1];
  if (version === undefined) return undefined;
  const group = groupOf(version);
  return `${group === "core" ? "" : group}/${kindOf(resource)}`;
}

/** Kind, namespace and name of a resource for people. */
export function objectOf(resource: StateResource): string {
  const { name, namespace } = namesOf(resource);
  return `${kindOf(resource)} ${namespace ? `${namespace}/` : ""}${name}`;
}

/** Name and namespace of a resource: the engine's name where it is given none, and an empty namespace where it is in none. */
export function namesOf({ type, name: own, inputs }: StateResource): { readonly name: string; readonly namespace: string } {
  const metadata = (inputs["metadata"] ?? {}) as Readonly<Record<string, unknown>>;
  const given = type.startsWith("kubernetes:helm.sh/") ? inputs : metadata;
  const [name = "", namespace = ""] = [given["name"], given["namespace"]].map((each) => (typeof each === "string" ? each : ""));
  return { name: name || own, namespace };
}

/** What does something to the object of a resource by hand: `kubectl delete statefulset -n htcondor schedd`. */
export function kubectl(verb: "delete" | "edit", resource: StateResource): string {
  const { name, namespace } = namesOf(resource);
  return `kubectl ${verb} ${kindOf(resource).toLowerCase()} ${namespace === "" ? "" : `-n ${namespace} `}${name}`;
}

/** The concern of a resource, by the outermost component of its URN that belongs to one. */
export function serviceOf({ urn }: StateResource): string {
  const types = urn.split("::")[2]?.split("$") ?? [];
  const concern = types.map((type) => /^af:(\w+):/.exec(type)?.[1]).find((name) => name !== undefined && name !== "stacks");
  return concern ?? "facility";
}
