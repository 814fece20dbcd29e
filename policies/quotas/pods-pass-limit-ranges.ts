import { containerAmounts, OF_PODS, podAmounts, type Amounts, type ContainerDefaults } from "../../capacity/requests";
import { checkAmounts, checkBounds, textOf, type Bounded } from "../model/amount-bounds";
import { claimsOf } from "../model/demand";
import type { KubernetesObject } from "../model/objects";
import { containerResources, resourcesOf } from "../model/pod-reading";
import { containersOf, type PodTemplate } from "../model/pods";
import type { Judgement, StackRule } from "../model/rules";
import { thousandths, tightestBounds, type BoundedType, type Bounds } from "../model/tightest-bounds";
import { attemptOf, defaultsByNamespace, limitRangesByNamespace, stackWorkloads } from "../model/workloads";

/** The bounds of a namespace, by what they bound. */
type BoundsOf = (type: BoundedType) => Bounds;

export const podsPassLimitRanges: StackRule = {
  name: "pods-pass-limit-ranges",
  pack: "quotas",
  title:
    "Every pod, container and claim keeps the bounds of its namespace's LimitRange and asks for no more than its limit, defaults filled in.",
  why: "The API server refuses a pod or a claim outside the bounds of a LimitRange, after it has filled in the defaults, and a pod that then asks for more than its limit.",
  sources: ["https://github.com/kubernetes/kubernetes/blob/v1.37.2/plugin/pkg/admission/limitranger/admission.go"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Bring the requests and limits within each other and within min, max and maxLimitRequestRatio of the LimitRange; the API server refuses the pod otherwise.",
  frameworks: ["facility:Q-04"],
  scope: "stack",
  check: (objects, on) => {
    const attempt = attemptOf(on);
    const boundsIn = boundsByNamespace(objects);
    const defaults = defaultsByNamespace(objects, attempt);
    const workloads = stackWorkloads(objects, undefined, attempt);
    for (const { object, pod } of workloads) {
      const judgement = on(object);
      judgement.attempt(() => checkPod(pod, boundsIn(object.namespace), defaults.get(object.namespace), judgement));
    }
    for (const claim of claimsOf(objects, workloads, attempt)) {
      const judgement = on(claim.object);
      judgement.attempt(() => {
        const requests = claim.spec.at("resources", "requests").quantities();
        const amounts = containerAmounts({ resources: { requests } }, [], thousandths);
        const asked = amounts.requests["storage"] ?? 0n;
        judgement.countChecked();
        if (asked <= 0n) judgement.violation(claim.spec, `the claim asks for ${textOf("storage", asked)} storage; allowed: more than 0`);
        const bounds = boundsIn(claim.object.namespace)("PersistentVolumeClaim");
        checkBounds({ who: "the claim", field: claim.spec, amounts }, bounds, judgement);
      });
    }
  },
};

function boundsByNamespace(objects: readonly KubernetesObject[]): (namespace: string) => BoundsOf {
  const bounds = new Map([...limitRangesByNamespace(objects)].map(([name, ranges]) => [name, tightestBounds(ranges)]));
  const none = tightestBounds([]);
  return (namespace) => bounds.get(namespace) ?? none;
}

function checkPod(pod: PodTemplate, boundsOf: BoundsOf, defaults: readonly ContainerDefaults[] = [], judgement: Judgement): void {
  const containers = containersOf(pod)
    // The API server allows ephemeral containers no resources.
    .filter(({ list }) => list !== "ephemeralContainers")
    .map(({ field, name, list }) => ({
      who: `container ${name}`,
      list,
      field,
      amounts: containerAmounts(containerResources(field), defaults, thousandths),
    }));
  for (const container of containers) {
    judgement.countChecked();
    checkAmounts(container, judgement);
    checkBounds(container, boundsOf("Container"), judgement);
  }
  // LimitRanger does not count the overhead, which a RuntimeClass adds.
  const { overhead: _, ...resources } = resourcesOf(pod);
  const amounts = podAmounts(resources, defaults, thousandths);
  checkBounds({ who: "the pod", field: pod.spec, amounts }, boundsOf("Pod"), judgement);
  const own = containerAmounts({ resources: resources.resources ?? {} }, [], thousandths);
  if (Object.keys(own.requests).length > 0) {
    const asked = podAmounts({ ...resources, resources: {} }, defaults, thousandths).requests;
    checkOwnAmounts({ who: "the pod", field: pod.spec.at("resources"), amounts }, own.limits, { asked, containers }, judgement);
  }
}

/** What the containers of a pod ask for together, and each of them. */
interface Parts {
  readonly asked: Amounts;
  readonly containers: readonly (Bounded & { readonly list: string })[];
}

/** A pod that has amounts of its own asks for all that its containers ask for, and none of these has a higher limit (validatePodResourceConsistency). */
function checkOwnAmounts(pod: Bounded, limits: Amounts, { asked, containers }: Parts, judgement: Judgement): void {
  const requests = Object.fromEntries(
    Object.entries(pod.amounts.requests).filter(([resource]) => OF_PODS.some((each) => each === resource)),
  );
  checkAmounts({ ...pod, amounts: { requests, limits } }, judgement);
  for (const [resource, amount] of Object.entries(asked)) {
    const request = requests[resource];
    if (request !== undefined && amount > request)
      judgement.violation(
        pod.field,
        `the pod asks for ${textOf(resource, request)} ${resource}; allowed: at least ${textOf(resource, amount)}, as its containers together`,
      );
  }
  for (const { who, field, amounts } of containers.filter(({ list }) => list === "containers"))
    for (const [resource, amount] of Object.entries(amounts.limits)) {
      const limit = limits[resource];
      if (limit !== undefined && amount > limit)
        judgement.violation(
          field,
          `${who} is limited to ${textOf(resource, amount)} ${resource}; allowed: at most ${textOf(resource, limit)}, as its pod`,
        );
    }
}
