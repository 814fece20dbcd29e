import { podAmounts, type PodAmounts } from "../../capacity/requests";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { podOf } from "../../components/parts";
import { CONTAINER_DEFAULTS } from "../../components/tenancy/defaults";
import { nameOf } from "../../components/tenancy/settings";
import { is, type KubernetesObject } from "../../policies/model/objects";
import { stackWorkloads } from "../../policies/model/workloads";
import type { ClusterObject } from "../../sandbox/cluster/client";
import { allParts } from "../../stacks/site/parts";
import type { Site } from "../../stacks/site/schema";

/** Pods that the facility counts in a namespace, all of one form. */
export interface CountedPods {
  /** Who makes them, for people. */
  readonly title: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
  /** What the facility counts for one of them. */
  readonly amounts: PodAmounts;
  /** How many run at full scale; those that come with a rollout are not among them. */
  readonly count: number;
}

type PodSpec = Readonly<Record<string, unknown>> & { readonly containers: readonly object[]; readonly volumes?: readonly object[] };

/** A namespace of a site: what decides about its pods, and the pods. */
export interface Tenancy {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: readonly ClusterObject[];
  readonly quotas: readonly ClusterObject[];
  readonly pods: readonly CountedPods[];
}

/**
 * Every namespace of a site with the pods of its objects, charts and operators, and those that come on request of users.
 * @param objects all objects of the site, in their normal form.
 */
export function tenanciesOf(site: Site, objects: readonly KubernetesObject[]): readonly Tenancy[] {
  const workloads = stackWorkloads(objects, schedulableHosts(site), (_, check) => check());
  const parts = allParts(site);
  return objects
    .filter((object) => is(object, "v1", "Namespace"))
    .map((namespace) => {
      const { name } = namespace;
      const within = (kind: string): readonly ClusterObject[] =>
        objects.filter((object) => is(object, "v1", kind) && object.namespace === name).map(inClear);
      const requested = parts
        .filter(({ role }) => role !== undefined && nameOf(site.tenancy, role) === name)
        .flatMap(({ onRequest }) =>
          onRequest.pods.map(({ resources: asked, containers, count }) => ({ pod: podOf(asked, containers), count })),
        );
      return {
        name,
        labels: namespace.root.at("metadata", "labels").texts(),
        limits: within("LimitRange"),
        quotas: within("ResourceQuota"),
        pods: [
          ...workloads
            .filter(({ object }) => object.namespace === name)
            .map(({ object, pod, amounts, scale }) => ({
              title: `${object.kind} ${object.name}`,
              metadata: { labels: known(pod.metadata.at("labels").raw() ?? {}) as Record<string, unknown> },
              spec: whole(known(pod.spec.raw()) as PodSpec, object, anyImage(site)),
              amounts,
              count: scale.pods,
            })),
          ...requested.map(({ pod, count }, index) => ({
            title: `pods on request ${index}`,
            metadata: {},
            spec: {
              containers: pod.containers.map((each, number) => ({ ...each, name: `c${number}`, image: anyImage(site) })),
            },
            amounts: podAmounts(pod, [CONTAINER_DEFAULTS]),
            count,
          })),
        ],
      };
    });
}

/** An image for what is counted without one. The site file names it, so the cluster's own admission takes it in every namespace. */
function anyImage({ hub }: Site): string {
  return hub.image;
}

/** A pod as its template has it: claims that a StatefulSet makes for it are volumes, and a gateway of Ceph, which is read without its cluster, has an image. */
function whole(spec: PodSpec, { root }: KubernetesObject, image: string): PodSpec {
  const claimed = root
    .at("spec", "volumeClaimTemplates")
    .items()
    .map((template) => template.at("metadata", "name").text() ?? "")
    .map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const containers = spec.containers.map((container) => ({ image, ...container }));
  return { ...spec, containers, ...(claimed.length > 0 && { volumes: [...(spec.volumes ?? []), ...claimed] }) };
}

/** An object as it is declared, with a text in place of everything that is not known before `up`. */
export function inClear({ root }: KubernetesObject): ClusterObject {
  return known(root.raw()) as ClusterObject;
}

/** The value with a text in place of everything that is not known before `up`. */
function known(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === "symbol" ? "unknown" : inner))) as unknown;
}
