import { everyContainer, everyPod, type ObjectRule } from "../model/rules";

const pods = everyPod(({ spec }, judgement) => {
  const hostProcess = spec.at("securityContext", "windowsOptions", "hostProcess");
  if (hostProcess.boolean() === true) judgement.violation(hostProcess, "all containers run as processes of their host; allowed: false");
});

const containers = everyContainer(({ field, name }, judgement) => {
  const privileged = field.at("securityContext", "privileged");
  if (privileged.boolean() === true)
    judgement.violation(privileged, `container ${name} is privileged; allowed: false, or no such field`, name);
  const hostProcess = field.at("securityContext", "windowsOptions", "hostProcess");
  if (hostProcess.boolean() === true) judgement.violation(hostProcess, `container ${name} runs as a process of its host; allowed: false`);
});

export const noPrivilegedContainers: ObjectRule = {
  name: "no-privileged-containers",
  pack: "security",
  title: "No container runs with all privileges of its host.",
  why: "A privileged container has all devices and capabilities of its host, and so the host itself.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Remove securityContext.privileged and name the few capabilities that the program needs.",
  frameworks: ["PSS:baseline:privileged-containers", "NSA:privileged-containers", "CIS:5.2.2", "Kubescape:C-0057"],
  scope: "object",
  check: (object, judgement) => {
    pods(object, judgement);
    containers(object, judgement);
  },
};
