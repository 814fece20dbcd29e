import { scheddWorkload } from "../../components/batch/workload";
import { cephCsiDrivers } from "../../components/charts/ceph-csi-drivers";
import { cephDaemons } from "../../components/operators/ceph-daemons";
import { certManager } from "../../components/charts/cert-manager";
import type { Chart } from "../../components/charts/chart";
import type { Workload } from "../../components/workloads/workload";
import { daskGateway } from "../../components/charts/dask-gateway";
import { flux2 } from "../../components/charts/flux2";
import { jupyterhub } from "../../components/charts/jupyterhub";
import { kubePrometheusStack } from "../../components/charts/kube-prometheus-stack";
import { metallb } from "../../components/charts/metallb";
import { rookCeph } from "../../components/charts/rook-ceph";
import { servicex } from "../../components/charts/servicex";
import { traefik } from "../../components/charts/traefik";
import { choose } from "../../components/choose";
import { cvmfsClaim } from "../../components/data/cvmfs-claim";
import { xcacheWorkload } from "../../components/data/workload";
import { gatewayValues } from "../../components/hub/gateway-values";
import { hubValues } from "../../components/hub/values";
import type { Manifest } from "../../components/manifest";
import { monitoringValues } from "../../components/monitoring/values";
import { certManagerValues, fluxValues, metallbValues, traefikValues } from "../../components/platform/values";
import { servicexValues } from "../../components/servicex/values";
import { skyhookClusterSpec } from "../../components/skyhook/specs";
import { cephClusterSpec, objectStoreSpec } from "../../components/storage/specs";
import { csiDriversValues, rookValues } from "../../components/storage/values";
import type { Nodes } from "../../components/nodes/settings";
import { driversOf, sharedClass, type ExternalStorage, type RookStorage } from "../../components/storage/settings";
import type { Role } from "../../components/tenancy/roles";
import { nameOf } from "../../components/tenancy/settings";
import type { Site } from "./schema";

/** What the facility itself runs in the namespace of a role, users aside; undefined where the site has no such namespace. */
type Runs = (site: Site, namespace: string) => readonly Workload[] | undefined;

const RUNS: Readonly<Record<Role, Runs>> = {
  flux: ({ delivery }, namespace) => choose(delivery, { flux: () => installed(flux2, namespace, fluxValues()), helm: nothing }),
  "cert-manager": ({ platform }, namespace) => {
    const runs = () => installed(certManager, namespace, certManagerValues());
    return choose(platform.certificates, { acme: runs, internal: runs, provided: nothing });
  },
  metallb: ({ platform }, namespace) =>
    choose(platform.loadBalancer, { metallb: () => installed(metallb, namespace, metallbValues()), provided: nothing, none: nothing }),
  traefik: ({ platform }, namespace) =>
    choose(platform.ingress, {
      traefik: (settings) => installed(traefik, namespace, traefikValues(settings, platform.loadBalancer)),
      routes: nothing,
    }),
  monitoring: ({ monitoring, storage }, namespace) =>
    choose(monitoring, {
      stack: (settings) => installed(kubePrometheusStack, namespace, monitoringValues(settings, storage.blockClass)),
      provided: nothing,
    }),
  rook: ({ storage, nodes }, namespace) =>
    choose(storage, {
      rook: (settings) => ownCeph(settings, nodes, namespace),
      external: (settings) => cephOperators(settings, nodes, namespace),
      existing: nothing,
    }),
  data: ({ data, nodes }, namespace) =>
    choose(data.cache, { xcache: (settings) => [xcacheWorkload(settings, nodes, namespace)], external: nothing, none: nothing }),
  batch: ({ batch, storage }, namespace) =>
    choose(batch, {
      htcondor: ({ schedd }) =>
        choose(schedd, { dedicated: (settings) => scheddWorkload(settings, namespace, storage.blockClass), external: nothing }),
      none: nothing,
    }),
  hub: hubWorkloads,
  servicex: ({ servicex: chosen, site, storage }, namespace) =>
    choose(chosen, {
      servicex: (settings) => {
        const around = {
          experiment: site.experiment,
          storageClass: storage.blockClass,
          objectStore: { publicUrl: "", tls: true },
          cache: undefined,
        };
        return installed(servicex, namespace, servicexValues(settings, around));
      },
      none: nothing,
    }),
  skyhook: ({ skyhook, nodes }, namespace) =>
    choose(skyhook, {
      experimental: (settings) => cephDaemons(ceph("CephCluster", namespace, skyhookClusterSpec(settings, nodes))),
      none: nothing,
    }),
};

/** What the facility runs in the namespace of a role, users aside; undefined where the site has no such namespace. */
export function workloadsOf(site: Site, role: Role): readonly Workload[] | undefined {
  return RUNS[role](site, nameOf(site.tenancy, role));
}

function cephOperators(settings: RookStorage | ExternalStorage, nodes: Nodes, namespace: string): readonly Workload[] {
  const taints = Object.values(nodes).flatMap((pool) => pool.taints);
  return [
    ...installed(rookCeph, namespace, rookValues()),
    ...installed(cephCsiDrivers, namespace, csiDriversValues(namespace, taints, driversOf(settings))),
  ];
}

function ownCeph(settings: RookStorage, nodes: Nodes, namespace: string): readonly Workload[] {
  return [
    ...cephOperators(settings, nodes, namespace),
    ...cephDaemons(ceph("CephCluster", namespace, cephClusterSpec(settings, nodes))),
    ...choose(settings.objectStore, {
      rgw: (rgw) => cephDaemons(ceph("CephObjectStore", namespace, objectStoreSpec(settings, rgw, nodes))),
      none: () => [],
    }),
  ];
}

function hubWorkloads({ hub, data, platform: { loadBalancer }, storage }: Site, namespace: string): readonly Workload[] {
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
    ...choose(hub.dask, {
      gateway: (settings) => installed(daskGateway, namespace, gatewayValues(settings, hub.host, loadBalancer)),
      sni: () => [],
      none: () => [],
    }),
    ...(data.cvmfs.kind === "none" ? [] : [cvmfsClaim(data.cvmfs, namespace)]),
  ];
}

function nothing(): undefined {
  return undefined;
}

function installed<Values>(chart: Chart<Values>, namespace: string, values: Values): readonly Workload[] {
  return chart.workloads({ name: chart.name, namespace, values });
}

function ceph(kind: string, namespace: string, spec: object): Manifest {
  return { apiVersion: "ceph.rook.io/v1", kind, metadata: { name: kind.toLowerCase(), namespace }, spec };
}
