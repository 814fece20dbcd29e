import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { findChart } from "../../components/charts/catalogue";
import type { Workload } from "../../components/workloads/workload";
import { ApiFailure, Cluster, type ClusterObject } from "../cluster/client";
import { CommandFailure, reasonOf } from "../../terminal/failure";
import { ensureCrds } from "./crds";
import { notReady } from "./readiness";
import { bareKey, deleteAll, deleteRelease, readRelease, RELEASE_LABEL, sameObject, writeRelease } from "./release";

/** A release of a chart: what `helm install` is told. */
export interface ChartInstall {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const FIELD_MANAGER = "sandbox-helm";

/**
 * Puts a chart's custom resource definitions and workloads into the cluster, and removes what an earlier revision of the release had and
 * this one does not have. A second call changes nothing.
 * @throws {CommandFailure} for a chart or version that the catalogue does not describe, and for values that do not fit the chart.
 * @throws {ApiFailure} if the server refuses an object.
 */
export async function installChart(config: KubeConfig, install: ChartInstall): Promise<void> {
  await installInto(new Cluster(config), install);
}

/** As {@link installChart}; returns the objects of the release. */
export async function installInto(cluster: Cluster, install: ChartInstall): Promise<readonly ClusterObject[]> {
  const { release, namespace } = install;
  const objects = releaseObjects(install);
  const before = await readRelease(cluster, namespace, release);
  const record = { release, namespace, chart: install.chart, version: install.version };
  const keys = objects.map(bareKey);
  const obsolete = (before?.objects ?? []).filter((old) => !keys.some((key) => sameObject(key, old)));
  // The record is written first, with everything that may exist, so that an interrupted install can be removed completely.
  await writeRelease(cluster, { ...record, objects: [...keys, ...obsolete] });
  await ensureCrds(cluster, findChart(install.chart)?.crdGroups ?? []);
  await Promise.all(objects.map((object) => applyObject(cluster, object)));
  await deleteAll(cluster, obsolete);
  if (obsolete.length > 0) await writeRelease(cluster, { ...record, objects: keys });
  return objects;
}

/** Removes a release's workloads. Custom resource definitions stay, as with Helm; an unknown release is no mistake. */
export async function uninstallChart(
  config: KubeConfig,
  { release, namespace }: { readonly release: string; readonly namespace: string },
): Promise<void> {
  await uninstallFrom(new Cluster(config), release, namespace);
}

/** As {@link uninstallChart}. */
export async function uninstallFrom(cluster: Cluster, release: string, namespace: string): Promise<void> {
  const record = await readRelease(cluster, namespace, release);
  if (record === undefined) return;
  await deleteAll(cluster, record.objects);
  await deleteRelease(cluster, namespace, release);
}

/**
 * Waits until everything of a release runs.
 * @param timeout milliseconds.
 * @throws {CommandFailure} with what does not run yet and why, after that time.
 */
export async function waitForRelease(
  config: KubeConfig,
  { release, namespace }: { readonly release: string; readonly namespace: string },
  timeout: number,
): Promise<void> {
  const cluster = new Cluster(config);
  const until = Date.now() + timeout;
  for (;;) {
    const waiting = await unreadyOf(cluster, namespace, release);
    if (waiting.length === 0) return;
    if (Date.now() > until)
      throw new CommandFailure(`release ${namespace}/${release} is not ready after ${timeout / 1000} s: ${waiting.join("; ")}`);
    await sleep(250);
  }
}

/** What is not ready in a release, one phrase each. */
export async function unreadyOf(cluster: Cluster, namespace: string, release: string): Promise<readonly string[]> {
  const record = await readRelease(cluster, namespace, release);
  if (record === undefined) return [`release ${namespace}/${release} is not installed`];
  const found = await Promise.all(record.objects.map(async (key) => notReady(key, await cluster.read(key))));
  return found.flatMap((reason) => reason ?? []);
}

/**
 * The objects of a release, labelled with its name, in the namespace into which Helm would put them.
 * @throws {CommandFailure} as {@link installChart}.
 */
export function releaseObjects(install: ChartInstall): readonly ClusterObject[] {
  const chart = findChart(install.chart);
  if (chart === undefined) {
    throw new CommandFailure(`chart ${install.chart} is not in the catalogue (components/charts): the sandbox cannot tell what it runs`);
  }
  if (chart.version.replace(/^v/, "") !== install.version.replace(/^v/, "")) {
    throw new CommandFailure(`chart ${install.chart} is asked for in version ${install.version}, the catalogue describes ${chart.version}`);
  }
  let workloads: readonly Workload[];
  try {
    workloads = chart.workloads({ name: install.release, namespace: install.namespace, values: install.values });
  } catch (error) {
    throw new CommandFailure(
      `the values of release ${install.namespace}/${install.release} do not fit chart ${install.chart}: ${reasonOf(error)}`,
    );
  }
  return workloads.map((workload) =>
    labelled(workload, install.namespace, { "app.kubernetes.io/managed-by": "sandbox", [RELEASE_LABEL]: install.release }),
  );
}

/** A workload as plain data, with its namespace and further labels. */
export function labelled(workload: Workload, namespace: string, labels: Readonly<Record<string, string>>): ClusterObject {
  const plain = JSON.parse(JSON.stringify(workload)) as ClusterObject;
  const metadata = { namespace, ...plain.metadata, labels: { ...plain.metadata.labels, ...labels } };
  return { ...plain, metadata };
}

async function applyObject(cluster: Cluster, object: ClusterObject): Promise<void> {
  try {
    await cluster.apply(object, FIELD_MANAGER);
  } catch (error) {
    // The pod of a Job cannot be changed. Charts run Jobs as hooks, which Helm deletes and makes again.
    if (object.kind !== "Job" || !(error instanceof ApiFailure) || error.status !== 422) throw error;
    await cluster.delete(object);
    while ((await cluster.read(object)) !== undefined) await sleep(50);
    await cluster.apply(object, FIELD_MANAGER);
  }
}
