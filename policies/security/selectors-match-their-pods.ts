import { is } from "../model/objects";
import { selectorMatches } from "../model/pod-reading";
import { podTemplateOf } from "../model/pods";
import type { ObjectRule } from "../model/rules";

const KINDS = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"];

export const selectorsMatchTheirPods: ObjectRule = {
  name: "selectors-match-their-pods",
  pack: "security",
  title: "A workload selects the pods that it makes.",
  why: "The API server refuses a workload whose selector is not for its own pods, in the middle of an up; an empty selector takes the pods of others for its own.",
  sources: ["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Write the labels of spec.selector into spec.template.metadata.labels.",
  frameworks: ["Kubescape:C-0296", "facility:HYG-05"],
  scope: "object",
  check: (object, judgement) => {
    // Descriptions of charts tell the selector where the chart has one of its own.
    if (object.partial || object.origin !== undefined || !KINDS.some((kind) => is(object, "apps/v1", kind))) return;
    judgement.countChecked();
    judgement.attempt(() => {
      const pod = podTemplateOf(object);
      const selector = object.root.at("spec", "selector");
      if (pod === undefined || !selector.given) return;
      if (!selectorMatches(selector, pod.metadata.at("labels").texts()))
        judgement.violation(selector, "selects other pods than those of the template; allowed: labels of the template");
    });
  },
};
