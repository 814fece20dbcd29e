import { grouped } from "../../capacity/packing/grouped";
import { labelIndex } from "../../capacity/label-index";
import type { Labels } from "../../capacity/labels";
import type { KubernetesObject } from "./objects";
import { podTemplateOf, type PodTemplate } from "./pods";
import { skipUnreadable } from "./workloads";

/** True for a Service that takes traffic from outside by itself. */
export function takesFromOutside({ root }: KubernetesObject): boolean {
  const spec = root.at("spec");
  return ["LoadBalancer", "NodePort"].includes(spec.at("type").text() ?? "") || spec.at("externalIPs").items().length > 0;
}

/** Finds the pods behind Services. */
export class PodsBehind {
  private readonly namespaces: ReadonlyMap<string, (wanted: Labels) => readonly { readonly pod: PodTemplate }[]>;

  constructor(objects: readonly KubernetesObject[]) {
    const pods: { readonly namespace: string; readonly pod: PodTemplate; readonly labels: Labels }[] = [];
    for (const object of objects)
      // Rules about pods make findings of those that cannot be read.
      skipUnreadable(object, () => {
        const pod = podTemplateOf(object);
        if (pod !== undefined) pods.push({ namespace: object.namespace, pod, labels: pod.metadata.at("labels").texts() });
      });
    this.namespaces = new Map([...grouped(pods, ({ namespace }) => namespace)].map(([name, all]) => [name, labelIndex(all)]));
  }

  /** The pods that a Service selects; none for a Service without a selector. */
  of({ namespace, root }: KubernetesObject): readonly PodTemplate[] {
    const wanted = root.at("spec", "selector").texts();
    if (Object.keys(wanted).length === 0) return [];
    return (this.namespaces.get(namespace)?.(wanted) ?? []).map(({ pod }) => pod);
  }
}
