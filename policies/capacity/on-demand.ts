import { podAmounts } from "../../capacity/requests";
import type { PackPod } from "../../capacity/packing/model";
import type { Resources } from "../../components/workloads/kit";
import { clusterPods } from "../../components/hub/gateway-values";
import { TRANSFORMER } from "../../components/servicex/values";
import type { Site } from "../../stacks/site/schema";
import type { Field } from "../model/field";
import { releaseOf, type KubernetesObject } from "../model/objects";
import { serversOf } from "../model/hub-demand";
import { hubReleaseOf, profilesOf, userPlacement } from "../model/user-servers";
import { defaultsByNamespace, silently } from "../model/workloads";
import { priority } from "./pack-pod";
import type { Surroundings } from "./surroundings";

/** Pods that users bring, as many as the site reckons with at once. */
export interface OnDemand {
  /** The release that starts them. */
  readonly object: KubernetesObject;
  /** What decides how large they are. */
  readonly field: Field;
  /** The profile whose servers they are; none for what users start from there. */
  readonly profile?: string;
  readonly pod: PackPod;
}

/**
 * What users bring through one release: servers by profile, Dask's schedulers and workers, ServiceX' transformers; none for other objects.
 * @throws {Undetermined} for what is not known yet.
 */
export function onDemandOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  site: Site,
  surroundings: Surroundings,
): readonly OnDemand[] {
  switch (releaseOf(object)?.chart) {
    case "jupyterhub":
      return userServers(object, objects, site, surroundings);
    case "dask-gateway":
      return daskClusters(object, objects, site, surroundings);
    case "servicex":
      return transformers(object, objects, site, surroundings);
    default:
      return [];
  }
}

function userServers(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  site: Site,
  surroundings: Surroundings,
): readonly OnDemand[] {
  const hub = hubReleaseOf(object);
  if (!hub) return [];
  const { namespace, values } = hub;
  const profiles = profilesOf(hub, defaultsByNamespace(objects, silently).get(namespace));
  return serversOf(profiles, site).map(({ name, field, amounts, scale }) => ({
    object,
    field,
    profile: name,
    pod: {
      namespace,
      name,
      count: scale.pods,
      requests: amounts.requests,
      placement: userPlacement(hub),
      ...priority(values.at("singleuser", "extraPodConfig", "priorityClassName"), surroundings),
    },
  }));
}

function daskClusters(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  { hub: { dask } }: Site,
  surroundings: Surroundings,
): readonly OnDemand[] {
  if (dask.kind !== "gateway") return [];
  const names = ["Dask schedulers", "Dask workers"];
  return clusterPods(dask).map(({ resources: asked, count }, index) =>
    started(object, objects, { name: names[index] ?? "", asked, count }, surroundings),
  );
}

function transformers(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  { servicex }: Site,
  surroundings: Surroundings,
): readonly OnDemand[] {
  if (servicex.kind !== "servicex") return [];
  const { max, requests } = servicex.transformers;
  return [started(object, objects, { name: "transformers", asked: TRANSFORMER, count: max * requests }, surroundings)];
}

/** Pods that go wherever pods may and have the priority of those without a class. */
function started(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  { name, asked, count }: { readonly name: string; readonly asked: Resources; readonly count: number },
  { priorities: { otherwise } }: Surroundings,
): OnDemand {
  const namespace = releaseOf(object)?.namespace ?? "";
  const { requests } = podAmounts({ containers: [{ resources: asked }] }, defaultsByNamespace(objects, silently).get(namespace));
  return { object, field: object.root, pod: { namespace, name, count, requests, priority: otherwise } };
}
