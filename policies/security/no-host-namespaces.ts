import { everyPod, type ObjectRule } from "../model/rules";

/** Fields of a pod spec that put the pod into a namespace of its host. */
const SHARED = ["hostNetwork", "hostPID", "hostIPC"] as const;

export const noHostNamespaces: ObjectRule = {
  name: "no-host-namespaces",
  pack: "security",
  title: "No pod shares its host's network, processes or memory.",
  why: "A pod in a namespace of its host can see the processes or the traffic of everything that runs there.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Remove the field; reach a pod through a Service, and its processes through the pod itself.",
  frameworks: [
    "PSS:baseline:host-namespaces",
    "NSA:host-namespaces",
    "CIS:5.2.3",
    "CIS:5.2.4",
    "CIS:5.2.5",
    "Kubescape:C-0038",
    "Kubescape:C-0041",
  ],
  scope: "object",
  check: everyPod(({ spec }, judgement) => {
    for (const name of SHARED) {
      judgement.attempt(() => {
        const field = spec.at(name);
        if (field.boolean() === true) judgement.violation(field, `${name} is true; allowed: false, or no such field`, name);
      });
    }
  }),
};
