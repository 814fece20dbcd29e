import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster, type ClusterObject } from "../cluster/client";
import { isReady, textAt } from "../cluster/world";
import { tied } from "../processes";
import { freePorts } from "./ports";
import { REAL_CONTROLLERS, type RealName } from "./real-controllers";

/** What the launcher gets, as JSON in its only argument; KUBECONFIG is in its environment. */
export interface LaunchInput {
  readonly name: RealName;
  readonly path: string;
  readonly folder: string;
}

/** Milliseconds between two looks at the pod. */
const INTERVAL = 1_000;

/** A ready pod of a Deployment of that name, in whatever namespace; undefined if there is none. */
async function podOf(cluster: Cluster, deployment: string): Promise<ClusterObject | undefined> {
  const pods = await cluster.list("v1", "Pod");
  return pods.find(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      textAt((pod.metadata.ownerReferences ?? [])[0], "name")?.replace(/-[^-]+$/, "") === deployment &&
      isReady(pod),
  );
}

/**
 * Runs a real controller as long as its pod runs. The pod is played, and nothing is in it; but a controller that worked before its chart is
 * installed, or after it is gone, would show what no cluster shows.
 */
async function main({ name, path, folder }: LaunchInput): Promise<number> {
  const controller = REAL_CONTROLLERS[name];
  const kubeconfig = process.env["KUBECONFIG"] ?? "";
  const cluster = Cluster.load(kubeconfig);
  const started: { child?: ChildProcess } = {};
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (started.child === undefined) process.exit(0);
      started.child.kill(signal);
    });
  }
  let pod: ClusterObject | undefined;
  while ((pod = await podOf(cluster, controller.deployment).catch(() => undefined)) === undefined) await sleep(INTERVAL);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const listen = (await freePorts(controller.ports)).map((port) => `127.0.0.1:${port}`);
  const place = { namespace: pod.metadata.namespace ?? "default", pod: pod.metadata.name, kubeconfig, listen, folder };
  const [command, ...args] = tied([path, ...controller.arguments(place)], "KILL");
  const running = spawn(command as string, args, {
    stdio: ["ignore", "inherit", "inherit"],
    cwd: folder,
    env: { ...process.env, ...controller.environment?.(place) },
  });
  started.child = running;
  const ended = new Promise<number>((resolve, reject) => {
    running.once("error", reject);
    running.once("exit", (code) => resolve(code ?? 1));
  });
  let over = false;
  void ended.catch(() => undefined).then(() => (over = true));
  while (!over) {
    await sleep(INTERVAL);
    const left = await podOf(cluster, controller.deployment).catch(() => pod);
    if (left === undefined && !over) running.kill("SIGTERM");
  }
  return ended;
}

void main(JSON.parse(process.argv[2] ?? "{}") as LaunchInput).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
