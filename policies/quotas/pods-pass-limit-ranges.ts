import { millicores } from "../../capacity/quantity";
import { amountOf, podAmounts, type ContainerDefaults, type PodAmounts } from "../../capacity/requests";
import type { Field } from "../model/field";
import { amountText, unitOf, type Figure } from "../model/figures";
import { containersOf, type PodTemplate } from "../model/pods";
import { is } from "../model/objects";
import type { Judgement, StackRule } from "../model/rules";
import { claimsOf } from "../model/demand";
import { containerResources } from "../model/pod-reading";
import { defaultsByNamespace, attemptOf, stackWorkloads } from "../model/workloads";

/**
 * The API server refuses a pod or a claim outside the bounds of a LimitRange, after it has filled in the defaults
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/plugin/pkg/admission/limitranger/admission.go).
 */
export const podsPassLimitRanges: StackRule = {
  name: "pods-pass-limit-ranges",
  pack: "quotas",
  title: "Every pod, container and claim keeps the bounds of its namespace's LimitRange, defaults filled in.",
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Bring the requests and limits within min, max and maxLimitRequestRatio of the LimitRange; the API server refuses the pod otherwise.",
  frameworks: ["facility:Q-04"],
  scope: "stack",
  check: (objects, on) => {
    const attempt = attemptOf(on);
    const ranges = objects.filter((each) => is(each, "v1", "LimitRange"));
    const items = (namespace: string, type: string) =>
      ranges
        .filter((range) => range.namespace === namespace)
        .flatMap((range) => range.root.at("spec", "limits").items())
        .filter((item) => item.at("type").text() === type);
    const defaults = defaultsByNamespace(objects, attempt);
    const workloads = stackWorkloads(objects, undefined, attempt);
    for (const { object, pod, amounts } of workloads) {
      const judgement = on(object);
      judgement.attempt(() => {
        for (const item of items(object.namespace, "Container")) checkContainers(pod, item, defaults.get(object.namespace), judgement);
        for (const item of items(object.namespace, "Pod")) checkBounds("the pod", pod.spec, amounts, item, judgement);
      });
    }
    for (const claim of claimsOf(objects, workloads, attempt)) {
      const judgement = on(claim.object);
      judgement.attempt(() => {
        const amounts = { requests: { storage: claim.bytes }, limits: { storage: claim.bytes } };
        for (const item of items(claim.object.namespace, "PersistentVolumeClaim"))
          checkBounds("the claim", claim.spec, amounts, item, judgement);
      });
    }
  },
};

function checkContainers(pod: PodTemplate, item: Field, defaults: readonly ContainerDefaults[] | undefined, judgement: Judgement): void {
  for (const { field, name, list } of containersOf(pod)) {
    if (list === "ephemeralContainers") continue;
    judgement.countChecked();
    checkBounds(`container ${name}`, field, podAmounts({ containers: [containerResources(field)] }, defaults), item, judgement);
  }
}

function checkBounds(who: string, field: Field, { requests, limits }: PodAmounts, item: Field, judgement: Judgement): void {
  const compared = (figure: Omit<Figure, "unit">, bound: Field, message: (text: (amount: bigint) => string) => string) => {
    const unit = unitOf(figure.resource);
    judgement.compared(field, { ...figure, unit }, `${message((amount) => amountText(unit, amount))} (${bound.path} of the LimitRange)`);
  };
  for (const [resource, bound] of item.at("min").entries()) {
    const need = amountIn(bound, resource);
    const have = requests[resource] ?? 0n;
    compared(
      { subject: who, resource, need, have },
      bound,
      (text) => `${who} asks for ${text(have)} ${resource}; allowed: at least ${text(need)}`,
    );
  }
  for (const [resource, bound] of item.at("max").entries()) {
    const have = amountIn(bound, resource);
    const need = limits[resource];
    if (need === undefined)
      judgement.violation(field, `${who} has no limit of ${resource}; allowed: at most ${amountText(unitOf(resource), have)}`);
    else
      compared(
        { subject: who, resource, need, have },
        bound,
        (text) => `${who} is limited to ${text(need)} ${resource}; allowed: at most ${text(have)}`,
      );
  }
  for (const [resource, bound] of item.at("maxLimitRequestRatio").entries()) {
    const have = ((requests[resource] ?? 0n) * millicores(bound.quantity() ?? "1")) / 1000n;
    const need = limits[resource] ?? 0n;
    compared(
      { subject: who, resource, need, have },
      bound,
      (text) => `${who} is limited to ${text(need)} ${resource}; allowed by its request and the ratio: at most ${text(have)}`,
    );
  }
}

function amountIn(bound: Field, resource: string): bigint {
  return amountOf(resource, bound.quantity() ?? "0");
}
