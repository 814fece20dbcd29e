import { ESCALATIONS } from "../model/powers";
import { allowedOf, isRbacRole, rightsOf } from "../model/rights";
import type { ObjectRule } from "../model/rules";

/** Verbs that are dangerous whatever they are about. */
const ANYWHERE: Readonly<Record<string, string>> = {
  escalate: "its holder may write any right into a role",
  bind: "its holder may give anybody a role whose rights it has not",
  impersonate: "its holder may be anybody",
};

export const rolesGiveNoEscalation: ObjectRule = {
  name: "roles-give-no-escalation",
  pack: "security",
  title: "No Role or ClusterRole lets its holder take rights that it was not given.",
  why: "Whoever may bind roles, impersonate, mint tokens, sign certificates, speak to kubelets or change admission has the whole cluster, however short the role looks.",
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks"],
  severity: "critical",
  enforcement: "mandatory",
  remedy: "Take the right out of the role; give the program its account, token or certificate in the stack instead.",
  frameworks: [
    ...(["CIS:5.1.8", "CIS:5.1.9", "CIS:5.1.10", "CIS:5.1.11", "CIS:5.1.12", "CIS:5.1.13"] as const),
    ...(["Kubescape:C-0065", "Checkov:CKV_K8S_155", "Checkov:CKV_K8S_156", "Checkov:CKV_K8S_157", "Checkov:CKV_K8S_158"] as const),
  ],
  scope: "object",
  check: (object, judgement) => {
    if (!isRbacRole(object)) return;
    judgement.countChecked();
    judgement.attempt(() => {
      for (const right of rightsOf(object)) {
        const said = new Set<string>();
        const refuse = (what: string, so: string): void => {
          if (said.has(what)) return;
          said.add(what);
          judgement.violation(right.field, `the role allows ${what}, so ${so}; allowed: no such right`, what);
        };
        for (const power of ESCALATIONS) {
          const what = allowedOf(right, power);
          if (what !== undefined) refuse(what, power.so);
        }
        for (const [verb, so] of Object.entries(ANYWHERE))
          if (said.size === 0 && right.verbs.includes(verb)) refuse(`${verb} ${right.resources.join(", ")}`, so);
      }
    });
  },
};
