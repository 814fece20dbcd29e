import { podAmounts } from "../../capacity/requests";
import type { PackPod } from "../../capacity/packing/model";
import { clusterPods } from "../../components/hub/gateway-values";
import { podOf, type RequestedPods } from "../../components/parts";
import { transformerPods } from "../../components/servicex/transformers";
import type { Site } from "../../stacks/site/schema";
import type { Field } from "../model/field";
import { releaseOf, type KubernetesObject, type ReleaseFacts } from "../model/objects";
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
  const release = releaseOf(object);
  switch (release?.chart) {
    case "jupyterhub":
      return userServers(object, objects, site, context);
    case "dask-gateway":
      return daskClusters({ object, release, objects, context }, site);
    case "servicex":
      return transformers({ object, release, objects, context }, site);
    default:
      return [];
  }
}

/** A release that starts pods for users, among the objects of its stack. */
interface Starter {
  readonly object: KubernetesObject;
  readonly release: ReleaseFacts;
  readonly objects: readonly KubernetesObject[];
  readonly context: PlacementContext;
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

function daskClusters(starter: Starter, { hub: { dask } }: Site): readonly OnDemandPods[] {
  if (dask.kind !== "gateway") return [];
  const [schedulers, workers] = clusterPods(dask);
  return [
    ...unconstrainedPods(starter, "Dask schedulers", schedulers, ["gateway", "backend", "scheduler", "extraPodConfig"]),
    ...unconstrainedPods(starter, "Dask workers", workers, ["gateway", "backend", "worker", "extraPodConfig"]),
  ];
}

function transformers(starter: Starter, { servicex }: Site): readonly OnDemandPods[] {
  if (servicex.kind !== "servicex") return [];
  return unconstrainedPods(starter, "transformers", transformerPods(servicex.transformers), ["transformer"]);
}

/**
 * Pods without constraints on their host; none where there are no such pods.
 * @param place where the values of the release name the priority class.
 */
function unconstrainedPods(
  { object, release: { namespace, values }, objects, context }: Starter,
  name: string,
  pods: RequestedPods | undefined,
  place: readonly string[],
): readonly OnDemandPods[] {
  if (pods === undefined) return [];
  const { resources, containers, count } = pods;
  const { requests } = podAmounts(podOf(resources, containers), defaultsByNamespace(objects, skipUnreadable).get(namespace));
  const standing = priority(values.at(...place, "priorityClassName"), context);
  return [{ object, field: object.root, pod: { namespace, name, count, requests, ...standing } }];
}
