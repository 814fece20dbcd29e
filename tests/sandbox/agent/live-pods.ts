import * as fs from "node:fs";
import * as path from "node:path";
import type { CoreV1Event, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { probeCell } from "#af/sandbox/cell/cell";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import type { Toolbox } from "#af/sandbox/tools/toolbox";
import { skipped } from "../../support/skipped";
import { TestSandbox, toolsOrSkip } from "../e2e/harness";

/** A pod as the API server returns it. */
export type LivePod = V1Pod & ClusterObject;

/** Namespace of the pods that run as processes. */
export const LIVE = "live";

/** The tools of a sandbox whose pods run as processes; the suite is skipped, with the reason, where the machine cannot run them. */
export async function liveToolsOrSkip(suite: Mocha.Context): Promise<Toolbox> {
  const tools = await toolsOrSkip(suite);
  const cell = await probeCell();
  if (cell.kind === "loopback") skipped(suite, cell.reason);
  if (cell.kind === "namespace" && cell.mapped) skipped(suite, "only root can give each process the user of its container");
  return tools;
}

/** A sandbox that runs the pods of one namespace as processes, and plays all others. */
export class LiveSandbox extends TestSandbox {
  /** @param images programs of images on this machine. */
  async startLive(tools: Toolbox, images: Readonly<Record<string, object>>, more: object = {}): Promise<void> {
    const map = path.join(this.base, "programs.yaml");
    fs.writeFileSync(map, stringify({ pods: [{ namespace: LIVE }], images, ...more }));
    await this.start(tools, undefined, map);
    await this.ask({ ask: "nodes", hosts: [{ name: "host", pool: "workers", controlPlane: false, cpu: 64, memory: 2 ** 37 }] });
    await this.ask({ ask: "apply", objects: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: LIVE } }] });
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: LIVE } };
    await this.until({ ask: "read", key: account }, (found) => found !== null);
  }

  /** Makes a pod whose containers run `sh` unless they say otherwise, and fail for good unless the pod says otherwise. */
  async pod(name: string, spec: Partial<V1PodSpec> & { readonly containers: V1PodSpec["containers"] }): Promise<void> {
    const image = <T extends { image?: string }>(container: T): T => ({ image: "shell:1", ...container });
    const { initContainers = [], containers, ...rest } = spec;
    const whole = { restartPolicy: "Never", initContainers: initContainers.map(image), containers: containers.map(image), ...rest };
    await this.ask({ ask: "apply", objects: [{ ...keyOf(name), metadata: { name, namespace: LIVE, labels: { name } }, spec: whole }] });
  }

  /** Makes a Secret or a ConfigMap, or gives it other data. */
  async data(kind: "Secret" | "ConfigMap", name: string, data: Readonly<Record<string, string>>): Promise<void> {
    const key = { apiVersion: "v1", kind, metadata: { name, namespace: LIVE } };
    await this.ask({ ask: "apply", objects: [{ ...key, [kind === "Secret" ? "stringData" : "data"]: data }] });
  }

  /** Waits until a pod is as wanted, and returns it. */
  podUntil(name: string, wanted: (pod: LivePod) => boolean, within = 60_000): Promise<LivePod> {
    return this.untilPod(name, wanted, within);
  }

  /** Waits until a pod has ended, and returns it. */
  ended(name: string): Promise<LivePod> {
    return this.untilPod(name, ({ status }) => ["Succeeded", "Failed"].includes(status?.phase ?? ""), 60_000);
  }

  /** What the newest process of a container has printed. */
  log(pod: string, container = "main", namespace = LIVE): string {
    const file = path.join(this.folder.podLogs, namespace, pod, `${container}.log`);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : "";
  }

  /** What Kubernetes has warned of, what the pods wait for and what they have printed last, for the message of a test that fails. */
  async account(namespace = LIVE): Promise<string> {
    const pods = await this.ask<readonly LivePod[]>({ ask: "list", apiVersion: "v1", kind: "Pod", namespace });
    const events = await this.ask<readonly (CoreV1Event & ClusterObject)[]>({ ask: "list", apiVersion: "v1", kind: "Event", namespace });
    const warnings = events.filter(({ type }) => type === "Warning");
    return pods
      .flatMap(({ metadata: { name }, spec, status }) => [
        `${name}: ${status?.phase ?? ""} ${JSON.stringify(status?.containerStatuses?.map(({ state }) => state))} ${status?.message ?? ""}`,
        ...(status?.conditions ?? []).flatMap(({ message }) => message ?? []),
        ...(spec?.containers ?? []).map((each) => this.log(name, each.name, namespace).slice(-3_000)),
      ])
      .concat(warnings.map(({ involvedObject, reason, message }) => `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`))
      .join("\n");
  }

  /** Deletes a pod, and waits until it is gone. */
  async gone(name: string, within = 60_000): Promise<void> {
    await this.ask({ ask: "delete", key: keyOf(name) });
    await this.until({ ask: "read", key: keyOf(name) }, (found) => found === null, within);
  }

  private async untilPod(name: string, wanted: (pod: LivePod) => boolean, within: number): Promise<LivePod> {
    const found = await this.until<LivePod | null>({ ask: "read", key: keyOf(name) }, (pod) => pod !== null && wanted(pod), within);
    if (found === null) throw new Error(`no pod ${name}`);
    return found;
  }
}

/** A container that runs a script. */
export function sh(script: string) {
  return { name: "main", command: ["sh", "-c", script] };
}

/** The key of a pod. */
export function keyOf(name: string): ClusterObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: LIVE } };
}

/** The state of a container in a pod's status. */
export function stateOf({ status }: LivePod, container = "main") {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === container);
}
