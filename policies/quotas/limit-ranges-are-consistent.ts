import { filledDefaults } from "../../capacity/requests";
import { isWhole, textOf } from "../model/amount-bounds";
import type { Field } from "../model/field";
import { unitOf } from "../model/figures";
import { is } from "../model/objects";
import { limitedResources } from "../model/resource-names";
import type { Judgement, StackRule } from "../model/rules";
import { thousandths } from "../model/tightest-bounds";

/** The amounts of a LimitRange item, from the one that must be smallest to the one that must be largest. */
const ORDER = ["min", "defaultRequest", "default", "max"] as const;
const RATIO = "maxLimitRequestRatio";

export const limitRangesAreConsistent: StackRule = {
  name: "limit-ranges-are-consistent",
  pack: "quotas",
  title: "In every LimitRange min <= defaultRequest <= default <= max, and the defaults keep the ratio.",
  why: "The API server fills in the defaults that a LimitRange leaves out, and refuses one whose amounts contradict each other.",
  sources: ["https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/validation/validation.go"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Put the four amounts of the resource in order, give each type one item, and keep the ratio between 1 and max/min: the API server refuses the LimitRange, or every pod that takes its defaults.",
  frameworks: ["facility:Q-03"],
  scope: "stack",
  check: (objects, on) => {
    for (const object of objects.filter((each) => is(each, "v1", "LimitRange"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        const seen = new Set<string>();
        for (const item of object.root.at("spec", "limits").items()) {
          judgement.countChecked();
          const type = item.at("type").text() ?? "";
          if (seen.has(type)) judgement.violation(item.at("type"), `a second item has the type ${type}; allowed: one`);
          seen.add(type);
          checkItem(item, type, judgement);
        }
      });
    }
  },
};

function checkItem(item: Field, type: string, judgement: Judgement): void {
  const names = limitedResources(type);
  const given = Object.fromEntries(ORDER.map((name) => [name, item.at(name).quantities(names)])) as Record<
    (typeof ORDER)[number],
    Readonly<Record<string, string>>
  >;
  if (type === "Pod")
    for (const name of ["default", "defaultRequest"] as const)
      if (Object.keys(given[name]).length > 0) judgement.violation(item.at(name), `an item of type Pod has ${name}; allowed: min and max`);
  if (type === "PersistentVolumeClaim" && given.min["storage"] === undefined && given.max["storage"] === undefined)
    judgement.violation(item, "an item of type PersistentVolumeClaim bounds no storage; allowed: min or max of storage");
  const amounts = { ...given, ...(type === "Container" && filledDefaults(given)) };
  const ratios = item.at(RATIO).quantities(names);
  for (const resource of new Set([...Object.values(amounts), ratios].flatMap((list) => Object.keys(list))))
    checkResource(item, resource, amounts, ratios[resource], judgement);
}

function checkResource(
  item: Field,
  resource: string,
  amounts: Readonly<Record<(typeof ORDER)[number], Readonly<Record<string, string>>>>,
  ratio: string | undefined,
  judgement: Judgement,
): void {
  const unit = unitOf(resource);
  const ordered = ORDER.flatMap((name) => {
    const quantity = amounts[name][resource];
    return quantity === undefined ? [] : [{ name, amount: thousandths(resource, quantity) }];
  });
  const amountOf = (name: (typeof ORDER)[number]) => ordered.find((each) => each.name === name)?.amount;
  /** The field where the amount is written, or the item where the API server fills it in. */
  const fieldOf = (name: string) => (item.at(name, resource).given ? item.at(name, resource) : item);
  const atMost = (name: string, need: bigint, other: string, have: bigint) => {
    const field = fieldOf(name);
    const message = `${name}.${resource} is ${textOf(resource, need)}, more than ${other}.${resource}, which allows ${textOf(resource, have)}`;
    const whole = (amount: bigint) => (unit === "millicores" ? amount : amount / 1000n);
    const exact = unit === "millicores" || (need % 1000n === 0n && have % 1000n === 0n);
    if (exact)
      judgement.compared(
        field,
        { subject: `${name}.${resource}`, resource: `${other}.${resource}`, unit, need: whole(need), have: whole(have) },
        message,
      );
    else if (need > have) judgement.violation(field, message);
  };
  ordered.slice(1).forEach((larger, index) => {
    const smaller = ordered[index];
    if (smaller) atMost(smaller.name, smaller.amount, larger.name, larger.amount);
  });
  const [min, request, limit, max] = ORDER.map(amountOf);
  if (isWhole(resource) && request !== undefined && limit !== undefined && request !== limit)
    judgement.violation(
      fieldOf("defaultRequest"),
      `defaultRequest.${resource} is not default.${resource}; allowed: the same, because ${resource} is not shared`,
    );
  if (ratio === undefined) return;
  const thousandfold = thousandths(resource, ratio);
  const found = `${RATIO}.${resource} is ${ratio}`;
  if (thousandfold < 1000n) judgement.violation(item.at(RATIO, resource), `${found}; allowed: 1 or more`);
  if (min !== undefined && max !== undefined && Number(thousandfold) / 1000 > Number(max) / Number(min))
    judgement.violation(item.at(RATIO, resource), `${found}; allowed: at most max/min, ${Number(max) / Number(min)}`);
  if (request !== undefined && limit !== undefined) atMost("default", limit, RATIO, (request * thousandfold) / 1000n);
}
