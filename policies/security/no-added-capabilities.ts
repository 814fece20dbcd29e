import { everyContainer, type ObjectRule } from "../model/rules";

/**
 * Capabilities that the baseline level lets a container add: the default set of container runtimes
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/pod-security-admission/policy/check_capabilities_baseline.go).
 */
const HARMLESS = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/**
 * A capability beyond the default set of a runtime lets a container act on its host; this is the baseline level of the Pod Security Standards
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 */
export const noAddedCapabilities: ObjectRule = {
  name: "no-added-capabilities",
  pack: "security",
  title: "No container gets a capability beyond a runtime's default set.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Remove the capability from securityContext.capabilities.add.",
  frameworks: ["PSS:baseline:capabilities", "NSA:capabilities", "CIS:5.2.9"],
  scope: "object",
  check: everyContainer(({ field, name }, judgement) => {
    for (const added of field.at("securityContext", "capabilities", "add").items()) {
      judgement.attempt(() => {
        const capability = (added.text() ?? "").replace(/^CAP_/, "");
        if (HARMLESS.has(capability)) return;
        judgement.violation(added, `container ${name} adds ${capability}; allowed: ${[...HARMLESS].join(", ")}`, capability);
      });
    }
  }),
};
