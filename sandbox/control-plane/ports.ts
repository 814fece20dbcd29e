import * as dgram from "node:dgram";
import { randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";

/** Ports from the first to the last. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Where ports are looked for: above most services' own ports, below the node ports of Kubernetes (30000 to 32767). */
const CHOICE: PortRange = { first: 15_000, last: 29_999 };

/** True if nobody listens on that port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/**
 * Free ports of 127.0.0.1, all different, that stay free until their daemons start, which may be half a minute later. The kernel gives none of
 * them to an outgoing connection, and no other call gets one as long as this process lives.
 * @throws {Error} if there are not so many.
 */
export async function freePorts(count: number, { first, last }: PortRange = CHOICE): Promise<readonly number[]> {
  const kernel = outgoing(first, last);
  const all = last - first + 1;
  const begin = randomInt(all);
  const ports: number[] = [];
  for (let tried = 0; tried < all && ports.length < count; tried++) {
    const port = first + ((begin + tried) % all);
    if (port >= kernel.first && port <= kernel.last) continue;
    if (await takePort(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`only ${ports.length} of ${count} ports are free among ${first} to ${last} of 127.0.0.1`);
  return ports;
}

/**
 * The ports that the kernel gives to outgoing connections, and to whoever asks for any port. A busy API server holds hundreds of them, and a
 * daemon cannot listen on a port from which a connection goes out. None if all ports between the two are such.
 */
function outgoing(from: number, to: number): PortRange {
  try {
    const [first, last] = fs.readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/).map(Number);
    if (first !== undefined && last !== undefined && (first > from || last < to)) return { first, last };
  } catch {
    // Linux alone has this file; other systems give away the ports from 49152 on.
  }
  return { first: 0, last: 0 };
}

/**
 * Takes a port for this process until it ends, if nobody listens there or has taken it. The UDP port of the same number is what is held: it
 * does not hinder the daemon, which listens on TCP, and the kernel lets it go with the process. It is taken first, because who tries the TCP
 * port of another's daemon may be in its way.
 */
export async function takePort(port: number): Promise<boolean> {
  const held = await claim(port);
  if (held === undefined) return false;
  if (await isFree(port)) return true;
  held.close();
  return false;
}

function claim(port: number): Promise<dgram.Socket | undefined> {
  return new Promise((resolve) => {
    const held = dgram.createSocket("udp4");
    held.once("error", () => {
      held.close();
      resolve(undefined);
    });
    held.bind({ port, address: "127.0.0.1", exclusive: true }, () => {
      held.unref();
      resolve(held);
    });
  });
}
