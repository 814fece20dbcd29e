import { createHash } from "node:crypto";
import { isWorkload } from "../../components/workloads/workload";
import { notReady } from "../charts/readiness";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, conditionOf, findObject, findByKey, isReady, listAt, textAt, withCondition, type World } from "../cluster/world";
import { addFinalizer, type Action, removeFinalizer, type Reconciler, statusAction } from "./reconciler";
import { actingOperator, referenced, releasesIn } from "./operator";
import { valuesOf } from "./values";

const GROUP = "helm.toolkit.fluxcd.io";
const SOURCES = "source.toolkit.fluxcd.io";
const FINALIZER = "finalizers.fluxcd.io";

/**
 * Plays Flux's helm-controller (https://fluxcd.io/flux/components/helm/helmreleases/): it runs Helm for a HelmRelease, which is
 * ready once the workloads of its chart are.
 */
export const helmReleases: Reconciler = {
  name: "HelmRelease",
  subjects: (world) => world.all(GROUP, "HelmRelease"),
  actions: (world, release) => {
    if (actingOperator(world, GROUP) === undefined) return [];
    const { name, namespace } = installedAs(release);
    if (release.metadata.deletionTimestamp !== undefined) {
      return [{ kind: "uninstall", release: name, namespace }, ...removeFinalizer(release, FINALIZER)];
    }
    if (fieldAt(release, "spec", "suspend") === true) return [];
    return [...addFinalizer(release, FINALIZER), ...reconcile(world, release)];
  },
};

function installedAs(release: ClusterObject): { readonly name: string; readonly namespace: string } {
  const target = textAt(release, "spec", "targetNamespace");
  const name =
    textAt(release, "spec", "releaseName") ?? (target === undefined ? release.metadata.name : `${target}-${release.metadata.name}`);
  return { name, namespace: target ?? release.metadata.namespace ?? "default" };
}

function reconcile(world: World, release: ClusterObject): readonly Action[] {
  const waiting = dependencies(world, release);
  if (waiting !== undefined) return unready(release, "DependencyNotReady", waiting);
  const found = chartOf(world, release);
  if ("problem" in found) return unready(release, "SourceNotReady", found.problem);
  const { repository, ...chart } = found;
  const read = valuesOf(world, release);
  if ("missing" in read) return unready(release, "ValuesError", read.missing.join("; "));

  const { name, namespace } = installedAs(release);
  const digest = `sha256:${createHash("sha256")
    .update(JSON.stringify([chart, name, namespace, read.values]))
    .digest("hex")}`;
  const record = releasesIn(world).find((each) => each.release === name && each.namespace === namespace);
  // Other kinds are not watched here.
  const workloads = record?.objects.filter((key) => isWorkload({ ...key })) ?? [];
  const lost = workloads.some((key) => findByKey(world, key) === undefined);
  const drifts = textAt(release, "spec", "driftDetection", "mode") === "enabled" && lost;
  const attempted = textAt(release, "status", "lastAttemptedConfigDigest") === digest;
  if (!attempted || record === undefined || drifts) {
    const first = conditionOf(release, "Released") === undefined;
    return [
      {
        kind: "install",
        install: { release: name, namespace, chart: chart.name, version: chart.version, repository, values: read.values },
      },
      ...statusAction(release, {
        observedGeneration: release.metadata.generation ?? 1,
        lastAttemptedGeneration: release.metadata.generation ?? 1,
        lastAttemptedConfigDigest: digest,
        lastAttemptedReleaseAction: first ? "install" : "upgrade",
        conditions: withCondition(release, "Ready", "Unknown", "Progressing", "Helm has made the objects of the chart"),
      }),
    ];
  }
  const installed = conditionOf(release, "Ready");
  if (installed?.status === "True" && installed.observedGeneration === release.metadata.generation) return [];
  const lacking =
    fieldAt(release, "spec", "install", "disableWait") === true
      ? []
      : workloads.flatMap((key) => notReady(key, findByKey(world, key)) ?? []);
  if (lacking.length === 0) return ready(release, `${chart.name}@${chart.version}`);
  const since = Date.parse(conditionOf(release, "Ready")?.lastTransitionTime ?? "") || Date.now();
  const failed = installed?.status === "False" || Date.now() - since > durationOf(textAt(release, "spec", "timeout") ?? "5m");
  // With retries, a release that failed because there was no room becomes ready once there is room.
  return failed ? unready(release, "InstallFailed", `timed out waiting: ${lacking.join("; ")}`) : progressing(release, lacking);
}

