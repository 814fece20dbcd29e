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
