import { API_SERVER_PORTS } from "../../components/tenancy/ports";
import { grouped } from "../../capacity/packing/grouped";
import { type Connections, PROTOCOLS, type Reach } from "./connections";
import type { EndKind, NetworkEnd } from "./network-ends";
import { common, portSet, portsText, without, type PortSet } from "./port-set";

/** One row of the table of who reaches whom. */
export interface FlowRow {
  readonly from: string;
  readonly to: string;
  /** For people, such as `TCP 443, 8000-8010`. */
  readonly ports: string;
}

/** Addresses that belong neither to the cluster nor to its hosts. */
const OUTSIDE: readonly EndKind[] = ["named", "private", "internet"];

/**
 * Who reaches whom by all policies together, ordered by source and target. What every address and every pod reaches has the source `anywhere`, what leads to
 * every address outside has the target `outside`, and what every pod of the facility reaches has the source `every pod`.
 */
export function flowTable({ ends, reaches }: Connections): readonly FlowRow[] {
  const names = [...new Set(ends.map(nameOfEnd))];
  const pods = new Set(ends.filter((end) => end.pods).map(nameOfEnd));
  const others = names.filter((name) => !pods.has(name));
  const outside = [...new Set(ends.filter(({ kind }) => OUTSIDE.includes(kind)).map(nameOfEnd))];
  const cells = new Map<string, PortSet>();
  for (const { from, to, protocol, open } of reaches) {
    const key = keyOf(nameOfEnd(from), nameOfEnd(to), protocol);
    cells.set(key, portSet([...(cells.get(key) ?? []), ...open]));
  }
  return PROTOCOLS.flatMap((protocol) => {
    const cell = (from: string, to: string): PortSet => cells.get(keyOf(from, to, protocol)) ?? [];
    const shared = (pairs: readonly (readonly [string, string])[]): PortSet => {
      const [first, ...rest] = pairs.map(([from, to]) => cell(from, to));
      return rest.reduce(common, first ?? []);
    };
    const anywhere = new Map(names.map((to) => [to, pods.has(to) ? shared(others.map((from) => [from, to])) : []]));
    const everyPod = new Map(names.map((to) => [to, shared([...pods].map((from) => [from, to]))]));
    const out = new Map([...pods].map((from) => [from, shared(outside.map((to) => [from, to]))]));
    const left = (from: string, to: string): PortSet => {
      const told = pods.has(from)
        ? [...(everyPod.get(to) ?? []), ...(outside.includes(to) ? (out.get(from) ?? []) : [])]
        : (anywhere.get(to) ?? []);
      return without(cell(from, to), portSet(told));
    };
    const row = (from: string, to: string, ports: PortSet = []) => ({ from, to, protocol, ports });
    return [
      ...names.flatMap((from) => [...names.map((to) => row(from, to, left(from, to))), row(from, "outside", out.get(from))]),
      ...names.flatMap((to) => [row("every pod", to, everyPod.get(to)), row("anywhere", to, anywhere.get(to))]),
    ];
  })
    .flatMap((row) => {
      const api = row.to === "hosts" && row.protocol === "TCP" ? common(row.ports, API_SERVER) : [];
      return [
        { ...row, ports: without(row.ports, api) },
        { ...row, to: "API server", ports: api },
      ];
    })
    .filter(({ ports }) => ports.length > 0)
    .map(({ from, to, protocol, ports }) => ({ from, to, ports: `${protocol} ${portsText(ports)}` }));
}

/** The API server, which is on hosts: policies tell it from what else listens there by its port. */
const API_SERVER = portSet(API_SERVER_PORTS.map((port) => [port, port]));

/** Rows of several sources and targets, which all have the same ports. */
export interface FlowGroup {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ports: string;
}

/** The rows of a table in fewer ones: sources that reach the same are counted together, and so are targets that the same sources reach. */
export function flowGroups(rows: readonly FlowRow[]): readonly FlowGroup[] {
  const byTarget = [...grouped(rows, ({ to, ports }) => `${to} ${ports}`).values()].map((members) => ({
    from: members.map(({ from }) => from),
    to: members[0]?.to ?? "",
    ports: members[0]?.ports ?? "",
  }));
  return [...grouped(byTarget, ({ from, ports }) => `${from.join()} ${ports}`).values()].map((members) => ({
    from: members[0]?.from ?? [],
    to: members.map(({ to }) => to),
    ports: members[0]?.ports ?? "",
  }));
}

/** Name of an end with its role, for people. */
export function nameOfEnd({ pods, name }: NetworkEnd): string {
  return pods ? `${pods.role}/${name}` : name;
}

function keyOf(from: string, to: string, protocol: Reach["protocol"]): string {
  return [from, to, protocol].join(" ");
}
