import { byCodeUnits } from "../../capacity/packing/reasons";
import { reasonOf } from "../../terminal/failure";
import { findChart, operatorOf } from "../../components/charts/catalogue";
import { groupOf, type Manifest } from "../../components/manifest";
import { declaredForm } from "./declared-form";
import { Field, UNKNOWN } from "./field";
import { isFields, type Fields } from "./fields";
import { normalForm } from "./normal-form";
import { replaced, TRAP } from "./unknown-values";

/** Where an object comes from that a chart or an operator makes. */
export interface Origin {
  /** The object that makes it, e.g. `HelmRelease cmsaf-prod/jupyterhub`. */
  readonly by: string;
  readonly chart: string;
  /** Name of the Helm release, or of the custom resource. */
  readonly release: string;
}

/** What the program asks of the engine for a resource, as far as rules read it. */
export interface ResourceOptions {
  /** True if the engine refuses to delete the resource. */
  readonly protect: boolean;
}

/** A Kubernetes object as rules read it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for cluster-wide objects, and where it is not known yet. */
  readonly namespace: string;
  readonly name: string;
  readonly root: Field;
  /** True for a server-side-apply patch: fields that it leaves out may exist on the object in the cluster. */
  readonly partial: boolean;
  /** URN of the stack's resource that the object belongs to, where there is one. */
  readonly urn?: string;
  /** Options of that resource; undefined for a plain manifest, which has none. */
  readonly options?: ResourceOptions;
  /** Set for an object that a chart or an operator makes. */
  readonly origin?: Origin;
  /** Set if the workloads that a chart or an operator makes from this object cannot be worked out: the reason. */
  readonly obstacle?: string;
}

/** A release of a Helm chart, however it is delivered. */
export interface ReleaseFacts {
  readonly chart: string | undefined;
  readonly version: string | undefined;
  readonly name: string;
  readonly namespace: string;
  readonly values: Field;
}

/** Stands for the stack as a whole in findings that are about no single object. */
export const WHOLE_STACK: KubernetesObject = {
  apiVersion: "",
  kind: "Stack",
  namespace: "",
  name: "",
  root: new Field(undefined),
  partial: false,
};

/**
 * True if the object is of this kind. Other groups may have a kind of the same name: Knative's Service is not the core group's.
 * @param apiVersion one version, such as `apps/v1`, or any version of a group, such as `metallb.io/*`.
 */
export function is(object: Pick<KubernetesObject, "apiVersion" | "kind">, apiVersion: string, kind: string): boolean {
  if (object.kind !== kind) return false;
  return apiVersion.endsWith("/*") ? object.apiVersion.startsWith(apiVersion.slice(0, -1)) : object.apiVersion === apiVersion;
}

/**
 * All objects of a manifest: the object itself, the members of a list, and what a chart or an operator makes of it.
 * @param urn of the resource that the manifest belongs to.
 */
export function objectsOf(manifest: unknown, urn?: string, partial = false): readonly KubernetesObject[] {
  const kind = readable(manifest, "kind");
  // A list is no object of its own, so each of its members has its own normal form.
  const list = kind.endsWith("List") ? new Field(manifest).at("items") : undefined;
  const content = list?.given ? manifest : normalForm(manifest);
  const apiVersion = readable(content, "apiVersion");
  const metadata = fieldOf(content, "metadata");
  const object: KubernetesObject = {
    apiVersion,
    kind,
    namespace: readable(metadata, "namespace"),
    name: readable(metadata, "name"),
    root: new Field(content),
    partial,
    ...(urn !== undefined && { urn }),
  };
  try {
    if (list?.given) return list.items().flatMap((item) => objectsOf(member(item.raw(), apiVersion, kind), urn));
    return [object, ...generatedObjects(object)];
  } catch (error) {
    // The values may not be known yet, or may not be those of the chart. A rule about pods must not conclude that there are none.
    return [{ ...object, obstacle: reasonOf(error) }];
  }
}

/**
 * The objects of one resource of a stack; none for what is not a Kubernetes object.
 * @param properties what the program declares, as it is written or as the provider hands it on.
 * @param options those of the resource, where they are known. What a chart or an operator makes of it has none of its own.
 */
export function objectsOfResource(type: string, properties: unknown, urn: string, options?: ResourceOptions): readonly KubernetesObject[] {
  const manifest = manifestOfResource(type, properties);
  if (manifest === undefined) return [];
  const objects = objectsOf(declaredForm(manifest, urn), urn, type.endsWith("Patch"));
  return options === undefined ? objects : objects.map((each) => (each.origin === undefined ? { ...each, options } : each));
}

