import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import type { Site } from "../../stacks/site/schema";
import { CommandFailure } from "../../terminal/failure";
import { WIDTH, wrapped } from "../../terminal/text";
import { type RunningControlPlane, stopControlPlane, whyEnded } from "../control-plane/control-plane";
import { lastWords } from "../control-plane/daemon";
import { nodeScript, type SiteFolder } from "../folders";
import { tied } from "../processes";
import { onEndingSignal } from "../signals";
import { onPath } from "../tools/executable";
import type { LiveInput, LiveMessage } from "./main";
import { SAMPLE } from "./data-server";
import { dataServer } from "./site-programs";
import { type LiveUser, loginPlan } from "./users";

/** Ports of the machine's loopback for the hub and the login provider; free ones where they are taken. */
const PORTS = { hub: 8000, login: 8001 };

/** Milliseconds between two looks whether the control plane still runs. */
const LOOK_AGAIN = 1_000;

/** What of a facility is a program, and what stays played. */
const WHAT_RUNS = `Programs: the hub, its proxy and hook, each user's server with Dask in it; a
real OpenID Connect provider and, where it is installed, a real XRootD stand for
those of the site. Played as without --live, so nothing answers there: the
chart's own scheduler (users' pods go to the cluster's) and its stopping of idle
servers, Traefik with the names of users' Dask schedulers, HTCondor, ServiceX,
Ceph.`;

/** A hub that a browser of this machine can open. */
export interface OpenHub {
  /** Where. */
  readonly url: string;
  /** A file that XRootD serves where users look for the site's data. */
  readonly sample: string;
  readonly users: readonly LiveUser[];
  /** True once it cannot be opened any longer. */
  hasEnded(): boolean;
  close(): void;
}

/**
 * Lets a browser of this machine open the hub, and plays its login provider. Both end with this process.
 * @throws {CommandFailure} with the reason and the log if it does not come about.
 */
export async function openHub(controlPlane: RunningControlPlane, folder: SiteFolder, site: Site, siteFile: string): Promise<OpenHub> {
  const sockets = { hub: await listen(PORTS.hub), login: await listen(PORTS.login) };
  const seen = { hub: urlOf(sockets.hub), login: urlOf(sockets.login) };
  const input: LiveInput = { site: folder.site, base: path.dirname(folder.root), siteFile, seen };
  const [command = "", ...args] = controlPlane.join(tied([...nodeScript(path.join(__dirname, "main")), JSON.stringify(input)], "TERM"));
  // In a session of its own, so that a signal of the terminal reaches this process alone.
  const log = folder.log("live");
  const out = fs.openSync(log, "w", 0o600);
  const child = spawn(command, args, { stdio: ["ignore", out, out, "ipc"], detached: true });
  fs.closeSync(out);
  // From here on the process inside the cell alone takes what arrives.
  for (const which of ["hub", "login"] as const) child.send(which satisfies LiveMessage, sockets[which], () => sockets[which].close());
  let ended = false;
  await new Promise<void>((resolve, reject) => {
    const failed = (): void => {
      ended = true;
      reject(new CommandFailure(`The hub cannot be opened: ${lastWords(log)} [${log}]`));
    };
    child.once("error", failed);
    child.once("exit", failed);
    child.on("message", (message: LiveMessage) => message === "open" && resolve());
  });
  const { host, port } = dataServer(site);
  return {
    url: seen.hub,
    sample: `root://${host}:${port}/${SAMPLE}`,
    users: loginPlan(site.hub).users,
    hasEnded: () => ended,
    close: () => void child.kill("SIGTERM"),
  };
}

/**
 * Keeps the hub open until a signal or the end of the control plane. A signal ends the control plane too, with all pods; its data is kept.
 * @returns the exit code.
 */
export async function keepOpen(controlPlane: RunningControlPlane, folder: SiteFolder, site: Site, siteFile: string): Promise<number> {
  const stop = new AbortController();
  const release = onEndingSignal(() => stop.abort());
  try {
    const hub = await openHub(controlPlane, folder, site, siteFile);
    console.log(`\n${invitation(hub, folder.site)}`);
    while (!hub.hasEnded() && !stop.signal.aborted && whyEnded(folder) === undefined) await pause(LOOK_AGAIN, stop.signal);
    hub.close();
    if (stop.signal.aborted) {
      process.stderr.write("\nending the hub and the control plane\n");
      const names = await stopControlPlane(folder);
      console.log(`Stopped: ${["the hub's pods", ...names].join(", ")}. The state is kept: the same command takes it up again.`);
    } else if (whyEnded(folder) === undefined) {
      throw new CommandFailure(`The hub cannot be opened any longer: ${lastWords(folder.log("live"))} [${folder.log("live")}]`);
    } else {
      console.log("The control plane has been ended, and the hub with it.");
    }
    return 0;
  } finally {
    release();
  }
}

/** What to open, and as whom to log in. */
function invitation({ url, users, sample }: OpenHub, site: string): string {
  const names = (isMember: boolean): string =>
    users
      .filter((each) => each.isMember === isMember)
      .map(({ name }) => name)
      .join(", ");
  return [
    `OPEN ${url} in a browser of this machine.`,
    ...wrapped(`Log in as ${names(true)}; the hub refuses ${names(false)}, who is in no group. There are no passwords.`, WIDTH, ""),
    ...(onPath("xrootd") === undefined ? [] : [`A notebook reads a file of the site's cache:`, `  !xrdcp -s ${sample} - | head`]),
    "",
    WHAT_RUNS,
    "",
    ...wrapped(`Ctrl-C ends all of it, and so does this in another terminal: npm run sandbox -- down ${site}`, WIDTH, "  "),
  ].join("\n");
}

async function listen(port: number): Promise<net.Server> {
  for (const wanted of [port, 0]) {
    const server = net.createServer({ pauseOnConnect: true });
    server.listen(wanted, "127.0.0.1");
    try {
      await once(server, "listening");
      return server;
    } catch {
      server.close();
    }
  }
  throw new CommandFailure("No port of 127.0.0.1 is free.");
}

function urlOf(server: net.Server): string {
  return `http://localhost:${(server.address() as net.AddressInfo).port}`;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
