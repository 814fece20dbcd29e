import { dividedUp } from "../../capacity/quantity";
import type { PodAmounts } from "../../capacity/requests";
import type { Field } from "./field";
import { amountText, unitOf } from "./figures";
import { HUGE_PAGES } from "./resource-names";
import type { Judgement } from "./rules";
import type { Bounds } from "./tightest-bounds";

/** Something whose amounts the API server admits or refuses. */
export interface Bounded {
  /** Its name in messages: `container main`, `the pod`. */
  readonly who: string;
  readonly field: Field;
  /** Thousandths of the unit of each resource, as `thousandths` reads them, defaults filled in. */
  readonly amounts: PodAmounts;
}

/** A need and what there is, in thousandths of the unit of the resource. */
interface Sides {
  readonly resource: string;
  readonly need: bigint;
  readonly have: bigint;
}

/**
 * Judges amounts by the bounds of the LimitRanges of a namespace, as LimitRanger does. A claim has no limits, and `max` then bounds what it asks for.
 * @throws {Undetermined | Malformed} if one of the bounds cannot be read, once the others are judged.
 */
export function checkBounds(bounded: Bounded, bounds: Bounds, judgement: Judgement): void {
  const { who, field, amounts } = bounded;
  const { requests, limits } = amounts;
  const isClaim = bounds.type === "PersistentVolumeClaim";
  const refuse = (bound: Field, found: string, allowed: string) =>
    judgement.violation(field, `${who} ${found}; allowed: ${allowed} (${bound.path} of the LimitRange)`);

  for (const { resource, field: bound, amount: need } of bounds.min) {
    const [have, limit] = [requests[resource], limits[resource]];
    const allowed = `at least ${textOf(resource, need)}`;
    if (have === undefined) refuse(bound, `has no request of ${resource}`, allowed);
    else
      compare(
        bounded,
        { resource, need, have },
        need > have,
        bound,
        `asks for ${textOf(resource, have)} ${resource}; allowed: ${allowed}`,
        judgement,
      );
    if (limit !== undefined && limit < need) refuse(bound, `is limited to ${textOf(resource, limit)} ${resource}`, allowed);
  }
  for (const { resource, field: bound, amount: have } of bounds.max) {
    const [need, verb] = isClaim ? [requests[resource], "asks for"] : [limits[resource], "is limited to"];
    const allowed = `at most ${textOf(resource, have)}`;
    if (need === undefined) refuse(bound, `has no ${isClaim ? "request" : "limit"} of ${resource}`, allowed);
    else
      compare(
        bounded,
        { resource, need, have },
        need > have,
        bound,
        `${verb} ${textOf(resource, need)} ${resource}; allowed: ${allowed}`,
        judgement,
      );
    const request = requests[resource];
    if (!isClaim && request !== undefined && request > have) refuse(bound, `asks for ${textOf(resource, request)} ${resource}`, allowed);
  }
  for (const { resource, field: bound, amount: ratio } of isClaim ? [] : bounds.maxLimitRequestRatio) {
    const [request = 0n, limit = 0n] = [requests[resource], limits[resource]];
    if (request === 0n || limit === 0n) {
      refuse(bound, `has no ${request === 0n ? "request" : "limit"} of ${resource}, or one of 0`, "a request and a limit");
      continue;
    }
    const have = (request * ratio) / 1000n;
    // LimitRanger divides floating-point numbers, so it may refuse what is exactly at the bound.
    const over = (Number(limit) / Number(request)) * 1000 > Number(ratio);
    const message = `is limited to ${textOf(resource, limit)} ${resource}; allowed by its request and the ratio: at most ${textOf(resource, have)}`;
    compare(bounded, { resource, need: limit, have }, over, bound, message, judgement);
  }
  if (bounds.unreadable) throw bounds.unreadable;
}

/**
 * Judges what the API server asks of the amounts of a container or a pod whatever the namespace says: none is negative, no request is above its limit, and
 * who has huge pages has CPU or memory too (validateResourceRequirements in https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/validation/validation.go).
 */
export function checkAmounts({ who, field, amounts: { requests, limits } }: Bounded, judgement: Judgement): void {
  for (const [verb, list] of [
    ["asks for", requests],
    ["is limited to", limits],
  ] as const)
    for (const [resource, amount] of Object.entries(list))
      if (amount < 0n) judgement.violation(field, `${who} ${verb} ${textOf(resource, amount)} ${resource}; allowed: 0 or more`);
  const given = Object.keys({ ...requests, ...limits });
  if (given.some((resource) => resource.startsWith(HUGE_PAGES)) && !given.includes("cpu") && !given.includes("memory"))
    judgement.violation(field, `${who} has huge pages alone; allowed: with cpu or memory beside them`);
  for (const [resource, request] of Object.entries(requests)) {
    const limit = limits[resource];
    if (isWhole(resource)) {
      if (limit !== request)
        judgement.violation(
          field,
          `${who} asks for ${textOf(resource, request)} ${resource} and ${limit === undefined ? "has no limit" : `is limited to ${textOf(resource, limit)}`}; allowed: a limit that is its request`,
        );
    } else if (limit !== undefined && request > limit)
      judgement.violation(
        field,
        `${who} asks for ${textOf(resource, request)} ${resource}, and its limit, defaults filled in, is ${textOf(resource, limit)}; allowed: a request up to the limit`,
      );
  }
}

/** True for a resource that cannot be shared, so that its request is its limit: a device, or huge pages (IsOvercommitAllowed in the same repository). */
export function isWhole(resource: string): boolean {
  return resource.startsWith(HUGE_PAGES) || (resource.includes("/") && !resource.includes("kubernetes.io/"));
}

/** Thousandths of an amount, as people write it. */
export function textOf(resource: string, amount: bigint): string {
  return amountText(unitOf(resource), resource === "cpu" ? amount : dividedUp(amount, 1000n));
}

/** Records a comparison. A figure has whole bytes; where these hide a difference that the API server sees, the finding has no figure. */
function compare(
  { who, field }: Bounded,
  { resource, need, have }: Sides,
  over: boolean,
  bound: Field,
  found: string,
  judgement: Judgement,
): void {
  const unit = unitOf(resource);
  const message = `${who} ${found} (${bound.path} of the LimitRange)`;
  const figure = {
    subject: who,
    resource,
    unit,
    ...(unit === "millicores" ? { need, have } : { need: dividedUp(need, 1000n), have: have / 1000n }),
  };
  if (figure.need > figure.have === over) judgement.compared(field, figure, message);
  else if (over) judgement.violation(field, message);
  else judgement.countChecked();
}
