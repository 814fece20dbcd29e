import type { Field } from "../model/field";
import { namespaceContents } from "../model/namespaces";
import { is, type KubernetesObject } from "../model/objects";
import type { StackRule } from "../model/rules";

/** Both directions that a NetworkPolicy can deny. */
const DIRECTIONS = ["Ingress", "Egress"] as const;
type Direction = (typeof DIRECTIONS)[number];

export const namespacesDenyByDefault: StackRule = {
  name: "namespaces-deny-by-default",
  pack: "security",
  title: "In every namespace of the stack, traffic that nobody allowed is denied in both directions.",
  why: "Without a policy every pod can reach every other pod of the cluster.",
  sources: ["https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic"],
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
          const ofAll = policies.filter((policy) => selectsEveryPod(policy) && restricted(policy).includes(direction));
          const denied = ofAll.some((policy) => rulesOf(policy, direction).length === 0);
          // Policies add up, so one that lets every pod reach everything undoes what another denies.
          for (const policy of ofAll)
            for (const rule of denied ? rulesOf(policy, direction) : [])
              if (opensAll(rule, direction))
                on(policy).violation(rule, `the rule opens ${direction} of all pods to everything; allowed: named peers or ports`);
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

/** True for an empty selector: the normal form of an object leaves out its parts that are empty. */
function selectsEveryPod({ root }: KubernetesObject): boolean {
  return root.at("spec", "podSelector").entries().length === 0;
}

/** The directions in which a policy restricts its pods: Ingress, and Egress if it has rules for it, unless it names them. */
function restricted({ root }: KubernetesObject): readonly string[] {
  const types = root.at("spec", "policyTypes").items();
  if (types.length > 0) return types.map((type) => type.text() ?? "");
  return ["Ingress", ...(root.at("spec", "egress").items().length > 0 ? ["Egress"] : [])];
}

function rulesOf({ root }: KubernetesObject, direction: Direction): readonly Field[] {
  return root.at("spec", direction.toLowerCase()).items();
}

function opensAll(rule: Field, direction: Direction): boolean {
  const peers = rule.at(direction === "Ingress" ? "from" : "to").items();
  const everywhere = peers.some((peer) => {
    const block = peer.at("ipBlock");
    return ["0.0.0.0/0", "::/0"].includes(block.at("cidr").text() ?? "") && block.at("except").items().length === 0;
  });
  return rule.at("ports").items().length === 0 && (peers.length === 0 || everywhere);
}
