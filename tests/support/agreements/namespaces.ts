import type { Agreements } from "./agreement";

/** What must follow a namespace that is renamed: whoever talks to it, from its own side, and whoever names it. Prometheus reads everywhere. */
const namespace = (...others: readonly string[]) => ({
  must: ["Namespace sentinel: metadata.name", "NetworkPolicy monitoring: egress", ...others],
});

/** Of the University of Nebraska's, which has a namespace for every service. */
export const NAMESPACES: Agreements = {
  "tenancy.names.flux": namespace(),
  "tenancy.names.cert-manager": namespace(),
  "tenancy.names.metallb": namespace(),
  "tenancy.names.traefik": namespace(
    "NetworkPolicy cmsaf-prod: egress",
    "NetworkPolicy cmsaf-prod: ingress",
    "NetworkPolicy rook-ceph: ingress",
    "NetworkPolicy servicex: egress",
    "NetworkPolicy servicex: ingress",
    "chart jupyterhub: singleuser.networkPolicy.ingress",
  ),
  "tenancy.names.rook": namespace(
    "NetworkPolicy servicex: egress",
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
  "tenancy.names.data": namespace(
    "Certificate sentinel/xcache: spec.dnsNames",
    "NetworkPolicy cmsaf-prod: egress",
    "NetworkPolicy servicex: egress",
  ),
  "tenancy.names.batch": namespace("NetworkPolicy cmsaf-prod: egress"),
  "tenancy.names.hub": namespace(
    "NetworkPolicy htcondor: ingress",
    "NetworkPolicy xcache: ingress",
    "NetworkPolicy servicex: ingress",
    "NetworkPolicy traefik: egress",
    "NetworkPolicy traefik: ingress",
  ),
  "tenancy.names.servicex": namespace(
    "CephObjectStore rook-ceph/facility: spec.allowUsersInNamespaces",
    "NetworkPolicy xcache: ingress",
    "NetworkPolicy cmsaf-prod: egress",
    "NetworkPolicy rook-ceph: ingress",
    "NetworkPolicy traefik: egress",
    "NetworkPolicy traefik: ingress",
  ),
  "tenancy.names.monitoring": {
    must: [
      "Namespace sentinel: metadata.name",
      ...["flux-system", "cert-manager", "metallb-system", "traefik", "rook-ceph", "xcache", "htcondor", "cmsaf-prod", "servicex"].map(
        (watched) => `NetworkPolicy ${watched}: ingress`,
      ),
    ],
  },
};
