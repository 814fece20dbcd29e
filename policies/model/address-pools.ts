import { isIPv4 } from "node:net";
import { addressNumber } from "../../components/fields";
import { Malformed, type Field } from "./field";
import { blockRun } from "./network-policy";
import { is, type KubernetesObject } from "./objects";
import type { Run } from "./port-set";
import type { JudgementOf } from "./rules";

/** Annotation whose value is the key under which Services share one address of MetalLB (https://metallb.io/usage/#ip-address-sharing). */
export const ADDRESS_SHARING_KEY = "metallb.io/allow-shared-ip";

/** A pool of addresses that MetalLB gives to load balancers. */
export interface AddressPool {
  readonly object: KubernetesObject;
  readonly ranges: readonly AddressRange[];
  /** True if MetalLB keeps addresses that end in .0 or .255 back (https://metallb.io/configuration/_advanced_ipaddresspool_configuration/). */
  readonly avoidsBuggy: boolean;
}

/** One entry of a pool: a network, or two addresses with a dash. */
export interface AddressRange {
  readonly field: Field;
  /** The entry as it is written. */
  readonly text: string;
  /** Its first and its last address, as numbers of 32 bits. */
  readonly first: number;
  readonly last: number;
}

/** Every address pool of the stack. A pool that cannot be read is a finding about that pool and is left out. */
export function addressPools(objects: readonly KubernetesObject[], on: JudgementOf): readonly AddressPool[] {
  const pools: AddressPool[] = [];
  for (const object of objects.filter((each) => is(each, "metallb.io/*", "IPAddressPool")))
    on(object).attempt(() => {
      const spec = object.root.at("spec");
      pools.push({
        object,
        ranges: spec.at("addresses").items().map(rangeOf),
        avoidsBuggy: spec.at("avoidBuggyIPs").boolean() === true,
      });
    });
  return pools;
}

/** How many addresses a pool can give out. */
export function addressCount({ ranges, avoidsBuggy }: AddressPool): number {
  return ranges.reduce((sum, { first, last }) => sum + (last - first + 1) - (avoidsBuggy ? buggy(first, last) : 0), 0);
}

/** How many addresses from the first to the last end in .0 or .255. */
function buggy(first: number, last: number): number {
  const upTo = (ending: number, address: number) => Math.floor((address - ending) / 256);
  return [0, 255].reduce((sum, ending) => sum + upTo(ending, last) - upTo(ending, first - 1), 0);
}

/** @throws {Malformed} for text that is neither a network of IPv4 nor two addresses with a dash. */
function rangeOf(field: Field): AddressRange {
  const text = field.text() ?? "";
  const run = runOf(text);
  if (run === undefined || run[0] > run[1])
    throw new Malformed(field.path, "text", "a network of IPv4 or two addresses with a dash, the lower one first");
  return { field, text, first: run[0], last: run[1] };
}

/** First and last address as MetalLB reads them (ParseCIDR in https://github.com/metallb/metallb/blob/v0.16.1/internal/config/config.go). */
function runOf(text: string): Run | undefined {
  const [from = "", to, ...more] = text.split("-").map((part) => part.trim());
  if (to !== undefined) return more.length === 0 && isIPv4(from) && isIPv4(to) ? [addressNumber(from), addressNumber(to)] : undefined;
  const [, address = "", bits] = /^([^/]+)\/(\d{1,2})$/.exec(text) ?? [];
  return isIPv4(address) && Number(bits) <= 32 ? blockRun(text) : undefined;
}
