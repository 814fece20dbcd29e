import { groupOf, type Manifest } from "../../components/manifest";
import type { Cluster } from "../../sandbox/cluster/client";

const KIND = "CustomResourceDefinition";

/** The definitions of custom resources among rendered objects, as texts. */
export function definitionsAmong(objects: readonly Manifest[]): readonly string[] {
  return objects.filter(({ kind }) => kind === KIND).map((object) => JSON.stringify(object));
}

/**
 * Gives an API server the definitions of the custom resources among some objects, and waits until it serves their kinds. Of two definitions of
 * the same name the first stays, as Helm leaves alone what is there.
 * @param definitions texts in YAML or JSON, which are sent as they are: to parse one takes up to half a second.
 */
export async function serveDefinitions(cluster: Cluster, definitions: readonly string[], objects: readonly Manifest[]): Promise<void> {
  const groups = new Set(objects.map(({ apiVersion }) => groupOf(apiVersion)));
  const wanted = new Map<string, string>();
  for (const text of definitions) {
    const [group, plural] = [/"?\bgroup"?: ?"?([a-z0-9.-]+)/.exec(text)?.[1] ?? "", /"?\bplural"?: ?"?([a-z0-9]+)/.exec(text)?.[1] ?? ""];
    const name = `${plural}.${group}`;
    if (groups.has(group) && !wanted.has(name)) wanted.set(name, text);
  }
  const path = await cluster.collection("apiextensions.k8s.io/v1", KIND);
  for (const [name, text] of wanted) {
    await cluster.request("PATCH", `${path}/${name}?fieldManager=charts-check&force=true`, text, "application/apply-patch+yaml");
  }
  const kinds = objects.filter(({ apiVersion }) => [...wanted.keys()].some((name) => name.endsWith(`.${groupOf(apiVersion)}`)));
  // A definition that has no such kind is no reason to wait for ever: the object is then refused by name.
  for (let tries = 0; tries < 100; tries++) {
    const known = await Promise.all(kinds.map(({ apiVersion, kind }) => cluster.knows(apiVersion, kind)));
    if (known.every(Boolean)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
