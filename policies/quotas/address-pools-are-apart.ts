import { grouped } from "../../capacity/packing/grouped";
import { range } from "../../components/fields";
import type { KubernetesObject } from "../model/objects";
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
    const networks = [
      { of: `the pod network ${podCidr}`, ...ends(podCidr) },
      { of: `the Service network ${serviceCidr}`, ...ends(serviceCidr) },
    ];
    const owned = addressPools(objects, on).flatMap(({ object, ranges }) => ranges.map((own) => ({ ...own, object })));
    const neighbours = grouped([...overlaps(owned.map((own, place) => ({ ...own, place })))], ({ later }) => later.place);
    for (const [place, own] of owned.entries()) {
      const judgement = on(own.object);
      judgement.countChecked();
      for (const network of networks.filter((each) => overlap(own, each)))
        judgement.violation(own.field, `${own.text} overlaps ${network.of}`);
      for (const { earlier } of neighbours.get(place) ?? [])
        judgement.violation(own.field, `${own.text} overlaps ${earlier.text} of ${objectName(earlier.object)}`);
    }
  },
};

/** A range of addresses and the pool that has it. */
interface Owned extends AddressRange {
  readonly object: KubernetesObject;
  /** Its place in the order in which ranges were found. */
  readonly place: number;
}

/**
 * Pairs of ranges that overlap. From the lowest address on each range is compared with the one before it that reaches furthest: where any overlap, two of them are
 * told, and as many pairs at most as there are ranges.
 */
function* overlaps(ranges: readonly Owned[]): Generator<{ readonly earlier: Owned; readonly later: Owned }> {
  let furthest: Owned | undefined;
  for (const own of [...ranges].sort((a, b) => a.first - b.first)) {
    if (furthest && overlap(own, furthest)) {
      const [earlier = furthest, later = own] = [furthest, own].sort((a, b) => a.place - b.place);
      yield { earlier, later };
    }
    if (!furthest || own.last > furthest.last) furthest = own;
  }
}

function ends(network: string) {
  const [first, last] = range(network);
  return { first, last };
}

function overlap(a: Pick<AddressRange, "first" | "last">, b: Pick<AddressRange, "first" | "last">): boolean {
  return a.first <= b.last && b.first <= a.last;
}
