import { judge, type PackVerdict } from "../../policies/judge";
import { shortageText } from "../../policies/model/figures";
import { is, type KubernetesObject } from "../../policies/model/objects";
import { isPriorityClass } from "../../policies/model/priorities";
import type { Compared, Finding } from "../../policies/model/rules";
import { isStorageClass } from "../../policies/model/storage-classes";
import { RULES } from "../../policies/packs";
import { recordedObjects } from "../../policies/recorded-objects";
import { recordProgram } from "../../stacks/record";
import type { Site } from "../../stacks/site/schema";
import { keyOf } from "./report";

/** What decides about pods of a namespace beside the pods: its labels, its defaults and its quotas. */
const OF_NAMESPACES = ["Namespace", "LimitRange", "ResourceQuota"];

/**
 * The objects of a site on which others depend by name: its classes of storage and of priority, and the namespaces in which the given objects are, with their
 * labels, defaults and quotas. An object that is given itself is left out.
 */
export async function siteObjects(site: Site, given: readonly KubernetesObject[]): Promise<readonly KubernetesObject[]> {
  const made = recordedObjects(await recordProgram(site));
  const keys = new Set(given.map(keyOf));
  const namespaces = new Set(given.map(({ namespace }) => namespace));
  const wanted = (object: KubernetesObject): boolean =>
    isStorageClass(object) ||
    isPriorityClass(object) ||
    (OF_NAMESPACES.some((kind) => is(object, "v1", kind)) && namespaces.has(object.kind === "Namespace" ? object.name : object.namespace));
  return made.filter((object) => wanted(object) && !keys.has(keyOf(object)));
}

/** A verdict without what these objects of the site break by themselves, which is the matter of the site's plan. */
export function withoutOwn(verdict: PackVerdict, ofSite: readonly KubernetesObject[], site: Site): PackVerdict {
  const keys = new Set(ofSite.map(keyOf));
  const alone = judge(RULES, ofSite, { site });
  const left = <T>(all: readonly T[], own: readonly T[], findingOf: (each: T) => Finding | Compared): readonly T[] => {
    const known = new Set(own.map((each) => textOf(findingOf(each))));
    return all.filter((each) => !keys.has(keyOf(findingOf(each).object)) || !known.has(textOf(findingOf(each))));
  };
  return {
    ...verdict,
    findings: left(verdict.findings, alone.findings, (finding) => finding),
    excepted: left(verdict.excepted, alone.excepted, ({ finding }) => finding),
    waived: left(verdict.waived, alone.waived, ({ finding }) => finding),
    comparisons: left(verdict.comparisons, alone.comparisons, (compared) => compared),
  };
}

function textOf(said: Finding | Compared): string {
  const what = "message" in said ? said.message : shortageText(said.figure);
  return [said.rule, keyOf(said.object), said.path, what].join("\n");
}
