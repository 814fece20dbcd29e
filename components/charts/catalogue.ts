import { groupOf, type Manifest } from "../manifest";
import type { Workload } from "../workloads/workload";
import type { Chart } from "./chart";
import { cephCsiDrivers } from "./ceph-csi-drivers";
import { certManager } from "./cert-manager";
import { daskGateway } from "./dask-gateway";
import { flux2 } from "./flux2";
import { jupyterhub } from "./jupyterhub";
import { kubePrometheusStack } from "./kube-prometheus-stack";
import { metallb } from "./metallb";
import { rookCeph } from "./rook-ceph";
import { servicex } from "./servicex";
import { traefik } from "./traefik";

/**
 * Every chart that a facility may install. Policies and the sandbox find releases as data, with values of unknown type; only
 * {@link findChart} takes them for values of the chart.
 */
const CHARTS = [
  certManager,
  cephCsiDrivers,
  daskGateway,
  flux2,
  jupyterhub,
  kubePrometheusStack,
  metallb,
  rookCeph,
  servicex,
  traefik,
] as const;

/** All charts, in alphabetical order of their names. */
export const catalogue: readonly Chart<unknown>[] = [...CHARTS].sort((a, b) => a.name.localeCompare(b.name));

/** The chart of that name; undefined if the catalogue does not have it. */
export function findChart(name: string): Chart<unknown> | undefined {
  return catalogue.find((chart) => chart.name === name);
}

/** The chart whose operator makes workloads of the custom resources of an API group; undefined if none does. */
export function operatorOf(group: string): Chart<unknown> | undefined {
  return catalogue.find((chart) => chart.operands !== undefined && chart.crdGroups.includes(group));
}

/**
 * Workloads that an operator of the catalogue makes of a custom resource; none for any other object.
 * @param siblings the objects beside it: an operator reads some resources together, such as a CephObjectStore with its CephCluster.
 */
export function operandsOf(object: Manifest, siblings: readonly Manifest[]): readonly Workload[] {
  return operatorOf(groupOf(object.apiVersion))?.operands?.(object, siblings) ?? [];
}
