/** `kubernetes:core/v1:NodePatch` and its like, for the kinds that Kubernetes itself brings; a custom kind may well be called FooPatch. */
export function isPatchType(type: string): boolean {
  const [, group, kind] = splitType(type);
  return kind.endsWith("Patch") && kind !== "Patch" && isBuiltIn(group);
}

/** `kubernetes:core/v1:ConfigMapList` and its like: these exist for YAML files only. */
export function isListType(type: string): boolean {
  const [, group, kind] = splitType(type);
  return kind.endsWith("List") && isBuiltIn(group);
}

export const releaseType = "kubernetes:helm.sh/v3:Release";

/** `apiVersion` and `kind` of a type token. */
export function kindOfType(type: string): { readonly apiVersion: string; readonly kind: string } {
  const [version, group, kind] = splitType(type);
  const bareKind = isPatchType(type) ? kind.slice(0, -"Patch".length) : kind;
  return { apiVersion: group === "core" || group === "" ? version : `${group}/${version}`, kind: bareKind };
}

function isBuiltIn(group: string): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}

function splitType(type: string): readonly [version: string, group: string, kind: string] {
  const [, apiVersion = "", kind = ""] = /^[^:]*:(.*):([^:]*)$/.exec(type) ?? [];
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? [apiVersion, "", kind] : [apiVersion.slice(slash + 1), apiVersion.slice(0, slash), kind];
}
