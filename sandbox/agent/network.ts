import { execFile, spawn, type ChildProcess } from "node:child_process";
import { promisify } from "node:util";
import { bounds, type ClusterNetwork, nodeAddress, toAddress } from "../cell/network";
import { tied } from "../processes";

const run = promisify(execFile);

/** Addresses at the end of the pods' range that others have: the API server's, the hosts', and room for more. */
const RESERVED = 256;

/** A network namespace of its own, with the address of a pod; all containers of the pod live in it. */
export interface PodNetwork {
  readonly address: string;
  /** The command line that runs a command in it. */
  join(command: readonly string[]): readonly string[];
  release(): Promise<void>;
}

/** The network of pods inside the cell: each pod has its own namespace and a wire to the cell, which forwards between them. */
export class PodNetworks {
  private readonly taken = new Map<number, ChildProcess>();
  private readonly host: string;

  constructor(private readonly network: ClusterNetwork) {
    this.host = nodeAddress(network);
  }

  /** Gives the cell the address of the hosts and those of all Services, and lets it forward. Doing it again changes nothing. */
  async setUp(): Promise<void> {
    await run("ip", ["address", "replace", `${this.host}/32`, "dev", "lo"]);
    await this.own(this.network.services);
    await run("sh", ["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
  }

  /** Lets programs of the cell listen on addresses. */
  async own(addresses: string): Promise<void> {
    await run("ip", ["route", "replace", "local", addresses, "dev", "lo"]);
  }

  /** Makes the network of a pod. The process that holds it, as the pause container does in a cluster, ends with this one. */
  async make(): Promise<PodNetwork> {
    let index = 0;
    while (this.taken.has(index)) index++;
    const [command = "", ...rest] = tied(["unshare", "--net", "sleep", "infinity"], "KILL");
    const holder = spawn(command, rest, { stdio: "ignore" });
    this.taken.set(index, holder);
    const address = toAddress(bounds(this.network.pods).last - RESERVED - index);
    const wire = `pod${index}`;
    const pid = String(holder.pid);
    const join = (words: readonly string[]): readonly string[] => ["nsenter", "--target", pid, "--net", "--", ...words];
    // The namespace is there as soon as it differs from the cell's own.
    await run("sh", ["-ec", `until [ "$(readlink /proc/$1/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done`, "sh", pid]);
    await run("ip", ["link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", pid]);
    await run("ip", ["link", "set", wire, "up"]);
    await run("ip", ["route", "replace", `${address}/32`, "dev", wire, "table", "local", "src", this.host]);
    const inside = [
      "ip link set lo up",
      `ip address add ${address}/32 dev eth0`,
      "ip link set eth0 up",
      `ip route add ${this.host} dev eth0`,
      `ip route add default via ${this.host} dev eth0`,
    ];
    const [program = "", ...args] = join(["sh", "-ec", inside.join("; ")]);
    await run(program, args);
    return {
      address,
      join,
      release: async () => {
        await run("ip", ["link", "delete", wire]).catch(() => undefined);
        holder.kill("SIGKILL");
        this.taken.delete(index);
      },
    };
  }
}