/**
 * The manifest that a resource of a stack stands for; undefined for what is not a Kubernetes object.
 * @param properties as of {@link objectsOfResource}.
 */
export function manifestOfResource(type: string, properties: unknown): Fields | undefined {
  const match = /^kubernetes:([^:]+):(\w+)$/.exec(type);
  if (!match || typeof properties !== "object" || properties === null) return undefined;
  const [, group = "", token = ""] = match;
  const fields = properties as Fields;
  if (group.startsWith("helm.sh/")) {
    const { name, namespace, ...spec } = fields;
    return { apiVersion: group, kind: token, metadata: { name, namespace }, spec };
  }
  // The engine tells resources apart by this token, whatever their `kind` says. A Patch is judged as the object that it patches.
  const apiVersion = group.startsWith("core/") ? group.slice("core/".length) : group;
  return { ...fields, apiVersion, kind: token.replace(/Patch$/, "") };
}

/**
 * The objects of a whole stack in one order, whatever the order in which they come: by kind, namespace and name. Where a rule names the first of several objects it
 * then names the same one in a plan and in the engine, which gives resources in no order (AnalyzeResources in
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/step_generator.go ranges over a map).
 */
export function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const keyed = objects.map((object) => {
    const { kind, namespace, name, apiVersion, urn = "" } = object;
    return { object, key: [kind, namespace, name, apiVersion, urn].join("\n") };
  });
  return keyed.sort((a, b) => byCodeUnits(a.key, b.key)).map(({ object }) => object);
}

/** The release that an object is, if it is one. */
export function releaseOf(object: KubernetesObject): ReleaseFacts | undefined {
  const { root, name, namespace } = object;
  const spec = root.at("spec");
  if (is(object, "helm.toolkit.fluxcd.io/*", "HelmRelease")) {
    const chart = spec.at("chart", "spec");
    return {
      chart: chart.at("chart").text(),
      version: chart.at("version").text(),
      name: spec.at("releaseName").text() ?? name,
      namespace: spec.at("targetNamespace").text() ?? namespace,
      values: spec.at("values"),
    };
  }
  if (is(object, "helm.sh/*", "Release")) {
    return {
      chart: spec.at("chart").text()?.split("/").at(-1),
      version: spec.at("version").text(),
      name,
      namespace,
      values: spec.at("values"),
    };
  }
  return undefined;
}

function generatedObjects(object: KubernetesObject): readonly KubernetesObject[] {
  const release = releaseOf(object);
  const place = object.namespace === "" ? object.name : `${object.namespace}/${object.name}`;
  const made = (chart: string, name: string, workloads: readonly object[]) =>
    workloads.flatMap((workload) =>
      objectsOf(replaced(workload, TRAP, UNKNOWN)).map((each) => ({
        ...each,
        ...(object.urn !== undefined && { urn: object.urn }),
        origin: { by: `${object.kind} ${place}`, chart, release: name },
      })),
    );
  if (release) {
    const chart = findChart(release.chart ?? "");
    if (!chart) return [];
    const { name, namespace } = release;
    const installed = { name, namespace, values: replaced(release.values.raw() ?? {}, UNKNOWN, TRAP) };
    return made(chart.name, name, [...chart.workloads(installed), ...(chart.startedPods?.(installed) ?? [])]);
  }
  const group = groupOf(object.apiVersion);
  const operator = operatorOf(group);
  return operator?.operands
    ? made(operator.name, object.name, operator.operands(replaced(object.root.raw(), UNKNOWN, TRAP) as Manifest, []))
    : [];
}

/** A member of a list. The API server writes its own lists, such as a PodList, without the kinds of their members. */
function member(item: unknown, apiVersion: string, kind: string): unknown {
  if (!isFields(item) || "apiVersion" in item || "kind" in item || kind === "List") return item;
  return { apiVersion, kind: kind.replace(/List$/, ""), ...item };
}

/** Text, or an empty one where there is none: an object whose name cannot be read is judged all the same. */
function readable(from: unknown, name: string): string {
  const value = fieldOf(from, name);
  return typeof value === "string" ? value : "";
}

function fieldOf(from: unknown, name: string): unknown {
  return typeof from === "object" && from !== null ? (Reflect.get(from, name) as unknown) : undefined;
}
