import { breachesOf } from "../model/pod-security";
import { everyPod, type ObjectRule } from "../model/rules";

/** Fields with which a pod turns off what keeps it apart from its host, whatever else it may do. */
const ISOLATION = /\b(seccompProfile|appArmorProfile|seLinuxOptions|procMount|sysctls)\b|container\.apparmor\.security/;

const check = everyPod((pod, judgement) => {
  for (const { field, message } of breachesOf(pod, "baseline")) if (ISOLATION.test(field.path)) judgement.violation(field, message);
});

export const podsKeepTheirIsolation: ObjectRule = {
  name: "pods-keep-their-isolation",
  pack: "security",
  title: "No pod turns off seccomp, AppArmor, SELinux or the mask of /proc, or sets an unsafe sysctl, in whatever namespace it is.",
  why: "These stand between a program and the kernel that it shares with all pods of its host. Software that needs devices or the network of its host needs none of them off, so namespaces of the level privileged are not left out.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Remove the field, or use RuntimeDefault, Default and the safe sysctls.",
  frameworks: [
    ...(["PSS:baseline:seccomp", "PSS:baseline:apparmor", "PSS:baseline:selinux"] as const),
    ...(["PSS:baseline:proc-mount-type", "PSS:baseline:sysctls"] as const),
  ],
  scope: "object",
  check: (object, judgement) => {
    if (!object.partial) check(object, judgement);
  },
};
