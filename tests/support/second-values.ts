import { z } from "zod";
import { SiteError, type Problem } from "#af/stacks/site/problems";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import type { Key } from "#af/tools/site/keys";
import { reach, withLeaf, type Leaf } from "./leaves";

/** A site that differs from another in one leaf. */
export interface Variant {
  readonly leaf: Leaf;
  readonly value: unknown;
  readonly config: Record<string, unknown>;
  readonly site: Site;
}

/** Every other value is refused; what the file reader says of the first of them. */
export interface Refused {
  readonly leaf: Leaf;
  readonly problems: readonly Problem[];
}

/** The same settings with another legal value at the leaf, the first that the reader takes. */
export function secondOf(config: Record<string, unknown>, leaf: Leaf): Variant | Refused {
  let problems: readonly Problem[] = [];
  for (const value of candidates(config, leaf)) {
    const changed = withLeaf(config, leaf, value);
    try {
      return { leaf, value, config: changed, site: parseSite(changed, "a test") };
    } catch (error) {
      if (!(error instanceof SiteError)) throw error;
      if (problems.length === 0) problems = error.problems;
    }
  }
  return { leaf, problems };
}

/** Other values of a leaf that its own schema takes, likely ones first. */
export function candidates(config: Readonly<Record<string, unknown>>, { what, key, value, path, pattern }: Leaf): readonly unknown[] {
  const special = SPECIAL[pattern]?.(config) ?? [];
  switch (what) {
    case "value":
      return [...special, ...others(key, value, config)].filter((other) => !same(other, value));
    case "name":
      return [...special, `${String(value)}-2`];
    case "element": {
      const present = reach(config, path);
      const elements = Array.isArray(present) ? (present as readonly unknown[]) : [];
      return [...special, ...elementsLike(key, value, config)].filter((other) => !elements.some((element) => same(element, other)));
    }
  }
}

/** Who answers for what is allowed: until four weeks from now, because rules bound how long something may be allowed. */
const ANSWERED_FOR = {
  owner: "Operators",
  reason: "a reason that is long enough",
  ticket: "https://tickets.example.edu/1",
  until: new Date(Date.now() + 28 * 86_400_000).toISOString().slice(0, 10),
};

/** Second values that no rule below finds, or finds too late. */
const SPECIAL: Readonly<Record<string, (config: unknown) => readonly unknown[]>> = {
  // All plugins but these two are alike to the facility.
  "site.kubernetes.networkPlugin": () => ["flannel"],
  // Neither may overlap any other network of a site.
  "site.kubernetes.podCidr": () => ["10.64.0.0/14"],
  "site.kubernetes.serviceCidr": () => ["172.20.0.0/16"],
  "platform.loadBalancer.pools.*.+": () => ["203.0.113.128/29"],
  "platform.loadBalancer.addresses.+": () => ["203.0.113.128/29"],
  // One kind more than the doors speak already.
  "data.stores.*.doors.protocols.+": () => [
    { kind: "davs", port: 2881 },
    { kind: "roots", port: 1095 },
  ],
  // The file that the check reads stays below it.
  "data.stores.*.doors.exports.*": () => ["/store/mc"],
  "data.analysis.hits": () => [0.5],
  "batch.schedd.signingKey.previous.until": () => ["2031-02-28"],
  "hub.profiles.+": () => [{ name: "Second", cpu: 1, memory: "2Gi", atOnce: 1 }],
  "hub.ceilings.+": () => [{ group: "/cms/students", servers: 20 }],
  "hub.events.+": (config) => {
    const [profile] = reach(config, ["hub", "profiles"]) as { readonly name: string }[];
    return [{ name: "tutorial", until: ANSWERED_FOR.until, servers: [{ profile: profile?.name, count: 1 }] }];
  },
  "hub.profiles.*.fills.pool": (config) => Object.keys(reach(config, ["nodes"]) ?? {}),
  "storage.devices.*.+": () => [{ path: "/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:9:0", class: "hdd", size: "2Ti" }],
  "storage.monitors.hosts.+": () => [{ name: "second", address: "198.51.100.9" }],
  "expiry.*": () => ["2031-01-31"],
  "waivers.+": () => [{ rule: "no-host-paths", object: "PersistentVolume of-a-test", field: "spec.hostPath", ...ANSWERED_FOR }],
  "approvals.+": () => [{ change: "delete", object: "ConfigMap default/of-a-test", ...ANSWERED_FOR }],
  "freeze.+": () => [{ from: "2031-01-01T00:00:00Z", until: "2031-01-02T00:00:00Z", because: "another test" }],
  "freeze.*.from": () => ["2030-01-01T12:00:00Z"],
  "freeze.*.until": () => ["2030-01-03T00:00:00Z"],
  "skyhook.devices.+": () => [{ path: "/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:9:0", class: "hdd", size: "2Ti" }],
};

