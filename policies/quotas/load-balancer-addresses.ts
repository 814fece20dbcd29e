import { poolOf } from "../../components/platform/settings";
import type { Field } from "../field";
import type { KubernetesObject } from "../objects";
import { nameOf } from "../judge";
import type { SiteRule } from "../rules";

/** Where a Service asks MetalLB for an address; the older spellings still work. */
const ANNOTATIONS = ["metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs"] as const;

/** Rows of the catalogue of quotas (guide policies.md §2.4). */
export const loadBalancerAddresses: SiteRule = {
  name: "load-balancer-addresses",
  pack: "quotas",
  title: "Every load balancer asks by name for an address out of a pool of the site, and no two ask for the same.",
  severity: "high",
  enforcement: "mandatory",
  remedy: `Annotate the Service with ${ANNOTATIONS[0]}: <address>, a free address of af:platform.loadBalancer.pools.`,
  frameworks: ["facility:Q-40", "facility:Q-41"],
  scope: "site",
  check: (objects, { platform }, on) => {
    const { loadBalancer } = platform;
    const pools =
      loadBalancer.kind === "metallb"
        ? Object.entries(loadBalancer.pools).map(([pool, networks]) => `${pool} (${networks.join(", ")})`)
        : [];
    const taken = new Map<string, KubernetesObject>();
    for (const object of objects.filter(({ kind, apiVersion }) => kind === "Service" && apiVersion === "v1")) {
      const judgement = on(object);
      judgement.part(() => {
        if (object.root.at("spec", "type").text() !== "LoadBalancer") return;
        judgement.looked();
        const asked = addressesOf(object);
        if (asked.addresses.length === 0 && loadBalancer.kind === "metallb")
          judgement.violation(
            asked.field,
            `asks for no address and would get none, for pools give them out by name only; allowed: an address of ${pools.join(" or ")}`,
          );
        for (const address of asked.addresses) {
          const other = taken.get(address);
          if (other)
            judgement.violation(asked.field, `asks for ${address}, which ${nameOf(other)} already has; allowed: an address of its own`);
          else taken.set(address, object);
          if (loadBalancer.kind === "metallb" && poolOf(platform, address) === undefined)
            judgement.violation(asked.field, `asks for ${address}, which is in no pool; allowed: an address of ${pools.join(" or ")}`);
        }
      });
    }
  },
};

function addressesOf({ root }: KubernetesObject): { readonly field: Field; readonly addresses: readonly string[] } {
  const fields = [...ANNOTATIONS.map((name) => root.at("metadata", "annotations", name)), root.at("spec", "loadBalancerIP")];
  const field = fields.find((candidate) => candidate.given) ?? root.at("metadata", "annotations", ANNOTATIONS[0]);
  const addresses = (field.text() ?? "").split(",").map((address) => address.trim());
  return { field, addresses: addresses.filter((address) => address !== "") };
}
