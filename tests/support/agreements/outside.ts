import { ADMITTED, boundBy, clients, CLUSTERS, ENVIRONMENT, HUB, KNOWN_IMAGES, probed, record, type Agreements } from "./agreement";

/** A site whose Ceph, cache and access point are somebody else's, and whose workers of Dask are pods. */
/** The file that tells ServiceX' client where ServiceX is. */
const SERVICEX_CLIENT = "ConfigMap jupyterhub/servicex-client: data.servicex.yaml";

export const OUTSIDE: Agreements = {
  "platform.ingress.ports.https": {
    must: [
      probed("jupyterhub-https-any-authority"),
      probed("servicex-https-any-authority"),
      "chart traefik: ports.websecure.exposedPort",
      `${HUB}hub.config.CILogonOAuthenticator.oauth_callback_url`,
      `${ENVIRONMENT}.DASK_GATEWAY__PUBLIC_ADDRESS`,
      SERVICEX_CLIENT,
    ],
    may: [HUB],
  },
  "storage.blockClass": {
    must: [
      "StorageClass sentinel: metadata.name",
      `${HUB}hub.db.pvc.storageClassName`,
      "chart kube-prometheus-stack: grafana.persistence.storageClassName",
      "chart kube-prometheus-stack: prometheus.prometheusSpec.storageSpec",
      "chart servicex: postgresql.primary.persistence.storageClass",
      "chart servicex: rabbitmq.persistence.storageClass",
      ...["jupyterhub", "monitoring", "servicex"].map(boundBy),
    ],
  },
  "storage.filesystem.sharedClass": {
    must: ["StorageClass sentinel: metadata.name", `${HUB}singleuser.storage.dynamic.storageClass`, boundBy("jupyterhub")],
  },
  "storage.monitors.port": {
    value: 3300,
    must: ["ConfigMap rook-ceph/rook-ceph-mon-endpoints: data", "NetworkPolicy rook-ceph: egress"],
  },
  "storage.monitors.hosts.0.address": {
    value: "198.51.100.53",
    must: ["ConfigMap rook-ceph/rook-ceph-mon-endpoints: data", "NetworkPolicy rook-ceph: egress"],
  },
  "storage.objectStore.host": {
    must: [
      probed("s3-https-any-authority"),
      "CephObjectStore rook-ceph/facility: spec.gateway.externalRgwEndpoints.hostname",
      "CephObjectStore rook-ceph/facility: spec.hosting.advertiseEndpoint.dnsName",
      "chart servicex: objectStore.publicURL",
    ],
  },
  "storage.objectStore.port": {
    must: [
      "NetworkPolicy monitoring: egress",
      probed("s3-https-any-authority"),
      "CephObjectStore rook-ceph/facility: spec.gateway.port",
      "CephObjectStore rook-ceph/facility: spec.hosting.advertiseEndpoint.port",
      "chart servicex: objectStore.publicURL",
      "NetworkPolicy rook-ceph: egress",
      "NetworkPolicy servicex: egress",
      // Users fetch the results of their requests from there.
      "NetworkPolicy jupyterhub: egress",
    ],
    may: ["NetworkPolicy jupyterhub: egress"],
  },
  "data.stores.site.doors.protocols.0.port": {
    must: [
      "NetworkPolicy monitoring: egress",
      probed("door-of-site-xrootd"),
      record("jupyterhub/doors-site"),
      "Service jupyterhub/doors-site: spec.ports.port",
      "EndpointSlice jupyterhub/doors-site: ports.port",
      "NetworkPolicy jupyterhub: egress",
      "NetworkPolicy servicex: egress",
    ],
  },
  // Where schedulers have names of their own, the images fix both.
  "platform.ingress.ports.dask": { must: ["chart traefik: ports.dask.exposedPort"] },
  "platform.ingress.ports.daskWorker": { must: ["chart traefik: ports.daskworker.exposedPort"] },
  "data.cache.host": {
    must: [CLUSTERS, `${clients("jupyterhub")}.XCACHE_HOST`, `${ENVIRONMENT}.DASK_JOBQUEUE`, "chart servicex: transformer.cachePrefix"],
  },
  "data.cache.port": {
    must: [
      CLUSTERS,
      `${clients("jupyterhub")}.XCACHE_PORT`,
      `${ENVIRONMENT}.DASK_JOBQUEUE`,
      "chart servicex: transformer.cachePrefix",
      "NetworkPolicy jupyterhub: egress",
      "NetworkPolicy servicex: egress",
      "NetworkPolicy jupyterhub: egress",
    ],
  },
  // Clients read the port from what the access point tells the collector; policies have to know it.
  "batch.schedd.port": { must: ["NetworkPolicy jupyterhub: egress"], may: [ENVIRONMENT, "NetworkPolicy jupyterhub: egress"] },
  "hub.host": {
    must: [
      ADMITTED,
      probed("jupyterhub-https-any-authority"),
      "Certificate jupyterhub/hub: spec.dnsNames",
      "IngressRoute jupyterhub/hub: spec.routes.match",
      `${HUB}hub.config.CILogonOAuthenticator.oauth_callback_url`,
      `${ENVIRONMENT}.DASK_GATEWAY__PUBLIC_ADDRESS`,
    ],
  },
  "hub.dask.workers.image": {
    must: ["chart dask-gateway: gateway.backend.image", KNOWN_IMAGES],
  },
  "servicex.host": {
    must: [
      ADMITTED,
      probed("servicex-https-any-authority"),
      "Certificate servicex/servicex: spec.dnsNames",
      "IngressRoute servicex/servicex: spec.routes.match",
      ENVIRONMENT,
      SERVICEX_CLIENT,
    ],
  },
};
