import { grouped } from "../../../capacity/packing/grouped";
import { layout } from "../../../capacity/packing/layout";
import { bytes, formatBytes, formatCpu } from "../../../capacity/quantity";
import { ROLES, type Role } from "../../../components/tenancy/roles";
import type { PackFacility } from "../../../policies/capacity/pack-facility";
import { amountText } from "../../../policies/model/figures";
import type { Connections } from "../../../policies/model/connections";
import { claimsOf } from "../../../policies/model/demand";
import { flowTable } from "../../../policies/model/flow-table";
import { is, releaseOf } from "../../../policies/model/objects";
import { namespaceRoles } from "../../../policies/model/roles";
import { skipUnreadable, stackWorkloads } from "../../../policies/model/workloads";
import { counted } from "../../../terminal/text";
import { placedOn } from "../host-use";
import type { Plan } from "../plan";

/** Where a box of the picture stands, from left to right. */
export const COLUMNS = ["outside", "services", "support", "storage"] as const;
/** One of {@link COLUMNS}. */
export type Column = (typeof COLUMNS)[number];

/** A box of the picture: a service with its pods, addresses outside, or what keeps data. */
export interface Box {
  readonly name: string;
  readonly column: Column;
  /** What stands below the name: the namespace and how many pods it has, or what a store keeps. */
  readonly about: string;
  /** What is in it, such as kinds of pods. */
  readonly holds: readonly string[];
}

/** One box reaches another, or keeps data in it. */
export interface Line {
  readonly from: string;
  readonly to: string;
  /** Ports, or what is kept there. */
  readonly what: string;
}

/** A facility as a picture: who is there, who reaches whom, and where data are kept. */
export interface Picture {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  /** Hosts of each pool, and whose pods stand there with everything in place. */
  readonly pools: readonly { readonly name: string; readonly about: string; readonly runs: readonly string[] }[];
}

/** Roles that keep data for the others. */
const KEEPERS: readonly Role[] = ["rook", "skyhook"];

/** Ends that nearly every service reaches; lines to them would hide the others. The table below the picture has them. */
const NOT_DRAWN = ["API server", "hosts", "every pod", "Services", "DNS", "node-local DNS", "other pods"];

/** The picture of a site. */
export function pictureOf({ objects }: Plan, facility: PackFacility, connections: Connections): Picture {
  const roles = namespaceRoles(objects);
  const rows = flowTable(connections)
    .filter(({ from, to }) => !NOT_DRAWN.includes(from) && !NOT_DRAWN.includes(to))
    .map(({ from, to, ports }) => ({ from: sideOf(from), to: sideOf(to), what: ports }));
  const stores = storesOf(objects, roles);
  const reachedFromOutside = new Set(rows.filter(({ from }) => !isRole(from)).map(({ to }) => to));
  const services = [...roles].map(([namespace, role]): Box => {
    const pods = facility.pods.filter((pod) => pod.namespace === namespace).reduce((sum, { count }) => sum + count, 0);
    return {
      name: role,
      column: KEEPERS.includes(role) ? "storage" : role === "hub" || reachedFromOutside.has(role) ? "services" : "support",
      about: `namespace ${namespace}, ${counted(pods, "pod")}`,
      holds: connections.ends.flatMap(({ pods: kind, name }) => (kind?.role === role ? [name] : [])).filter(isFirst),
    };
  });
  const ends = rows.flatMap(({ from, to }) => [from, to]).filter((end) => !isRole(end));
  const outside = [...new Set(ends)].map((name): Box => ({
    name,
    column: "outside",
    about: ABOUT[name] ?? "addresses outside",
    holds: [],
  }));
  return { boxes: [...outside, ...services, ...stores.boxes], lines: linesOf([...rows, ...stores.lines]), pools: poolsOf(facility, roles) };
}

function poolsOf({ hosts, pods }: PackFacility, roles: ReadonlyMap<string, Role>): Picture["pools"] {
  const placed = layout(hosts, pods);
  return [...grouped(hosts, ({ pool }) => pool)].map(([name, members]) => {
    const sum = (amount: (host: (typeof members)[number]) => bigint): bigint => members.reduce((total, host) => total + amount(host), 0n);
    const uses = members[0]?.uses.join(", ") ?? "";
    const there = members.flatMap((host) => [...(host.standing ?? []), ...placedOn(host, placed, pods)]);
    return {
      name,
      about: `${counted(members.length, "host")} for ${uses === "" ? "nothing" : uses}, ${formatCpu(sum(({ cpu }) => cpu))} cores, ${amountText(
        "bytes",
        sum(({ memory }) => memory),
      )}`,
      runs: ROLES.filter((role) => there.some(({ namespace }) => roles.get(namespace) === role)),
    };
  });
}

