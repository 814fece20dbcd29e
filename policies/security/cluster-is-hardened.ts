import type { Hardening } from "../../components/site/settings";
import { daysUntil } from "../../stacks/site/days";
import { Field, Undetermined } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

/** Where a site states the facts. */
const PATH = "af:site.kubernetes.hardening";

/** Days for which a look counts. We chose a year: Kubernetes has three releases in it, and operators change. */
const LOOK_DAYS = 365;

/** What each fact says, and what it means that it is not so. */
const FACTS: Readonly<Record<keyof Hardening, { readonly says: string; readonly otherwise: string }>> = {
  secretsEncrypted: {
    says: "the API server encrypts Secrets before etcd stores them",
    otherwise: "whoever has a disk or a backup of etcd has every Secret of the facility",
  },
  auditLogged: {
    says: "the API server has an audit policy and keeps its log",
    otherwise: "after a break-in nobody can say which Secrets were read, and by whom",
  },
  kubeletsAuthorize: {
    says: "every kubelet refuses anonymous requests and asks the API server what a caller may",
    otherwise: "whoever reaches a host's kubelet runs commands in each pod there",
  },
};

export const clusterIsHardened: SiteRule = {
  name: "cluster-is-hardened",
  pack: "security",
  title: `Somebody has looked within ${LOOK_DAYS} days that the cluster encrypts Secrets in etcd and keeps an audit log, and that its kubelets ask who calls.`,
  why: "No object of the facility shows it, and every other rule about Secrets and about connections counts on it. Kubernetes alone does none of the first two, and a kubelet without a configuration admits everybody.",
  sources: [
    "https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/",
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/",
    "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/",
  ],
  severity: "medium",
  enforcement: "advisory",
  remedy:
    "Ask whoever runs the control plane (docs/new-site.md says how to look), and write what they say into af:site.kubernetes.hardening with their name and the day.",
  frameworks: ["Kubescape:C-0066", "Kubescape:C-0067", "Kubescape:C-0069", "facility:F-33"],
  scope: "site",
  check: (_, { site: { kubernetes } }, on, today) => {
    const judgement = on(WHOLE_STACK);
    const untold: string[] = [];
    for (const [name, { says, otherwise }] of Object.entries(FACTS) as [keyof Hardening, (typeof FACTS)[keyof Hardening]][]) {
      judgement.countChecked();
      const fact = kubernetes.hardening[name];
      if (fact === undefined) {
        untold.push(`${name} (${says})`);
        continue;
      }
      const ago = -daysUntil(fact.checked, today);
      const at = (key: keyof typeof fact) => new Field(undefined, `${PATH}.${name}.${key}`);
      if (!fact.holds) judgement.violation(at("holds"), `found false: ${otherwise}; allowed: that ${says}`);
      if (ago > LOOK_DAYS)
        judgement.violation(
          at("checked"),
          `${fact.owner} looked on ${fact.checked}, ${ago} days ago; allowed: ${LOOK_DAYS} at most, so look again whether ${says}`,
        );
      if (ago < 0)
        judgement.violation(
          at("checked"),
          `found ${fact.checked}, which is to come; allowed: the day of the look, which is today or before`,
        );
    }
    if (untold.length > 0) throw new Undetermined(PATH, `does not have ${untold.join(", ")}`);
  },
};
