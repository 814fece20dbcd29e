import assert from "node:assert/strict";
import { hostsOf, type Nodes } from "#af/components/nodes/settings";
import { spelt, spoilt, valueAt } from "../../support/site-config";

type Config = Record<string, unknown>;
type Steps = readonly (string | number)[];

/** What an advice says of one value of the site file. */
interface Told {
  readonly steps: Steps;
  readonly to: string;
  readonly from: string;
}

/** An advice as a plan prints it: what to change, what of that stands in the site file, and what comes of it. */
const ADVICE = /^(?<what>[^()]+) \((?<edits>af:[^()]+)\)(?<then>: .+)?$/;
const EDIT = /^(?<path>af:[\w.[\]-]+): (?<to>\S+) instead of (?<from>\S+)$/;

/** What an advice tells its reader to write. */
export function toldBy(advice: string): readonly Told[] {
  const { edits = "" } = ADVICE.exec(advice)?.groups ?? assert.fail(`names no key of the site file: ${advice}`);
  return edits.split(", ").map((edit) => {
    const { path = "", to = "", from = "" } = EDIT.exec(edit)?.groups ?? assert.fail(`cannot be followed: ${edit} of ${advice}`);
    const steps = [...path.slice("af:".length).matchAll(/[\w-]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
    assert.equal(spelt(steps), path);
    return { steps, to, from };
  });
}

/** The settings of a site after somebody has done what the advice says, in its words alone. */
export function followed(config: Config, advice: string): Config {
  return toldBy(advice).reduce((changed, told) => written(changed, told), config);
}

function written(config: Config, { steps, to, from }: Told): Config {
  const present = steps.reduce<unknown>((value, step) => (value === undefined ? undefined : valueAt(value, [step])), config);
  const key = steps.slice(-2).join(".");
  const entries = ENTRIES[steps[0] === "nodes" ? String(steps.at(-1)) : key];
  if (entries === undefined) {
    assert.equal(String(present), from, spelt(steps));
    return spoilt(config, steps, typeof present === "number" ? Number(to) : to);
  }
  const list = (present ?? []) as readonly unknown[];
  const count = steps.at(-1) === "hosts" && steps[0] === "nodes" ? hostsIn(list) : list.length;
  assert.equal(String(count), from, spelt(steps));
  const further = Array.from({ length: Number(to) - count }, (_, index) => entries(index, list));
  return withAddresses(spoilt(config, steps, [...list, ...further]), steps);
}

/** Entries that a reader of the advice would make up from the present ones, by the end of the list's path. */
const ENTRIES: Readonly<Record<string, (index: number, present: readonly unknown[]) => unknown>> = {
  hosts: (index) => `further${index}`,
  "cache.servers": (index) => ({ host: `further${index}.example.edu`, address: `198.18.${index >> 8}.${index & 255}` }),
  "cache.disks": (index, [model]) => ({ ...(model as object), path: `/mnt/further${index}` }),
  "doors.hosts": (index) => ({ name: `further${index}.example.edu`, address: `198.51.100.${100 + index}` }),
};

function hostsIn(hosts: readonly unknown[]): number {
  const pool = { hosts, capacity: { cpu: "1", memory: "1Gi", devices: {} }, rack: "r", runs: ["users"] };
  return hostsOf({ pool } as unknown as Nodes).length;
}

/** Caches have addresses of the load balancer, which the site has to have. */
function withAddresses(config: Config, steps: Steps): Config {
  return steps.at(-1) === "servers" ? spoilt(config, ["platform", "loadBalancer", "pools", "further"], ["198.18.0.0/16"]) : config;
}
