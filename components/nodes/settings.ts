import { z } from "zod";
import { bytes, millicores } from "../../capacity/quantity";
import { cpu, devices, fileSystem, label, memory, prose, rate } from "../fields";

/** What a host may be used for. A host may have several uses, but `control-plane` excludes all others. */
export const USES = ["control-plane", "services", "users", "ceph", "cache"] as const;
/** One of {@link USES}. */
export type Use = (typeof USES)[number];

const hostPattern = z
  .string()
  .regex(
    /^[a-z0-9][-a-z0-9.]*(\[[0-9,-]+\][-a-z0-9.]*)?$/,
    "allowed: a host name in lower case, optionally with one bracket such as node[01-04,07]",
  )
  .refine(
    (pattern) => expand(pattern) !== undefined,
    "allowed in the bracket: numbers and ranges that count up, of equal width and of 1000 hosts at most, e.g. [01-04,07]",
  )
  .meta({ description: "One host, or several written with one bracket", examples: ["node[01-04,07]"], perSite: true });

const taint = z.strictObject({
  key: z
    .string()
    .regex(/^([a-z0-9.-]+\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, "allowed: a taint key such as storage or example.org/storage")
    .meta({ description: "Key of the taint", examples: ["example.org/storage"], perSite: true }),
  value: z.string().default("true").meta({ description: "Value of the taint", perSite: true }),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .default("NoSchedule")
    .describe("What the taint does to pods that do not tolerate it"),
});

const pool = z
  .strictObject({
    model: prose.describe("Model of the machines, for people"),
    hosts: z
      .array(hostPattern)
      .min(1, "allowed: at least one host")
      .describe("Names of the hosts in the cluster: values of the label kubernetes.io/hostname"),
    capacity: z
      .strictObject({
        cpu: cpu.describe("Logical CPUs of a host"),
        memory: memory.describe("Memory of a host"),
        ephemeral: fileSystem
          .optional()
          .describe(
            "Ephemeral storage: size of the file system of /var/lib/kubelet, which holds images, logs and emptyDirs; without it the plan cannot prove that these fit",
          ),
        devices: devices
          .default({})
          .describe("GPUs and other devices of a host, by the names under which their device plugins register them, e.g. nvidia.com/gpu"),
      })
      .describe("Capacity of each host of the pool, as the kubelet would report it"),
    rates: z
      .strictObject({
        nic: rate.optional().describe("What the network port of a host carries in each direction"),
        diskRead: rate.optional().describe("What one of a host's disks for cached data reads while it does nothing else"),
        diskWrite: rate.optional().describe("What one of a host's disks for cached data writes while it does nothing else"),
      })
      .optional()
      .describe("How fast each host of the pool is; what is not stated is not guessed")
      .meta({ readBy: ["data rate of the plan"] }),
    rack: label.describe("Failure domain: the hosts of one domain fail together (rack, room, power)"),
    runs: z
      .array(z.enum(USES))
      .min(1, "allowed: at least one use")
      .meta({ description: "What the hosts are used for; `control-plane` excludes all other uses", perSite: true }),
    taints: z.array(taint).default([]).describe("Taints that keep other pods away; the facility's pods tolerate them"),
  })
  .describe("Machines of one kind, in one rack");

/** Settings of the site's hardware, by pool. */
export const Nodes = z
  .record(label, pool)
  .superRefine((pools, context) => {
    const seen = new Map<string, string>();
    for (const [name, { hosts, runs }] of Object.entries(pools)) {
      if (runs.includes("control-plane") && runs.length > 1) {
        context.addIssue({
          code: "custom",
          path: [name, "runs"],
          message: "allowed: control-plane alone; control-plane hosts run nothing else",
        });
      }
      hosts.forEach((pattern, index) => {
        for (const host of expand(pattern) ?? []) {
          const first = seen.get(host);
          if (first !== undefined) {
            const where = first === name ? `twice in pool ${name}` : `in pool ${first} and in pool ${name}`;
            context.addIssue({
              code: "custom",
              path: [name, "hosts", index],
              message: `${host} is ${where}; a host belongs to exactly one pool: remove one`,
            });
          }
          seen.set(host, name);
        }
      });
    }
  })
  .describe("The hardware, by pool")
  .meta({ perSite: true, readBy: ["node labels", "Rook", "XCache", "quotas"] });
/** Settings of the hardware, with defaults filled in. */
export type Nodes = z.infer<typeof Nodes>;
/** Settings of one pool. */
export type Pool = Nodes[string];

/** One host of the site. */
export interface Host {
  readonly name: string;
  readonly pool: string;
  readonly controlPlane: boolean;
  /** Logical CPUs. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of the kubelet's own file system; undefined if the site file does not state it. */
  readonly ephemeral?: number;
  /** Numbers of devices by the names of their extended resources. */
  readonly devices: Readonly<Record<string, number>>;
  readonly rack: string;
}

/** Every host of the site, in the order of the site file. */
export function hostsOf(nodes: Nodes): readonly Host[] {
  return Object.entries(nodes).flatMap(([name, { hosts, capacity, rack, runs }]) =>
    hosts
      .flatMap((pattern) => expand(pattern) ?? [])
      .map((host) => ({
        name: host,
        pool: name,
        controlPlane: runs.includes("control-plane"),
        cpu: Number(millicores(capacity.cpu)) / 1000,
        memory: Number(bytes(capacity.memory)),
        ...(capacity.ephemeral !== undefined && { ephemeral: Number(bytes(capacity.ephemeral)) }),
        devices: capacity.devices,
        rack,
      })),
  );
}

/** Every host whose pool has the given use. */
export function hostsThatRun(nodes: Nodes, use: Use): readonly Host[] {
  return hostsOf(nodes).filter((host) => nodes[host.pool]?.runs.includes(use));
}

/** Most hosts of one range in a bracket. We chose 1000: a slip of the finger must not make a list of millions. */
const MAX_RANGE = 1000;

/**
 * Expands `node[1-3]` to node1, node2, node3; returns undefined if the bracket is malformed. Numbers keep their width: `[08-10]` gives 08,
 * 09, 10.
 */
function expand(pattern: string): readonly string[] | undefined {
  const match = /^([^[]*)\[([^\]]*)\](.*)$/.exec(pattern);
  if (!match) return [pattern];
  const [, head = "", list = "", tail = ""] = match;
  const names: string[] = [];
  for (const part of list.split(",")) {
    const [from, to = from, ...more] = part.split("-");
    if (!from || !to || more.length > 0 || from.length !== to.length || Number(from) > Number(to) || Number(to) - Number(from) >= MAX_RANGE)
      return undefined;
    for (let number = Number(from); number <= Number(to); number += 1)
      names.push(`${head}${String(number).padStart(from.length, "0")}${tail}`);
  }
  return names;
}
