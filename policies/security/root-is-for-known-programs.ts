import { ROLE_FACTS, ROLES } from "../../components/tenancy/roles";
import { facilityMade } from "../facility-made";
import { breachesOf } from "../model/pod-security";
import { podTemplateOf } from "../model/pods";
import type { SiteRule } from "../model/rules";

/** Fields of a pod or a container that decide whether its program is root, or can become it. */
const ROOT = /\b(runAsNonRoot|runAsUser|allowPrivilegeEscalation)$/;

/** Roles whose namespaces have a level that says nothing of root: the API server asks for it at the level restricted alone. */
const UNASKED = ROLES.filter((role) => ROLE_FACTS[role].podSecurity !== "restricted");

export const rootIsForKnownPrograms: SiteRule = {
  name: "root-is-for-known-programs",
  pack: "security",
  title: "In the facility's namespaces of the levels baseline and privileged only known programs may run as root or become it.",
  why: "Such a level is for the few programs that need more: devices or the network of their host, or to start as root. All others there keep what the level restricted asks of a user, or whoever breaks into one is root beside them. At the level restricted the API server holds that itself.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Set runAsNonRoot to true and allowPrivilegeEscalation to false, or list the program as an exception with its reason.",
  frameworks: [
    ...(["PSS:restricted:running-as-non-root", "PSS:restricted:privilege-escalation", "CIS:5.2.6", "CIS:5.2.7"] as const),
    ...(["Kubescape:C-0013", "Kubescape:C-0016", "facility:POD-15", "facility:POD-16", "facility:POD-17"] as const),
  ],
  scope: "site",
  check: (objects, site, on) => {
    const made = facilityMade(site);
    for (const object of objects) {
      if (!UNASKED.some((role) => made.isNamespaceOf(role, object.namespace))) continue;
      const judgement = on(object);
      judgement.attempt(() => {
        const pod = podTemplateOf(object);
        // A patch may leave out what the object in the cluster has.
        if (pod === undefined || object.partial) return;
        judgement.countChecked();
        for (const { field, message } of breachesOf(pod, "restricted")) {
          const subject = ROOT.exec(field.path)?.[1];
          if (subject !== undefined) judgement.violation(field, message, subject);
        }
      });
    }
  },
};
