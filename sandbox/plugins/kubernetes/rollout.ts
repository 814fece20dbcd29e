import type { Json } from "../properties";
import { at, conditionOf, listAt, numberAt, textAt } from "./objects";
import { ready, waiting, type Progress } from "./wait-for";

/** Readiness of the kinds whose own status tells it. Each says what is still missing, in the words of the status. */

export function deploymentProgress(object: Json): Progress {
  const behind = unobserved(object);
  if (behind !== undefined) return behind;
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = counts(object);
  const missing = shortfall(wanted, [
    ["updated", count("updatedReplicas")],
    ["ready", count("readyReplicas")],
  ]);
  if (count("replicas") > count("updatedReplicas"))
    missing.push(`${count("replicas") - count("updatedReplicas")} replicas of the previous version to end`);
  const available = conditionOf(object, "Available");
  if (textAt(available, "status") !== "True") missing.push(describe("Available", available));
  for (const type of ["Progressing", "ReplicaFailure"]) {
    const condition = conditionOf(object, type);
    const bad = type === "Progressing" ? "False" : "True";
    if (condition !== undefined && textAt(condition, "status") === bad) missing.push(describe(type, condition));
  }
  return missing.length === 0 ? ready : waiting(...missing);
}

export function statefulSetProgress(object: Json): Progress {
  const behind = unobserved(object);
  if (behind !== undefined) return behind;
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const count = counts(object);
  const missing = shortfall(wanted, [["ready", count("readyReplicas")]]);
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const rolls = textAt(object, "spec", "updateStrategy", "type") !== "OnDelete";
  if (rolls && partition === 0 && textAt(object, "status", "currentRevision") !== textAt(object, "status", "updateRevision")) {
    missing.push(...shortfall(wanted, [["updated", count("updatedReplicas")]]));
  }
  return missing.length === 0 ? ready : waiting(...missing);
}

export function daemonSetProgress(object: Json): Progress {
  const behind = unobserved(object);
  if (behind !== undefined) return behind;
  const count = counts(object);
  const wanted = count("desiredNumberScheduled");
  const rolls = textAt(object, "spec", "updateStrategy", "type") !== "OnDelete";
  const missing = shortfall(wanted, [
    ...(rolls ? [["updated", count("updatedNumberScheduled")] as const] : []),
    ["ready", count("numberReady")],
  ]);
  return missing.length === 0 ? ready : waiting(...missing);
}

export function jobProgress(object: Json): Progress {
  const failed = conditionOf(object, "Failed");
  if (textAt(failed, "status") === "True") return { kind: "failed", because: [describe("Failed", failed)] };
  if (textAt(conditionOf(object, "Complete"), "status") === "True" || at(object, "spec", "suspend") === true) return ready;
  const count = counts(object);
  return waiting(
    `the job to complete (${count("succeeded")} of ${numberAt(object, "spec", "completions") ?? 1} pods succeeded, ${count("failed")} failed)`,
  );
}

export function podProgress(object: Json): Progress {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded") return ready;
  if (phase === "Failed") return { kind: "failed", because: podReasons(object, "the pod failed") };
  return textAt(conditionOf(object, "Ready"), "status") === "True"
    ? ready
    : waiting(...podReasons(object, `the pod to be ready (is ${phase || "not seen yet"})`));
}

export function volumeProgress(object: Json): Progress {
  const phase = textAt(object, "status", "phase");
  return phase === "Available" || phase === "Bound" ? ready : waiting(`the volume to be available (is ${phase || "not seen yet"})`);
}

export function quotaProgress(object: Json): Progress {
  const wanted = Object.keys((at(object, "spec", "hard") as object | undefined) ?? {});
  const missing = wanted.filter((key) => at(object, "status", "hard", key) !== at(object, "spec", "hard", key));
  return missing.length === 0 ? ready : waiting(`the quota controller to take up ${missing.join(", ")}`);
}

/** Why a pod does not run: what the scheduler says, then what each container says. */
export function podReasons(pod: Json, otherwise: string): readonly string[] {
  const scheduled = conditionOf(pod, "PodScheduled");
  if (textAt(scheduled, "status") === "False")
    return [`not placed on a node: ${textAt(scheduled, "message") || textAt(scheduled, "reason")}`];
  const statuses = [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
  const reasons = statuses.flatMap((status) => {
    const state = at(status, "state", "waiting") ?? at(status, "state", "terminated");
    const reason = textAt(state, "reason");
    if (reason === "" || reason === "Completed") return [];
    const detail = textAt(state, "message");
    return [`container ${textAt(status, "name")}: ${reason}${detail === "" ? "" : `, ${detail}`}`];
  });
  return reasons.length === 0 ? [otherwise] : reasons;
}

function unobserved(object: Json): Progress | undefined {
  const generation = numberAt(object, "metadata", "generation") ?? 1;
  const observed = numberAt(object, "status", "observedGeneration") ?? 0;
  return observed >= generation
    ? undefined
    : waiting(`its controller to see generation ${generation} (has seen ${observed === 0 ? "none" : observed})`);
}

function counts(object: Json): (field: string) => number {
  return (field) => numberAt(object, "status", field) ?? 0;
}

function shortfall(wanted: number, have: readonly (readonly [string, number])[]): string[] {
  return have.filter(([, count]) => count < wanted).map(([what, count]) => `${wanted} ${what} replicas (has ${count})`);
}

function describe(type: string, condition: Json | undefined): string {
  if (condition === undefined) return `condition ${type} to be reported`;
  return `condition ${type} is ${textAt(condition, "status")}: ${textAt(condition, "message") || textAt(condition, "reason")}`;
}
