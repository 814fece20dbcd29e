import type { RecordedResource } from "#af/stacks/record";

/**
 * Where in what a program asks for a text or a number stands, in words: the object, then the path inside of it, e.g.
 * `ConfigMap xcache/xcache: data.90-site.cfg`, `chart jupyterhub: singleuser.extraEnv.XCACHE_PORT` or `NetworkPolicy hub: egress`.
 * Places in lists are left out, and so is the namespace in which an object lies.
 */
export function placesOf(resources: readonly RecordedResource[], wanted: string | number): readonly string[] {
  const pattern = new RegExp(`(?<![\\w-])${String(wanted).replaceAll(/[.\\/$]/g, "\\$&")}(?![\\w-])`);
  const places = resources
    .filter(({ custom }) => custom)
    .flatMap((resource) => pathsTo(resource.inputs, pattern).map((steps) => placeOf(resource, steps)));
  return [...new Set(places)].sort();
}

type Step = string | number;

function pathsTo(tree: unknown, pattern: RegExp, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof tree === "string" || typeof tree === "number") return pattern.test(String(tree)) ? [path] : [];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    const at = [...path, key];
    const isOwnNamespace = at.join(".") === "metadata.namespace" || at.join(".") === "namespace";
    if (isOwnNamespace) return [];
    return [...(pattern.test(key) ? [at] : []), ...pathsTo(value, pattern, at)];
  });
}

function placeOf({ type, name, inputs }: RecordedResource, steps: readonly Step[]): string {
  const kind = type.split(":").at(-1) ?? type;
  const metadata = (inputs["metadata"] ?? {}) as Readonly<Partial<Record<"name" | "namespace", string>>>;
  const path = steps.filter((step) => !/^\d+$/.test(String(step))).join(".");
  const namespace = metadata.namespace ?? "";
  if (kind === "NetworkPolicy") return `NetworkPolicy ${namespace}: ${path.includes("egress") ? "egress" : "ingress"}`;
  if (kind === "HelmRelease") return `chart ${metadata.name ?? ""}: ${path.replace(/^spec\.values\./, "")}`;
  if (kind === "Release") return `chart ${String(inputs["name"])}: ${path.replace(/^values\./, "")}`;
  const title = metadata.name === undefined ? name : [namespace, metadata.name].filter((part) => part !== "").join("/");
  return `${kind} ${title}: ${path}`;
}
