import { gives, networksOf } from "../../components/platform/settings";
import { ADDRESS_SHARING_KEY } from "../model/address-pools";
import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import { objectName, type SiteRule } from "../model/rules";

/** Annotations by which a Service asks MetalLB for addresses. MetalLB still reads the older one. */
const ANNOTATIONS = ["metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs"] as const;

export const loadBalancerAddresses: SiteRule = {
  name: "load-balancer-addresses",
  pack: "quotas",
  title: "Every load balancer asks by name for an address out of a pool of the site, and no two ask for the same unless they share it.",
  why: "The pools give out addresses by name only, so that a Service never gets the address that another one is known by.",
  sources: ["https://metallb.io/usage/#requesting-specific-ips"],
  severity: "high",
  enforcement: "mandatory",
  remedy: `Annotate the Service with ${ANNOTATIONS[0]}: <address>, a free address of af:platform.loadBalancer.pools.`,
  frameworks: ["facility:Q-41"],
  scope: "site",
  check: (objects, { platform: { loadBalancer } }, on) => {
    const allowed = `allowed: an address of ${
      networksOf(loadBalancer)
        .map(({ network }) => network)
        .join(", ") || "none, for the site has no load balancer"
    }`;
    const annotations = loadBalancer.kind === "provided" ? [loadBalancer.annotation, ...ANNOTATIONS] : ANNOTATIONS;
    const taken = new Map<string, KubernetesObject[]>();
    for (const object of objects.filter((each) => is(each, "v1", "Service"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        if (object.root.at("spec", "type").text() !== "LoadBalancer") return;
        judgement.countChecked();
        const { field, addresses } = addressesOf(object, annotations);
        if (addresses.length === 0 && loadBalancer.kind !== "none")
          judgement.violation(field, `asks for no address and would get none, for pools give them out by name only; ${allowed}`);
        for (const address of addresses) {
          const holders = taken.get(address) ?? [];
          const other = holders.find((holder) => !mayShareAddress(holder, object));
          if (other)
            judgement.violation(field, `asks for ${address}, which ${objectName(other)} already has; allowed: an address of its own`);
          else taken.set(address, [...holders, object]);
          if (!gives(loadBalancer, address)) judgement.violation(field, `asks for ${address}, which is in no pool; ${allowed}`);
        }
      });
    }
  },
};

/** True if MetalLB lets two Services share an address: they have the same sharing key and no port in common (https://metallb.io/usage/#ip-address-sharing). */
function mayShareAddress(a: KubernetesObject, b: KubernetesObject): boolean {
  const [keyOfA, keyOfB] = [a, b].map(({ root }) => root.at("metadata", "annotations", ADDRESS_SHARING_KEY).text());
  const portsOfA = portsOf(a);
  return keyOfA !== undefined && keyOfA === keyOfB && portsOf(b).every((port) => !portsOfA.includes(port));
}

function portsOf({ root }: KubernetesObject): readonly string[] {
  return root
    .at("spec", "ports")
    .items()
    .map((port) => `${port.at("port").number() ?? 0}/${port.at("protocol").text() ?? "TCP"}`);
}

function addressesOf(
  { root }: KubernetesObject,
  annotations: readonly string[],
): { readonly field: Field; readonly addresses: readonly string[] } {
  const fields = [...annotations.map((name) => root.at("metadata", "annotations", name)), root.at("spec", "loadBalancerIP")];
  const field = fields.find((candidate) => candidate.given) ?? root.at("metadata", "annotations", annotations[0] ?? "");
  const addresses = (field.text() ?? "").split(",").map((address) => address.trim());
  return { field, addresses: addresses.filter((address) => address !== "") };
}
