import { podAmounts, type ContainerDefaults, type PodAmounts } from "#af/capacity/requests";
import { schedulableHosts } from "#af/components/nodes/schedulable";
import { podOf } from "#af/components/parts";
import { CONTAINER_DEFAULTS } from "#af/components/tenancy/defaults";
import { nameOf } from "#af/components/tenancy/settings";
import { plain } from "#af/policies/engine-values";
import { is, objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { stackWorkloads } from "#af/policies/model/workloads";
import type { Recording } from "#af/stacks/record";
import { allParts } from "#af/stacks/site/parts";

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

const ANY_IMAGE = "registry.example.edu/any:1.0";

/** A namespace of a site: what decides about its pods, and the pods. */
export interface Tenancy {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: readonly Readonly<Record<string, unknown>>[];
  readonly quotas: readonly Readonly<Record<string, unknown>>[];
  readonly pods: readonly CountedPods[];
}

/** Every namespace of a recorded program with the pods of its objects, charts and operators, and those that come on request of users. */
export function tenanciesOf({ site, resources }: Recording): readonly Tenancy[] {
  const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
  const workloads = stackWorkloads(objects, schedulableHosts(site), (_, check) => check());
  const parts = allParts(site);
  return objects
    .filter((object) => is(object, "v1", "Namespace"))
    .map((namespace) => {
      const { name } = namespace;
      const within = (kind: string): readonly Readonly<Record<string, unknown>>[] =>
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
              spec: whole(known(pod.spec.raw()) as PodSpec, object),
              amounts,
              count: scale.pods,
            })),
          ...requested.map(({ pod, count }, index) => ({
            title: `pods on request ${index}`,
            metadata: {},
            spec: {
              containers: pod.containers.map((each, number) => ({ ...each, name: `c${number}`, image: "registry.example.edu/any:1.0" })),
            },
            amounts: podAmounts(pod, [CONTAINER_DEFAULTS]),
            count,
          })),
        ],
      };
    });
}

/** A pod as its template has it: claims that a StatefulSet makes for it are volumes, and a gateway of Ceph, which is read without its cluster, has an image. */
function whole(spec: PodSpec, { root }: KubernetesObject): PodSpec {
  const claimed = root
    .at("spec", "volumeClaimTemplates")
    .items()
    .map((template) => template.at("metadata", "name").text() ?? "")
    .map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const containers = spec.containers.map((container) => ({ image: ANY_IMAGE, ...container }));
  return { ...spec, containers, ...(claimed.length > 0 && { volumes: [...(spec.volumes ?? []), ...claimed] }) };
}

/** What the containers of a pod of the API server ask for; nothing is filled in. */
export function askedBy(spec: unknown): PodAmounts {
  const none: readonly ContainerDefaults[] = [];
  return podAmounts(spec as Parameters<typeof podAmounts>[0], none);
}

function inClear({ root }: KubernetesObject): Readonly<Record<string, unknown>> {
  return known(root.raw()) as Readonly<Record<string, unknown>>;
}

/** The value with a text in place of everything that is not known before `up`. */
function known(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === "symbol" ? "unknown" : inner))) as unknown;
}
