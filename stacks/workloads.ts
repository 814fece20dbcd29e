import { scheddWorkload } from "../components/batch/workload";
import { cephCsiDrivers } from "../components/charts/ceph-csi-drivers";
import { cephDaemons } from "../components/charts/ceph-daemons";
import { certManager } from "../components/charts/cert-manager";
import type { Chart, Workload } from "../components/charts/chart";
import { daskGateway } from "../components/charts/dask-gateway";
import { flux2 } from "../components/charts/flux2";
import { jupyterhub } from "../components/charts/jupyterhub";
import { kubePrometheusStack } from "../components/charts/kube-prometheus-stack";
import { metallb } from "../components/charts/metallb";
import { rookCeph } from "../components/charts/rook-ceph";
import { servicex } from "../components/charts/servicex";
import { traefik } from "../components/charts/traefik";
import { cvmfsClaim } from "../components/data/cvmfs-claim";
import { xcacheWorkload } from "../components/data/workload";
import { gatewayValues } from "../components/hub/gateway-values";
import { hubValues } from "../components/hub/values";
import type { Manifest } from "../components/manifest";
import { monitoringValues } from "../components/monitoring/values";
import { certManagerValues } from "../components/platform/values";
import { fluxValues } from "../components/platform/values";
import { metallbValues } from "../components/platform/values";
import { traefikValues } from "../components/platform/values";
import { servicexValues } from "../components/servicex/values";
import { skyhookClusterSpec } from "../components/skyhook/specs";
import { cephClusterSpec } from "../components/storage/specs";
import { objectStoreSpec } from "../components/storage/specs";
import { csiDriversValues, rookValues } from "../components/storage/values";
import { sharedClass } from "../components/storage/settings";
import type { Role } from "../components/tenancy/roles";
import { nameOf } from "../components/tenancy/settings";
import type { Site } from "./site";

/** What the facility itself runs in the namespace of a role, users aside; undefined where the site has no such namespace. */
type Runs = (site: Site, namespace: string) => readonly Workload[] | undefined;

const RUNS: Readonly<Record<Role, Runs>> = {
  flux: ({ delivery }, namespace) => (delivery.kind === "flux" ? installed(flux2, namespace, fluxValues()) : undefined),
  "cert-manager": ({ platform: { certificates } }, namespace) =>
    certificates.kind === "provided" ? undefined : installed(certManager, namespace, certManagerValues()),
  metallb: ({ platform: { loadBalancer } }, namespace) =>
    loadBalancer.kind === "metallb" ? installed(metallb, namespace, metallbValues()) : undefined,
  traefik: ({ platform: { ingress, loadBalancer } }, namespace) =>
    ingress.kind === "traefik" ? installed(traefik, namespace, traefikValues(ingress, loadBalancer)) : undefined,
  monitoring: ({ monitoring, storage }, namespace) =>
    monitoring.kind === "stack" ? installed(kubePrometheusStack, namespace, monitoringValues(monitoring, storage.blockClass)) : undefined,
  rook: ({ storage, nodes }, namespace) => {
    if (storage.kind !== "rook") return undefined;
    const taints = Object.values(nodes).flatMap((pool) => pool.taints);
    const { objectStore } = storage;
    return [
      ...installed(rookCeph, namespace, rookValues()),
      ...installed(cephCsiDrivers, namespace, csiDriversValues(namespace, taints)),
      ...cephDaemons(ceph("CephCluster", namespace, cephClusterSpec(storage, nodes))),
      ...(objectStore.kind === "rgw" ? cephDaemons(ceph("CephObjectStore", namespace, objectStoreSpec(storage, objectStore, nodes))) : []),
    ];
  },
  data: ({ data, nodes }, namespace) => (data.cache.kind === "xcache" ? [xcacheWorkload(data.cache, nodes, namespace)] : undefined),
  batch: ({ batch, storage }, namespace) =>
    batch.kind === "htcondor" && batch.schedd.kind === "dedicated"
      ? scheddWorkload(batch.schedd, namespace, storage.blockClass)
      : undefined,
  hub: ({ hub, data, platform: { loadBalancer }, storage }, namespace) => {
    const around = {
      blockClass: storage.blockClass,
      sharedClass: sharedClass(storage),
      cvmfs: data.cvmfs,
      loadBalancer,
      // None of these changes what runs.
      certificateSecret: "",
      loginSecret: "",
      environment: {},
      ingressNamespace: undefined,
    };
    return [
      ...installed(jupyterhub, namespace, hubValues(hub, around)),
      ...(hub.dask.kind === "gateway" ? installed(daskGateway, namespace, gatewayValues(hub.dask, hub.host, loadBalancer)) : []),
      ...(data.cvmfs.kind === "none" ? [] : [cvmfsClaim(data.cvmfs, namespace)]),
    ];
  },
  servicex: ({ servicex: settings, site, storage }, namespace) =>
    settings.kind === "servicex"
      ? installed(
          servicex,
          namespace,
          servicexValues(settings, { experiment: site.experiment, storageClass: storage.blockClass, objectStore: "", cache: undefined }),
        )
      : undefined,
  skyhook: ({ skyhook, nodes }, namespace) =>
    skyhook.kind === "experimental" ? cephDaemons(ceph("CephCluster", namespace, skyhookClusterSpec(skyhook, nodes))) : undefined,
};

/** What the facility runs in the namespace of a role, users aside; undefined where the site has no such namespace. */
export function workloadsOf(site: Site, role: Role): readonly Workload[] | undefined {
  return RUNS[role](site, nameOf(site.tenancy, role));
}

function installed<Values>(chart: Chart<Values>, namespace: string, values: Values): readonly Workload[] {
  return chart.workloads({ name: chart.name, namespace, values });
}

function ceph(kind: string, namespace: string, spec: object): Manifest {
  return { apiVersion: "ceph.rook.io/v1", kind, metadata: { name: kind.toLowerCase(), namespace }, spec };
}
