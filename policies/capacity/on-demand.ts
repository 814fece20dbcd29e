import { podAmounts } from "../../capacity/requests";
import type { PackPod } from "../../capacity/packing/model";
import { clusterPods } from "../../components/hub/gateway-values";
import { podOf, type RequestedPods } from "../../components/parts";
import { transformerPods } from "../../components/servicex/transformers";
import type { Site } from "../../stacks/site/schema";
import type { Field } from "../model/field";
import { releaseOf, type KubernetesObject } from "../model/objects";
import { expectedServers } from "../model/hub-demand";
import { hubReleaseOf, profilesOf, userPlacement } from "../model/user-servers";
import { defaultsByNamespace, skipUnreadable } from "../model/workloads";
import { priority } from "./pack-pod";
import type { PlacementContext } from "./placement-context";

/** Pods that run on demand of users, as many as the site expects at once. */
export interface OnDemandPods {
  /** The release that starts them. */
  readonly object: KubernetesObject;
  /** The values that decide how large the pods are. */
  readonly field: Field;
  /** The profile of user servers; undefined for pods that users start out of their servers. */
  readonly profile?: string;
  readonly pod: PackPod;
}

/**
 * The pods that a release starts for users: servers by profile, Dask schedulers and workers, transformers of ServiceX; none for other objects.
 * @throws {Undetermined} for a value that is not known yet.
 */
export function onDemandOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  site: Site,
  context: PlacementContext,
): readonly OnDemandPods[] {
  switch (releaseOf(object)?.chart) {
    case "jupyterhub":
      return userServers(object, objects, site, context);
    case "dask-gateway":
      return daskClusters(object, objects, site, context);
    case "servicex":
      return transformers(object, objects, site, context);
    default:
      return [];
  }
}

function userServers(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  site: Site,
  context: PlacementContext,
): readonly OnDemandPods[] {
  const hub = hubReleaseOf(object);
  if (!hub) return [];
  const { namespace, values } = hub;
  const profiles = profilesOf(hub, defaultsByNamespace(objects, skipUnreadable).get(namespace));
  return expectedServers(profiles, site).map(({ name, field, amounts, scale }) => ({
    object,
    field,
    profile: name,
    pod: {
      namespace,
      name,
      count: scale.pods,
      requests: amounts.requests,
      placement: userPlacement(hub),
      ...priority(values.at("singleuser", "extraPodConfig", "priorityClassName"), context),
    },
  }));
}

function daskClusters(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  { hub: { dask } }: Site,
  context: PlacementContext,
): readonly OnDemandPods[] {
  if (dask.kind !== "gateway") return [];
  const backend = releaseOf(object)?.values.at("gateway", "backend");
  const kinds = [
    ["Dask schedulers", backend?.at("scheduler")],
    ["Dask workers", backend?.at("worker")],
  ] as const;
  return clusterPods(dask).map((pods, index) => {
    const [name = "", values] = kinds[index] ?? [];
    return unconstrainedPods(object, objects, name, pods, context, values?.at("extraPodConfig", "priorityClassName"));
  });
}

function transformers(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  { servicex }: Site,
  context: PlacementContext,
): readonly OnDemandPods[] {
  if (servicex.kind !== "servicex") return [];
  const className = releaseOf(object)?.values.at("transformer", "priorityClassName");
  return [unconstrainedPods(object, objects, "transformers", transformerPods(servicex.transformers), context, className)];
}

/** Pods without constraints on their host. */
function unconstrainedPods(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  name: string,
  { resources, containers, count }: RequestedPods,
  context: PlacementContext,
  className: Field | undefined,
): OnDemandPods {
  const namespace = releaseOf(object)?.namespace ?? "";
  const { requests } = podAmounts(podOf(resources, containers), defaultsByNamespace(objects, skipUnreadable).get(namespace));
  const standing = className ? priority(className, context) : { priority: context.priorities.otherwise };
  return { object, field: object.root, pod: { namespace, name, count, requests, ...standing } };
}
