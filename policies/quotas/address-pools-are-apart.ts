import { range } from "../../components/fields";
import { objectName, type SiteRule } from "../model/rules";
import { addressPools, type AddressRange } from "../model/address-pools";

export const addressPoolsAreApart: SiteRule = {
  name: "address-pools-are-apart",
  pack: "quotas",
  title: "No address pool overlaps another, the pod network or the Service network.",
  why: "An address that two pools can give out, or that a pod or a Service has, would be announced for two owners. MetalLB itself compares pools only with each other. Addresses of two sites are compared where their files are read together.",
  sources: ["https://metallb.io/configuration/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Give the pool addresses that nothing else uses: an address with two owners is announced twice.",
  frameworks: ["facility:Q-42"],
  scope: "site",
  check: (objects, { site }, on) => {
    const { podCidr, serviceCidr } = site.kubernetes;
    const taken: { readonly of: string; readonly first: number; readonly last: number }[] = [
      { of: `the pod network ${podCidr}`, ...ends(podCidr) },
      { of: `the Service network ${serviceCidr}`, ...ends(serviceCidr) },
    ];
    for (const { object, ranges } of addressPools(objects, on))
      for (const own of ranges) {
        on(object).countChecked();
        for (const other of taken.filter((each) => overlap(own, each))) on(object).violation(own.field, `${own.text} overlaps ${other.of}`);
        taken.push({ of: `${own.text} of ${objectName(object)}`, first: own.first, last: own.last });
      }
  },
};

function ends(network: string) {
  const [first, last] = range(network);
  return { first, last };
}

function overlap(a: Pick<AddressRange, "first" | "last">, b: Pick<AddressRange, "first" | "last">): boolean {
  return a.first <= b.last && b.first <= a.last;
}
