import type { Agreements } from "./agreement";

/** What must follow a namespace that is renamed: whoever talks to it, from its own side, itself within, and whoever names it. */
const namespace = (...others: readonly string[]) => ({
  must: [
    "Namespace sentinel: metadata.name",
    "ValidatingAdmissionPolicyBinding facility-services-open-no-host-ports: spec.matchResources.namespaceSelector",
    ...others,
  ],
  may: ["NetworkPolicy sentinel: ", "ValidatingAdmissionPolicy"],
});

/** The same where Prometheus reads metrics, or its exporter asks an endpoint. */
const watched = (...others: readonly string[]) => namespace("NetworkPolicy monitoring: egress", ...others);

/** What Traefik is told of a namespace with routes. */
const ROUTED = ["chart traefik: providers.kubernetesCRD.namespaces", "chart traefik: providers.kubernetesIngress.namespaces"];

/** Of the University of Nebraska's, which has a namespace for every service. */
export const NAMESPACES: Agreements = {
  "tenancy.names.flux": watched(),
  "tenancy.names.cert-manager": watched(),
  "tenancy.names.metallb": watched(),
  "tenancy.names.traefik": watched(
    ...ROUTED,
    "NetworkPolicy cmsaf-prod: egress",
    "NetworkPolicy cmsaf-prod: ingress",
    "NetworkPolicy rook-ceph: ingress",
    "NetworkPolicy servicex: egress",
    "NetworkPolicy servicex: ingress",
  ),
  "tenancy.names.rook": watched(
    ...ROUTED,
    "NetworkPolicy traefik: egress",
    "CephObjectStore sentinel/facility: spec.hosting.dnsNames",
    "CephObjectStoreUser servicex/servicex: spec.clusterNamespace",
    "StorageClass rook-ceph-block: provisioner",
    "StorageClass rook-ceph-block: parameters.clusterID",
    "StorageClass rook-ceph-block: parameters.csi.storage.k8s.io/controller-expand-secret-namespace",
    "StorageClass rook-ceph-block: parameters.csi.storage.k8s.io/controller-publish-secret-namespace",
    "StorageClass rook-ceph-block: parameters.csi.storage.k8s.io/node-stage-secret-namespace",
    "StorageClass rook-ceph-block: parameters.csi.storage.k8s.io/provisioner-secret-namespace",
    "chart ceph-csi-drivers: drivers.rbd.name",
    "chart ceph-csi-drivers: drivers.cephfs.name",
    "chart ceph-csi-drivers: drivers.nfs.name",
    "chart ceph-csi-drivers: drivers.nvmeof.name",
    "chart ceph-csi-drivers: operatorConfig.namespace",
  ),
  "tenancy.names.data": watched("NetworkPolicy cmsaf-prod: egress", "NetworkPolicy servicex: egress"),
  "tenancy.names.batch": watched("NetworkPolicy cmsaf-prod: egress"),
  "tenancy.names.hub": watched(
    ...ROUTED,
    // The rights of the accounts of the chart.
    "ClusterRoleBinding jupyterhub-sentinel-user-scheduler: subjects.namespace",
    "RoleBinding sentinel/hub-rights: subjects.namespace",
    "RoleBinding sentinel/user-scheduler-lease: subjects.namespace",
    // Alerts of the hub's check, which name where its log is.
    "PrometheusRule monitoring/hub-check: spec.groups.rules.annotations.summary",
    "PrometheusRule monitoring/hub-check: spec.groups.rules.expr",
    "NetworkPolicy htcondor: ingress",
    "NetworkPolicy xcache: ingress",
    "NetworkPolicy traefik: egress",
    "NetworkPolicy traefik: ingress",
  ),
  "tenancy.names.servicex": namespace(
    ...ROUTED,
    "CephObjectStore rook-ceph/facility: spec.allowUsersInNamespaces",
    "NetworkPolicy xcache: ingress",
    "NetworkPolicy traefik: egress",
    "NetworkPolicy traefik: ingress",
  ),
  "tenancy.names.monitoring": {
    must: [
      "Namespace sentinel: metadata.name",
      "ValidatingAdmissionPolicyBinding facility-services-open-no-host-ports: spec.matchResources.namespaceSelector",
      ...["flux-system", "cert-manager", "metallb-system", "traefik", "rook-ceph", "cmsaf-prod", "htcondor", "xcache"].map(
        (place) => `NetworkPolicy ${place}: ingress`,
      ),
      ...[
        "door-of-tier2-xrootd",
        "htcondor-access-point-tcp",
        "jupyterhub-https",
        "redirector-of-tier2-xrootd",
        "s3-https",
        "servicex-https",
        "signpost-xrootd",
        "xcache-xrootd",
      ].map((probe) => `Probe sentinel/probe-${probe}: spec.prober.url`),
    ],
    may: ["NetworkPolicy sentinel: ", "ValidatingAdmissionPolicy"],
  },
};