function ready(release: ClusterObject, chart: string): readonly Action[] {
  const action = textAt(release, "status", "lastAttemptedReleaseAction") === "upgrade" ? "Upgrade" : "Install";
  const message = `stand-in of helm-controller: Helm has made the objects of ${chart}, and its workloads run`;
  const released = { ...release, status: { conditions: withCondition(release, "Released", "True", `${action}Succeeded`, message) } };
  return statusAction(release, {
    observedGeneration: release.metadata.generation ?? 1,
    conditions: withCondition(released, "Ready", "True", `${action}Succeeded`, message),
  });
}

function progressing(release: ClusterObject, lacking: readonly string[]): readonly Action[] {
  return statusAction(release, {
    observedGeneration: release.metadata.generation ?? 1,
    conditions: withCondition(release, "Ready", "Unknown", "Progressing", `waiting: ${lacking.join("; ")}`),
  });
}

function unready(release: ClusterObject, reason: string, message: string): readonly Action[] {
  return statusAction(release, {
    observedGeneration: release.metadata.generation ?? 1,
    conditions: withCondition(release, "Ready", "False", reason, message),
  });
}

function dependencies(world: World, release: ClusterObject): string | undefined {
  const waiting = listAt(release, "spec", "dependsOn").filter((each) => {
    const { name, namespace = release.metadata.namespace } = referenced(each, "HelmRelease");
    return conditionOf(findObject(world, GROUP, "HelmRelease", name, namespace), "Ready")?.status !== "True";
  });
  return waiting.length === 0 ? undefined : `waiting for HelmRelease ${waiting.map((each) => textAt(each, "name")).join(", ")}`;
}

/** Name and version of the chart and where it is, or why its source cannot be used yet. */
function chartOf(
  world: World,
  release: ClusterObject,
): { readonly name: string; readonly version: string; readonly repository: string } | { readonly problem: string } {
  const direct = fieldAt(release, "spec", "chartRef");
  const {
    kind,
    name,
    namespace = release.metadata.namespace,
  } = direct === undefined
    ? referenced(fieldAt(release, "spec", "chart", "spec", "sourceRef"), "HelmRepository")
    : referenced(direct, "OCIRepository");
  const source = findObject(world, SOURCES, kind, name, namespace);
  if (source === undefined) return { problem: `${kind} ${namespace ?? ""}/${name} does not exist` };
  if (!isStatic(source) && !isReady(source)) return { problem: `${kind} ${namespace ?? ""}/${name} is not ready` };
  const url = textAt(source, "spec", "url") ?? "";
  if (direct === undefined) {
    return {
      repository: url,
      name: textAt(release, "spec", "chart", "spec", "chart") ?? "",
      version: textAt(release, "spec", "chart", "spec", "version") ?? "*",
    };
  }
  return {
    repository: url.slice(0, url.lastIndexOf("/")),
    name: url.slice(url.lastIndexOf("/") + 1),
    version: textAt(source, "spec", "ref", "tag") ?? textAt(source, "spec", "ref", "semver") ?? "*",
  };
}

/** True for an OCI HelmRepository: it is only an address, and Flux gives it no status. */
export function isStatic(source: ClusterObject): boolean {
  return source.kind === "HelmRepository" && textAt(source, "spec", "type") === "oci";
}

/** Milliseconds of a Go duration such as `10m` or `1h30m`. */
export function durationOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  return [...duration.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0),
    0,
  );
}
