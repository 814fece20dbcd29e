import { amountOf } from "../../capacity/requests";
import { millicores } from "../../capacity/quantity";
import type { Field } from "../model/field";
import { amountText, unitOf } from "../model/figures";
import { is } from "../model/objects";
import type { Judgement, StackRule } from "../model/rules";

/** The amounts of a LimitRange item, from the one that must be smallest to the one that must be largest. */
const ORDER = ["min", "defaultRequest", "default", "max"] as const;

/** The API server refuses a LimitRange whose defaults are outside its bounds (https://kubernetes.io/docs/concepts/policy/limit-range/). */
export const limitRangesAreConsistent: StackRule = {
  name: "limit-ranges-are-consistent",
  pack: "quotas",
  title: "In every LimitRange min <= defaultRequest <= default <= max, and the defaults keep the ratio.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Put the four amounts of the resource in order; the API server refuses a LimitRange whose own defaults break it.",
  frameworks: ["facility:Q-03"],
  scope: "stack",
  check: (objects, on) => {
    for (const object of objects.filter((each) => is(each, "v1", "LimitRange"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        for (const item of object.root.at("spec", "limits").items()) {
          judgement.countChecked();
          const resources = new Set(ORDER.flatMap((name) => Object.keys(item.at(name).quantities())));
          for (const resource of resources) checkResource(item, resource, judgement);
        }
      });
    }
  },
};

function checkResource(item: Field, resource: string, judgement: Judgement): void {
  const unit = unitOf(resource);
  const given = ORDER.flatMap((name) => {
    const field = item.at(name, resource);
    const quantity = field.quantity();
    return quantity === undefined ? [] : [{ name, field, amount: amountOf(resource, quantity) }];
  });
  const atMost = (field: Field, name: string, need: bigint, other: string, have: bigint) =>
    judgement.compared(
      field,
      { subject: `${name}.${resource}`, resource: `${other}.${resource}`, unit, need, have },
      `${name}.${resource} is ${amountText(unit, need)}, more than ${other}.${resource}, which allows ${amountText(unit, have)}`,
    );
  given.slice(1).forEach((larger, index) => {
    const smaller = given[index];
    if (smaller) atMost(smaller.field, smaller.name, smaller.amount, larger.name, larger.amount);
  });
  const ratio = item.at("maxLimitRequestRatio", resource).quantity();
  const request = given.find(({ name }) => name === "defaultRequest");
  const limit = given.find(({ name }) => name === "default");
  if (ratio !== undefined && request && limit)
    atMost(limit.field, "default", limit.amount, "maxLimitRequestRatio", (request.amount * millicores(ratio)) / 1000n);
}
