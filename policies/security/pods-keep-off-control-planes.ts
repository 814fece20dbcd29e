import { CONTROL_PLANE_LABELS, REQUIRING_OPERATORS } from "../../components/nodes/control-plane";
import { nodeAffinityOf, tolerationsOf } from "../model/pod-reading";
import type { PodTemplate } from "../model/pods";
import { everyPod, type Judgement, type ObjectRule } from "../model/rules";

export const podsKeepOffControlPlanes: ObjectRule = {
  name: "pods-keep-off-control-planes",
  pack: "security",
  title: "No pod asks for a control-plane host: none tolerates its taint, selects its label, or names its host itself.",
  why: "A program that leaves its container on such a host has the keys of the whole cluster, and one that is only hungry takes the API server down. A toleration without a key is for this taint too. A pod that names its host is past the scheduler, which no taint stops.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Take the toleration, the selector or the name of the host away; tolerate the taint of a pool by its own key, and select hosts by the label of their pool.",
  frameworks: ["facility:POD-36"],
  scope: "object",
  check: everyPod((pod, judgement) => {
    judgement.attempt(() => judgeTolerations(pod, judgement));
    judgement.attempt(() => judgeSelectors(pod, judgement));
    judgement.attempt(() => {
      const name = pod.spec.at("nodeName");
      if ((name.text() ?? "") !== "")
        judgement.violation(name, "names its host, so no taint keeps it off one; allowed: a selector by label", "nodeName");
    });
  }),
};

function judgeTolerations({ spec }: PodTemplate, judgement: Judgement): void {
  const items = spec.at("tolerations").items();
  tolerationsOf(spec.at("tolerations")).forEach(({ key = "", operator, effect }, index) => {
    // Some distributions give the taint a value, so whatever value is tolerated counts. A taint that is a preference keeps no pod away.
    const tolerated = key === "" && operator === "Exists" ? "every taint" : CONTROL_PLANE_LABELS.find((each) => each === key);
    if (tolerated === undefined || effect === "PreferNoSchedule") return;
    const item = items[index] ?? spec;
    judgement.violation(
      item,
      `tolerates ${tolerated}, and so control-plane hosts; allowed: taints of the pools for it, each by its key`,
      "control-plane",
    );
  });
}

function judgeSelectors({ spec }: PodTemplate, judgement: Judgement): void {
  const selector = spec.at("nodeSelector");
  const refuse = (field: typeof selector, label: string): void =>
    judgement.violation(field, `selects hosts with the label ${label}; allowed: the label of a pool`, "control-plane");
  const labels = selector.texts();
  for (const label of CONTROL_PLANE_LABELS) if (Object.hasOwn(labels, label)) refuse(selector, label);
  const affinity = spec.at("affinity");
  for (const { matchExpressions = [] } of nodeAffinityOf(affinity).requiredTerms ?? [])
    for (const { key, operator } of matchExpressions)
      if (CONTROL_PLANE_LABELS.includes(key) && REQUIRING_OPERATORS.includes(operator)) refuse(affinity.at("nodeAffinity"), key);
}
