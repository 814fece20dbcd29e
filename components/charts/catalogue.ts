import type { Manifest } from "../manifest";
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
 * Every chart that a facility may install. Whoever meets a release as data (a policy, the sandbox) has values of unknown type;
 * {@link findChart} is the one place where they are taken for the chart's own.
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

/** The chart of that name, or undefined for one that is not in the catalogue. */
export function findChart(name: string): Chart<unknown> | undefined {
  return catalogue.find((chart) => chart.name === name);
}

/** The chart whose operator looks after the custom resources of an API group, or undefined where none makes workloads of them. */
export function operatorOf(group: string): Chart<unknown> | undefined {
  return catalogue.find((chart) => chart.operands !== undefined && chart.crdGroups.includes(group));
}

/**
 * What an operator of the catalogue makes of a custom resource; nothing for any other object.
 * @param siblings the objects beside it: some resources are read together, as a CephObjectStore is with its CephCluster.
 */
export function operandsOf(object: Manifest, siblings: readonly Manifest[]): readonly Workload[] {
  const [group = ""] = object.apiVersion.split("/");
  return operatorOf(group)?.operands?.(object, siblings) ?? [];
}