/** What ends outside are, for people. */
const ABOUT: Readonly<Record<string, string>> = {
  anywhere: "every address, users among them",
  outside: "every address outside of the cluster",
  Internet: "public addresses",
  campus: "private addresses",
};

/** The box of an end: the role of pods; all doors of a group of addresses together. */
function sideOf(end: string): string {
  const [role, pods] = end.split("/");
  if (pods !== undefined && isRole(role)) return role;
  return end.replace(/^(\S+) \S+ of (.+)$/, "$1s of $2");
}

function isRole(name: string | undefined): name is Role {
  return ROLES.some((role) => role === name);
}

function isFirst(name: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(name) === index;
}

/** The lines between different boxes, one for each pair, with everything that it stands for. */
function linesOf(rows: readonly Line[]): readonly Line[] {
  const between = rows.filter(({ from, to }) => from !== to);
  return [...grouped(between, ({ from, to }) => `${from}\n${to}`).values()].flatMap((members) => {
    const [first] = members;
    return first ? [{ from: first.from, to: first.to, what: together(members.map(({ what }) => what)) }] : [];
  });
}

/** Everything that a line stands for; the ports of a protocol are named once. */
function together(texts: readonly string[]): string {
  const ports = texts.filter((text) => /^(TCP|UDP) /.test(text));
  const protocols = grouped(ports, (text) => text.slice(0, 3));
  const merged = [...protocols].map(
    ([protocol, all]) =>
      `${protocol} ${all
        .flatMap((text) => text.slice(4).split(", "))
        .filter(isFirst)
        .join(", ")}`,
  );
  return [...merged, ...texts.filter((text) => !ports.includes(text)).filter(isFirst)].join(", ");
}

/** Storage classes and object stores that are in use, with who keeps how much in them once everything is full. */
function storesOf(objects: Plan["objects"], roles: ReadonlyMap<string, Role>): Pick<Picture, "boxes" | "lines"> {
  const lines: Line[] = [];
  const keep = (namespace: string, store: string, what: string): void => {
    const role = roles.get(namespace);
    if (role !== undefined) lines.push({ from: role, to: store, what });
  };
  const classes = new Map<string, { size: bigint; holds: string[] }>();
  for (const { object, spec, bytes: size, count } of claimsOf(
    objects,
    stackWorkloads(objects, undefined, skipUnreadable),
    skipUnreadable,
  )) {
    const name = `class ${spec.at("storageClassName").text() ?? "of the cluster"}`;
    const known = classes.get(name) ?? { size: 0n, holds: [] };
    classes.set(name, { size: known.size + size * BigInt(count), holds: [...known.holds, object.name] });
    keep(object.namespace, name, `${object.name} ${formatBytes(size)}${count === 1 ? "" : ` × ${count}`}`);
  }
  for (const release of objects.flatMap((object) => releaseOf(object) ?? [])) {
    const storage = release.values.at("singleuser", "storage");
    const [capacity, name] = [storage.at("capacity").quantity(), storage.at("dynamic", "storageClass").text()];
    if (capacity === undefined || name === undefined) continue;
    const store = `class ${name}`;
    const known = classes.get(store) ?? { size: 0n, holds: [] };
    const homes = `homes of ${formatBytes(bytes(capacity))} each`;
    classes.set(store, { ...known, holds: [...known.holds, homes] });
    keep(release.namespace, store, homes);
  }
  const stores = objects.filter((object) => is(object, "ceph.rook.io/*", "CephObjectStore"));
  for (const user of objects.filter((object) => is(object, "ceph.rook.io/*", "CephObjectStoreUser")))
    keep(user.namespace, `store ${user.root.at("spec", "store").text() ?? ""}`, `buckets of ${user.name}`);
  return {
    boxes: [
      ...[...classes].map(([name, { size, holds }]): Box => ({
        name,
        column: "storage",
        about: size === 0n ? "volumes" : `${formatBytes(size)} of volumes`,
        holds: holds.filter(isFirst),
      })),
      ...stores.map(({ name }): Box => ({ name: `store ${name}`, column: "storage", about: "buckets over S3", holds: [] })),
    ],
    lines,
  };
}
