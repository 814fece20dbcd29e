import { breachesOf, NEWEST_MINOR } from "../model/pod-security";
import { is } from "../model/objects";
import { podTemplateOf } from "../model/pods";
import type { StackRule } from "../model/rules";

/** Labels of a namespace: the level that it enforces, and the version of Kubernetes as which it judges. */
const LABEL = "pod-security.kubernetes.io/enforce";

export const podsKeepTheirNamespacesLevel: StackRule = {
  name: "pods-keep-their-namespaces-level",
  pack: "security",
  title: "Every pod keeps the level of Pod Security that its namespace enforces, so that the API server admits it.",
  why: "The API server refuses a pod that breaks the level of its namespace, and says so only when a controller makes the pod.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-admission/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Change the pod, or label its namespace with the level that the software needs.",
  frameworks: ["PSS:baseline:pods", "PSS:restricted:pods", "CIS:5.2.1"],
  scope: "stack",
  check: (objects, on) => {
    const levels = new Map(
      objects
        .filter((object) => is(object, "v1", "Namespace"))
        .map((object) => [object.name, object.root.at("metadata", "labels")] as const),
    );
    for (const object of objects) {
      const labels = levels.get(object.namespace);
      if (labels === undefined) continue;
      const judgement = on(object);
      judgement.attempt(() => {
        const pod = podTemplateOf(object);
        if (!pod || object.partial) return;
        judgement.countChecked();
        const level = labels.at(LABEL).text();
        if (level !== "baseline" && level !== "restricted") return;
        const version = /^v1\.(\d+)$/.exec(labels.at(`${LABEL}-version`).text() ?? "")?.[1];
        for (const { field, message } of breachesOf(pod, level, Math.min(Number(version ?? NEWEST_MINOR), NEWEST_MINOR)))
          judgement.violation(field, `${message}, or a namespace of another level than ${level}`);
      });
    }
  },
};
