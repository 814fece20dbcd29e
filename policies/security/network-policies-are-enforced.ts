import { enforcesNetworkPolicies, ENFORCING_PLUGINS } from "../../components/site/settings";
import { Field } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

/** Rules whose passes prove nothing where no NetworkPolicy is enforced; the rule's test finds them. */
const IN_VAIN = ["namespaces-deny-by-default", "connections-are-listed"];

export const networkPoliciesAreEnforced: SiteRule = {
  name: "network-policies-are-enforced",
  pack: "security",
  title: "The network plugin of the cluster enforces NetworkPolicies.",
  why: "The API server takes a NetworkPolicy whatever the plugin is. With a plugin that does not know them every pod reaches every other pod, the hosts and the metadata of the cloud, and each rule about policies passes all the same.",
  sources: [
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",
    "https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy",
  ],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Give the cluster a plugin that enforces them, or let another program do so beside it (Calico beside Flannel is canal, the value netpol.enabled of Flannel's chart is flannel-with-netpol), and write its name into af:site.kubernetes.networkPlugin.",
  frameworks: ["CIS:5.3.1", "NSA:network-policies", "Kubescape:C-0205", "facility:F-13"],
  scope: "site",
  check: (_, { site: { kubernetes } }, on) => {
    const judgement = on(WHOLE_STACK);
    judgement.countChecked();
    if (!enforcesNetworkPolicies(kubernetes.networkPlugin))
      judgement.violation(
        new Field(undefined, "af:site.kubernetes.networkPlugin"),
        `${kubernetes.networkPlugin} enforces no NetworkPolicy, so what ${IN_VAIN.join(" and ")} say holds for nobody; allowed: ${ENFORCING_PLUGINS.join(", ")}`,
      );
  },
};