function others(key: Key, value: unknown, config: unknown): readonly unknown[] {
  const { shape, facts } = key;
  if (shape.kind !== "value") return [];
  const fits = (other: unknown) => z.safeParse(key.schema, other).success;
  const start = value ?? facts.examples?.[0];
  // An example may be the very default of a key that is left out, so it comes last.
  return [...alternatives(start, shape.type, config), ...(value === undefined ? [start] : [])].filter(fits);
}

function alternatives(value: unknown, type: string, config: unknown): readonly unknown[] {
  const choices = type.includes(" or ") ? type.split(" or ").flatMap((choice) => [choice, Number(choice)]) : [];
  switch (typeof value) {
    case "boolean":
      return [!value];
    case "number":
      return [...choices, value + 1, value - 1, value * 2, value + 0.5];
    case "string": {
      const digits = /\d+/.exec(value);
      const bumped = digits ? [value.replace(digits[0], String(Number(digits[0]) + 1))] : [];
      const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(value);
      if (isAddress) return [...neighbours(value), ...poolAddresses(config)];
      if (/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(value)) return networksNear(value);
      if (/^\d+(\.\d+)?[A-Za-z]*$/.test(value)) return value.startsWith("1.") ? [nextMinor(value), ...bumped] : bumped;
      const texts = [`second.${value}`, `${value}-2`, `${value}/second`, `${value}second`, `${value} (second)`];
      const hostAfterAt = value.replace("@", "@second.");
      const lastDigit = value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
      // A name of letters alone is a word of its schema's; a name with a dot is a host's.
      return [...choices, ...(value.includes("@") ? [hostAfterAt] : []), ...texts, lastDigit];
    }
    default:
      return [...choices, "second", 7, "2027-06-30"];
  }
}

function elementsLike(key: Key, value: unknown, config: unknown): readonly unknown[] {
  const { shape } = key;
  if (shape.kind === "value") return [...others(key, value, config), ...others(key, undefined, config)];
  if (shape.kind !== "object") return [];
  const first = value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  const object = Object.fromEntries(
    [...shape.keys].flatMap(([name, inner]) => {
      if (first[name] === undefined && z.safeParse(inner.schema, undefined).success) return [];
      const [other] = others(inner, first[name], config);
      const kept = inner.shape.kind !== "value" || inner.shape.type.includes(" or ") ? first[name] : other;
      return [[name, kept ?? other]];
    }),
  );
  return [object, first].filter((element) => z.safeParse(key.schema, element).success);
}

function neighbours(address: string): readonly string[] {
  const bytes = address.split(".");
  const last = Number(bytes[3]);
  return [1, 2, 3, 4, 5, 6, 7, 100, -1].map((step) => [...bytes.slice(0, 3), (last + step + 256) % 256].join("."));
}

/** Addresses that the site's load balancer may give. */
function poolAddresses(config: unknown): readonly string[] {
  const balancer = reach(config, ["platform", "loadBalancer"]);
  const networks = [...JSON.stringify(balancer ?? {}).matchAll(/(\d+\.\d+\.\d+\.\d+)\/\d+/g)];
  return networks.flatMap(([, address = ""]) => [address, ...neighbours(address)]);
}

function networksNear(network: string): readonly string[] {
  const [address = "", bits = "32"] = network.split("/");
  return [`${address}/${Number(bits) + 1}`, ...neighbours(address).map((other) => `${other}/${bits}`), "203.0.113.200/29"];
}

function nextMinor(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  return `${major}.${Number(minor) + 1}`;
}

function same(a: unknown, b: unknown): boolean {
  return String(a) === String(b) && JSON.stringify(a) === JSON.stringify(b);
}
