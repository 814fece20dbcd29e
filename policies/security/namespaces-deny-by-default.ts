import { namespaceContents } from "../model/namespaces";
import { is } from "../model/objects";
import type { StackRule } from "../model/rules";

/** Both directions that a NetworkPolicy can deny. */
const DIRECTIONS = ["Ingress", "Egress"] as const;

/**
 * Without a policy every pod can reach every other pod of the cluster
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic).
 */
export const namespacesDenyByDefault: StackRule = {
  name: "namespaces-deny-by-default",
  pack: "security",
  title: "In every namespace of the stack, traffic that nobody allowed is denied in both directions.",
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Add a NetworkPolicy with podSelector {} and policyTypes [Ingress, Egress], and one more for each kind of connection that is wanted.",
  frameworks: ["CIS:5.3.2", "Kubescape:C-0054"],
  scope: "stack",
  check: (objects, on) => {
    for (const { namespace, members } of namespaceContents(objects)) {
      const judgement = on(namespace);
      judgement.countChecked();
      judgement.attempt(() => {
        const policies = members.filter((each) => is(each, "networking.k8s.io/v1", "NetworkPolicy"));
        for (const direction of DIRECTIONS) {
          const denied = policies.some(({ root }) => {
            const spec = root.at("spec");
            const selector = spec.at("podSelector");
            const everyPod = selector.given && selector.entries().every(([, part]) => isEmpty(part.raw()));
            const types = spec
              .at("policyTypes")
              .items()
              .map((type) => type.text());
            return everyPod && types.includes(direction) && spec.at(direction.toLowerCase()).items().length === 0;
          });
          if (!denied)
            judgement.violation(
              namespace.root,
              `no NetworkPolicy denies ${direction} of all pods; allowed: nothing but what a policy allows`,
            );
        }
      });
    }
  },
};

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
