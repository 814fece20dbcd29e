import { groupOf } from "#af/components/manifest";
import { ensureCrds } from "#af/sandbox/charts/crds";
import type { Cluster } from "#af/sandbox/cluster/client";
import { isCustom } from "#af/tools/schemas/check";
import type { WrittenObject } from "../support/recordings";

/** Gives an API server the definitions and the namespaces without which it would take none of the objects. */
export async function makeRoomFor(cluster: Cluster, objects: readonly WrittenObject[]): Promise<void> {
  const custom = objects.filter(({ object }) => isCustom(object));
  await ensureCrds(cluster, [...new Set(custom.map(({ object }) => groupOf(object.apiVersion)))]);
  for (const namespace of new Set(objects.map(({ object }) => object.namespace).filter((name) => name !== "")))
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, "test");
}
