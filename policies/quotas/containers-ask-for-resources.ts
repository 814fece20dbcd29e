import { memoize } from "../../capacity/memoize";
import { firstDefaults, podAmounts, type ContainerDefaults } from "../../capacity/requests";
import type { Field } from "../model/field";
import type { KubernetesObject } from "../model/objects";
import { limitRangesByNamespace } from "../model/workloads";
import { containersOf, podTemplateOf, type PodContainer } from "../model/pods";
import type { Judgement, StackRule } from "../model/rules";
import { containerDefaults, containerResources } from "../model/pod-reading";

const NONE: readonly KubernetesObject[] = [];

export const containersAskForResources: StackRule = {
  name: "containers-ask-for-resources",
  pack: "quotas",
  title: "Every container requests CPU and memory and has a memory limit, its own or its namespace's default.",
  why: "The scheduler and the quotas count requests, and a container without a memory limit can use up the memory of its host. CPU limits are not asked for: a container over its share of CPU is slowed down, and harms no other.",
  sources: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory; for a chart, in its values.",
  frameworks: [
    "Kubescape:C-0268",
    "Kubescape:C-0269",
    "Kubescape:C-0271",
    "Checkov:CKV_K8S_10",
    "Checkov:CKV_K8S_12",
    "Checkov:CKV_K8S_13",
  ],
  scope: "stack",
  check: (objects, on) => {
    const defaultsOf = memoize((ranges: readonly KubernetesObject[]) => firstDefaults(containerDefaults(ranges)));
    const ranges = limitRangesByNamespace(objects);
    for (const object of objects) {
      const judgement = on(object);
      judgement.attempt(() => {
        const pod = podTemplateOf(object);
        if (!pod || object.partial) return;
        const own = ranges.get(object.namespace) ?? NONE;
        for (const container of containersOf(pod)) {
          judgement.countChecked();
          // The API server allows ephemeral containers no resources.
          if (container.list !== "ephemeralContainers") judgement.attempt(() => check(container, defaultsOf(own), judgement));
        }
      });
    }
  },
};

function check({ field, name, pod }: PodContainer, defaults: ContainerDefaults, judgement: Judgement): void {
  const { requests, limits } = podAmounts({ containers: [containerResources(field)] }, [defaults]);
  // Resources of the pod as a whole serve in place of those of its containers.
  const ofPod = podAmounts({ containers: [], resources: containerResources(pod.spec).resources ?? {} });
  const missing = [
    ...(["cpu", "memory"] as const)
      .filter((resource) => (requests[resource] ?? ofPod.requests[resource]) === undefined)
      .map((resource) => ["requests", resource] as const),
    ...((limits["memory"] ?? ofPod.limits["memory"]) === undefined ? [["limits", "memory"] as const] : []),
  ];
  for (const steps of missing) {
    const place: Field = field.at("resources", ...steps);
    judgement.violation(place, `container ${name} has no ${steps.join(".")}, and no LimitRange of its namespace gives one`);
  }
}
