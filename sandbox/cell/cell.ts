import { execFile } from "node:child_process";
import * as os from "node:os";
import { promisify } from "node:util";
import { onPath } from "../tools/find";
import { apiAddress, type ClusterNetwork, USUAL_NETWORK } from "./network";

const run = promisify(execFile);

/**
 * Where the control plane and everything that talks to it runs: in a network namespace that has only loopback, or, where the machine
 * has no namespaces, on the machine's own loopback.
 */
export type CellKind =
  | { readonly kind: "namespace"; /** Through a user namespace, because the user is not root. */ readonly mapped: boolean }
  | { readonly kind: "loopback"; /** What cannot be done, and why, as one line. */ readonly reason: string };

const SET_UP = `ip link set lo up; ip route add local "$1" dev lo; shift; exec "$@"`;

/** The arguments of `unshare` that make the cell. The process that they start holds it: the cell lives as long as that process. */
function unshare(mapped: boolean, network: ClusterNetwork): readonly string[] {
  return ["unshare", ...(mapped ? ["--user", "--map-root-user"] : []), "--net", "sh", "-ec", SET_UP, "cell", network.pods];
}

/** Tries what this machine allows; takes about 0.1 s. */
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

/** The command line that starts the process which holds a new cell. */
export function holdCell(cell: CellKind, network: ClusterNetwork, command: readonly string[]): readonly string[] {
  return cell.kind === "namespace" ? [...unshare(cell.mapped, network), ...command] : command;
}

/**
 * The command line that runs a command inside a cell that `holder` holds. Nothing is forked in between, so a signal to the started
 * process reaches the command itself.
 */
export function joinCell(cell: CellKind, holder: number, command: readonly string[]): readonly string[] {
  if (cell.kind === "loopback") return command;
  return ["nsenter", "--target", String(holder), ...(cell.mapped ? ["--user", "--preserve-credentials"] : []), "--net", "--", ...command];
}

/** What `--advertise-address` and the `kubernetes` endpoint are. */
export function advertiseAddress(cell: CellKind, network: ClusterNetwork): string {
  if (cell.kind === "namespace") return apiAddress(network);
  const own = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => address.family === "IPv4" && !address.internal && !address.address.startsWith("169.254."));
  // The server checks the form of the address only, so without any network the pod range serves as well.
  return own?.address ?? apiAddress(network);
}
