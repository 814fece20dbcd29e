import { catalogue } from "../../components/charts/catalogue";
import type { Chart } from "../../components/charts/chart";
import { newestOf, type ReleaseRecord } from "../charts/release";
import { findObject, textAt, type World } from "../cluster/world";
import { GIVEN_PROVISIONER } from "../given/given";

/**
 * The Deployment that acts on the resources of a group, where a chart has several. Without an entry here, all Deployments of the chart must
 * run.
 */
const ACTING_DEPLOYMENT: Readonly<Record<string, string>> = {
  "helm.toolkit.fluxcd.io": "helm-controller",
  "source.toolkit.fluxcd.io": "source-controller",
  "kustomize.toolkit.fluxcd.io": "kustomize-controller",
  "notification.toolkit.fluxcd.io": "notification-controller",
  "ceph.rook.io": "rook-ceph-operator",
  "objectbucket.io": "rook-ceph-operator",
  "csi.ceph.io": "ceph-csi-controller-manager",
};

/** The charts whose operators look after a group. */
export function chartsOf(group: string): readonly Chart<unknown>[] {
  return catalogue.filter((chart) => chart.crdGroups.includes(group));
}

/** Every release that Helm has recorded, in its newest revision, whoever ran Helm: Pulumi, Flux or a person. */
export function releasesIn(world: World): readonly ReleaseRecord[] {
  return newestOf(world.all("", "Secret"));
}

/**
 * The installed chart whose operator acts on a group; undefined unless the operator's Deployment exists and has a running pod, because in a
 * real cluster nobody would act either.
 */
export function actingOperator(world: World, group: string): Chart<unknown> | undefined {
  const releases = releasesIn(world);
  return chartsOf(group).find((chart) =>
    releases.some((release) => release.chart === chart.name && runs(world, release, ACTING_DEPLOYMENT[group])),
  );
}

/** True if every Deployment of a release has a ready pod, or the named one if a name is given. */
function runs(world: World, release: ReleaseRecord, only: string | undefined): boolean {
  const deployments = release.objects.filter(
    ({ kind, metadata }) => kind === "Deployment" && (only === undefined || metadata.name === only),
  );
  return (
    deployments.length > 0 && deployments.every(({ metadata }) => hasPod(world, metadata.name, metadata.namespace ?? release.namespace))
  );
}

/** True if a Deployment has a ready pod. */
export function hasPod(world: World, name: string, namespace: string): boolean {
  const deployment = findObject(world, "apps", "Deployment", name, namespace);
  return Number((deployment?.["status"] as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0) > 0;
}

/** True if a storage provisioner works: the cluster comes with it, or ceph-csi's controller plugin for it runs. */
export function provisionerRuns(world: World, provisioner: string): boolean {
  if (provisioner === GIVEN_PROVISIONER) return true;
  return world
    .all("apps", "Deployment")
    .some(({ metadata }) => metadata.name === `${provisioner}-ctrlplugin` && hasPod(world, metadata.name, metadata.namespace ?? ""));
}

/** Says why nobody acts on a group. */
export function absenceOf(group: string): string {
  const charts = chartsOf(group).map((chart) => chart.name);
  return `no operator of ${group} runs: chart ${charts.join(" or ")} is not installed, or its pods are not ready`;
}

/** What a reference such as `sourceRef` or `issuerRef` names; `usualKind` applies if it names no kind. */
export function referenced(
  reference: unknown,
  usualKind: string,
): { readonly kind: string; readonly name: string; readonly namespace?: string } {
  const namespace = textAt(reference, "namespace");
  return {
    kind: textAt(reference, "kind") ?? usualKind,
    name: textAt(reference, "name") ?? "",
    ...(namespace === undefined ? {} : { namespace }),
  };
}
