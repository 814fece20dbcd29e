import type { Field } from "./field";
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, Protocol } from "./network-policy";
import { is, type KubernetesObject } from "./objects";
import { labelSelectorOf } from "./pod-reading";

/**
 * The NetworkPolicy that an object is, if it is one. Without `policyTypes` it isolates ingress, and egress if it has rules of egress; a
 * direction that `policyTypes` leaves out is not isolated, whatever rules it has
 * (https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec).
 */
export function networkPolicyOf(object: KubernetesObject): NetworkPolicy | undefined {
  if (!is(object, "networking.k8s.io/v1", "NetworkPolicy")) return undefined;
  const spec = object.root.at("spec");
  const rules = { ingress: rulesOf(spec.at("ingress"), "from"), egress: rulesOf(spec.at("egress"), "to") };
  const listed = spec
    .at("policyTypes")
    .items()
    .map((type) => type.text());
  const types = listed.length > 0 ? listed : ["Ingress", ...(rules.egress.length > 0 ? ["Egress"] : [])];
  return {
    namespace: object.namespace,
    name: object.name,
    podSelector: labelSelectorOf(spec.at("podSelector")) ?? {},
    ingress: types.includes("Ingress") ? rules.ingress : undefined,
    egress: types.includes("Egress") ? rules.egress : undefined,
  };
}

function rulesOf(rules: Field, side: "from" | "to"): readonly PolicyRule[] {
  return rules.items().map((rule) => ({ peers: rule.at(side).items().map(peerOf), ports: rule.at("ports").items().map(portOf) }));
}

function peerOf(peer: Field): PolicyPeer {
  const [block, pods, namespaces] = [
    peer.at("ipBlock"),
    labelSelectorOf(peer.at("podSelector")),
    labelSelectorOf(peer.at("namespaceSelector")),
  ];
  return {
    ...(block.given && {
      ipBlock: {
        cidr: block.at("cidr").text() ?? "",
        except: block
          .at("except")
          .items()
          .map((each) => each.text() ?? ""),
      },
    }),
    ...(pods && { podSelector: pods }),
    ...(namespaces && { namespaceSelector: namespaces }),
  };
}

function portOf(entry: Field): PolicyPort {
  const port = entry.at("port");
  const endPort = entry.at("endPort").number();
  return {
    protocol: protocolOf(entry.at("protocol")),
    ...(port.given && { port: typeof port.raw() === "string" ? (port.text() ?? "") : (port.number() ?? 0) }),
    ...(endPort !== undefined && { endPort }),
  };
}

/** A protocol; TCP where none is given. */
function protocolOf(field: Field): Protocol {
  const text = field.text();
  return text === "UDP" || text === "SCTP" ? text : "TCP";
}
