import { BASELINE_CAPABILITIES } from "../../components/tenancy/capabilities";
import { everyContainer, type ObjectRule } from "../model/rules";

export const noAddedCapabilities: ObjectRule = {
  name: "no-added-capabilities",
  pack: "security",
  title: "No container gets a capability beyond a runtime's default set.",
  why: "A capability beyond the default set of a runtime lets a container act on its host; this is the baseline level of the Pod Security Standards.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Remove the capability from securityContext.capabilities.add.",
  frameworks: ["PSS:baseline:capabilities", "NSA:capabilities", "CIS:5.2.9", "Kubescape:C-0046"],
  scope: "object",
  check: everyContainer(({ field, name }, judgement) => {
    for (const added of field.at("securityContext", "capabilities", "add").items()) {
      judgement.attempt(() => {
        const capability = added.text() ?? "";
        if (BASELINE_CAPABILITIES.includes(capability)) return;
        judgement.violation(added, `container ${name} adds ${capability}; allowed: ${BASELINE_CAPABILITIES.join(", ")}`, capability);
      });
    }
  }),
};
