import { is, type KubernetesObject } from "./objects";
import { hostPortsOf } from "./pod-reading";
import { podTemplateOf, type PodTemplate } from "./pods";
import { PodsBehind, takesFromOutside } from "./pods-behind";
import { backendsOf } from "./route-backends";
import { objectName } from "./rules";
import type { Attempt } from "./workloads";

/** Pods that machines outside the cluster reach. */
export interface ExposedPods {
  readonly pod: PodTemplate;
  /** The first thing by which they are reached, as part of a sentence: `the Service work/program`. */
  readonly by: string;
}

/** Pods that a Service or a route leads to from outside, or that listen at a host: on a port of it, or in its network. */
export function exposedPods(objects: readonly KubernetesObject[], attempt: Attempt): readonly ExposedPods[] {
  const found = new Map<KubernetesObject, ExposedPods>();
  const expose = (pods: readonly PodTemplate[], by: string): void => {
    for (const pod of pods) if (!found.has(pod.object)) found.set(pod.object, { pod, by });
  };
  const behind = new PodsBehind(objects);
  const services = new Map(objects.filter((each) => is(each, "v1", "Service")).map((each) => [`${each.namespace}/${each.name}`, each]));
  for (const service of services.values())
    attempt(service, () => {
      if (takesFromOutside(service)) expose(behind.of(service), `the ${objectName(service)}`);
    });
  for (const route of objects)
    attempt(route, () => {
      for (const { namespace, name } of backendsOf(route)) {
        const service = services.get(`${namespace}/${name}`);
        if (service) expose(behind.of(service), `the ${objectName(route)}`);
      }
    });
  for (const object of objects)
    attempt(object, () => {
      // Rules about pods say of a chart or an operator why its pods are not known.
      const pod = object.obstacle === undefined ? podTemplateOf(object) : undefined;
      if (pod?.spec.at("hostNetwork").boolean() === true) expose([pod], "the network of its host");
      else if (pod && hostPortsOf(pod).length > 0) expose([pod], "a port of its host");
    });
  return [...found.values()];
}
