import { parse } from "yaml";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, asFields, findObject, listAt, textAt, type World } from "../cluster/world";

type Values = Readonly<Record<string, unknown>>;

/** Merges trees as Helm does: the second one wins, lists are replaced, and a null removes a key. */
export function mergeValues(base: Values, over: Values): Values {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else merged[key] = isTree(merged[key]) && isTree(value) ? mergeValues(merged[key], value) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A tree with one value at a dotted path (`hub.config.token`); a backslash keeps a dot inside a key. */
export function atPath(path: string, value: string): Values {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values;
}

/**
 * The values of a HelmRelease (https://fluxcd.io/flux/components/helm/helmreleases/#values): those of `valuesFrom` in their order, and the
 * inline ones over them; or else what is missing, one sentence each.
 */
export function valuesOf(world: World, release: ClusterObject): { readonly values: Values } | { readonly missing: readonly string[] } {
  const missing: string[] = [];
  let values: Values = {};
  for (const reference of listAt(release, "spec", "valuesFrom")) {
    const kind = textAt(reference, "kind") ?? "Secret";
    const name = textAt(reference, "name") ?? "";
    const key = textAt(reference, "valuesKey") ?? "values.yaml";
    const holder = findObject(world, "", kind, name, release.metadata.namespace);
    const held = textAt(holder, "data", key);
    if (held === undefined) {
      if (fieldAt(reference, "optional") !== true)
        missing.push(holder === undefined ? `${kind} ${name} does not exist` : `${kind} ${name} has no key ${key}`);
      continue;
    }
    const content = kind === "Secret" ? Buffer.from(held, "base64").toString() : held;
    const target = textAt(reference, "targetPath");
    try {
      values = mergeValues(values, target === undefined ? asFields(parse(content)) : atPath(target, content));
    } catch {
      // The parser's message would quote the text, which may be secret.
      missing.push(`${kind} ${name} holds no YAML under ${key}`);
    }
  }
  return missing.length > 0 ? { missing } : { values: mergeValues(values, asFields(fieldAt(release, "spec", "values"))) };
}
