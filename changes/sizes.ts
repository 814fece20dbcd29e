import { bytes, isQuantity } from "../capacity/quantity";
import { groupKindOf, serviceOf, subject, type ResourceChange } from "./change";
import type { FieldChange } from "./difference";
import { type Consequence, UNNOTICED, worse } from "./effects";

/** Fields that hold the size of a volume: of claims, of templates of claims, and in the values of charts. */
const SIZES = [
  /(^|\.)resources\.requests\.storage$/,
  /(^|\.)(pvc|persistence|storage|storageSpec)\.(storage|size|capacity)$/,
  /(^|\.)persistence\.size$/,
] as const;

/** Fields that name the class of a volume. */
const CLASS = /(^|\.)storageClass(Name)?$/;

/** What a changed size or class does to the volumes that are there already. */
export function sizes(change: ResourceChange): Consequence {
  if (change.action !== "update" && change.action !== "replace") return UNNOTICED;
  return change.fields.flatMap((field) => [sized(change, field), classed(change, field)]).reduce(worse, UNNOTICED);
}

function sized(change: ResourceChange, { path, before, after }: FieldChange): Consequence {
  if (!SIZES.some((pattern) => pattern.test(path)) || !isSize(before) || !isSize(after)) return UNNOTICED;
  const kind = groupKindOf(subject(change)) ?? "";
  // The cache's claims carry their size in their name, so that another size is another volume.
  if (serviceOf(subject(change)) === "data") return UNNOTICED;
  const [old, now] = [bytes(before), bytes(after)];
  if (old === now) return UNNOTICED;
  if (/singleuser\.storage\.capacity$/.test(path))
    return {
      effect: "none",
      because: `homes that exist keep ${before}; new ones get ${after}. A home grows by hand: kubectl edit its claim`,
      reversible: true,
    };
  if (now < old)
    return {
      effect: "none",
      because: `volumes do not shrink, so this one keeps ${before}`,
      reversible: true,
      refused: `the API server refuses a claim below its size: ${path} was ${before}, is ${after}; allowed: ${before} or more`,
    };
  if (kind === "apps/StatefulSet" || path.includes("volumeClaimTemplate"))
    return {
      effect: "pods restart",
      because: `claims that exist keep ${before}, because a set gives its size to new claims alone; grow each one by hand, then apply this`,
      reversible: true,
    };
  return { effect: "none", because: `the volume grows from ${before} to ${after} and cannot shrink again`, reversible: false };
}

/** What another class does: a claim keeps the one that it was made with. */
function classed(change: ResourceChange, { path, before, after }: FieldChange): Consequence {
  if (!CLASS.test(path) || typeof before !== "string" || typeof after !== "string") return UNNOTICED;
  const kind = groupKindOf(subject(change)) ?? "";
  if (/^singleuser\./.test(path.replace(/^spec\.values\.|^values\./, "")))
    return { effect: "none", because: `homes that exist stay in ${before}; new ones are made in ${after}`, reversible: true };
  if (kind === "apps/StatefulSet" || path.includes("volumeClaimTemplate"))
    return { effect: "pods restart", because: `claims that exist stay in ${before}; only new ones are made in ${after}`, reversible: true };
  if (!/HelmRelease|Release/.test(kind)) return UNNOTICED;
  return {
    ...UNNOTICED,
    refused: `the API server refuses another class of a claim: ${path} was ${before}, is ${after}; copy the data into a new claim, or keep the class`,
  };
}

function isSize(value: unknown): value is string {
  return typeof value === "string" && isQuantity(value);
}
