import { execFile } from "node:child_process";
import * as os from "node:os";
import { promisify } from "node:util";
import { onPath } from "../tools/executable";
import { apiAddress, type ClusterNetwork, USUAL_NETWORK } from "./network";

const run = promisify(execFile);

/**
 * Where the control plane and its clients run: in a network namespace that has only loopback
 * (https://man7.org/linux/man-pages/man7/network_namespaces.7.html), or on the machine's own loopback if it allows no namespaces.
 */
export type CellKind =
  | { readonly kind: "namespace"; /** Through a user namespace, because the user is not root. */ readonly mapped: boolean }
  | { readonly kind: "loopback"; /** What cannot be done, and why, as one line. */ readonly reason: string };

const SET_UP = `ip link set lo up; ip route add local "$1" dev lo; shift; exec "$@"`;

/** The command line that makes a cell. The process that it starts holds the cell, which lives as long as the process. */
function unshare(mapped: boolean, network: ClusterNetwork): readonly string[] {
  return ["unshare", ...(mapped ? ["--user", "--map-root-user"] : []), "--net", "sh", "-ec", SET_UP, "cell", network.pods];
}

/** Finds out which kind of cell this machine allows by making one. */
export async function probeCell(env: Readonly<NodeJS.ProcessEnv> = process.env): Promise<CellKind> {
  const cannot = (why: string): CellKind => ({
    kind: "loopback",
    reason: `no network cell (${why}): running on plain loopback, so pods have no reachable addresses and nothing stops a process from leaving the machine`,
  });
  if (os.platform() !== "linux") return cannot(`${os.platform()} has no network namespaces`);
  if (env["AF_SANDBOX_CELL"] === "off") return cannot("AF_SANDBOX_CELL is off");
  const missing = ["unshare", "nsenter", "ip"].filter((name) => onPath(name, env) === undefined);
  if (missing.length > 0) return cannot(`${missing.join(", ")} not on PATH; util-linux and iproute2 bring them`);
  const attempts = process.getuid?.() === 0 ? [false, true] : [true];
  let refusal = "";
  for (const mapped of attempts) {
    try {
      const [command, ...args] = [...unshare(mapped, USUAL_NETWORK), "true"];
      await run(command, args, { timeout: 10_000, env });
      return { kind: "namespace", mapped };
    } catch (error) {
      refusal = ((error as { stderr?: string }).stderr ?? String(error)).trim().split("\n").at(-1) ?? "";
    }
  }
  return cannot(`the kernel refuses: ${refusal}`);
}

/** The command line that runs a command in a new cell; the command holds the cell. */
export function holdCell(cell: CellKind, network: ClusterNetwork, command: readonly string[]): readonly string[] {
  return cell.kind === "namespace" ? [...unshare(cell.mapped, network), ...command] : command;
}

/**
 * The command line that runs a command inside a cell. Nothing is forked in between, so a signal to the started process reaches the command.
 * @param holder number of the process that holds the cell.
 */
export function joinCell(cell: CellKind, holder: number, command: readonly string[]): readonly string[] {
  if (cell.kind === "loopback") return command;
  return ["nsenter", "--target", String(holder), ...(cell.mapped ? ["--user", "--preserve-credentials"] : []), "--net", "--", ...command];
}

/** The address that the API server advertises, which becomes the endpoint of the Service `kubernetes`. */
export function advertiseAddress(cell: CellKind, network: ClusterNetwork): string {
  if (cell.kind === "namespace") return apiAddress(network);
  const own = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => address.family === "IPv4" && !address.internal && !address.address.startsWith("169.254."));
  // The server checks only the form of the address, so an address of the pod range will do on a machine without a network.
  return own?.address ?? apiAddress(network);
}
