/** Who must agree on a setting: beginnings of places as `placesOf` words them. */
export interface Agreement {
  /** What the setting is given, where the usual value of its type is not allowed. */
  readonly value?: string | number;
  readonly must: readonly string[];
  /** Who may know it too. */
  readonly may?: readonly string[];
}

const HUB = "chart jupyterhub: ";
/** What programs of users read. */
const ENVIRONMENT = `${HUB}singleuser.extraEnv`;
/** What Z2JH's policy lets user servers out to. */
const USERS_OUT = `${HUB}singleuser.networkPolicy.egress`;

/** A quota that bounds a class by itself. */
const boundBy = (namespace: string) => `ResourceQuota ${namespace}/quota: spec.hard.sentinel.storageclass.storage.k8s.io/requests.storage`;

/** A store's doors, for whoever probes or lists them. */
const record = (place: string) => `ConfigMap ${place}: data.doors.json`;

/** By site, and by the path of the setting; written from what must agree, not from what does. */
export const AGREEMENTS: Readonly<Record<string, Readonly<Record<string, Agreement>>>> = {
  unl: {
    "site.name": { must: ["kubernetes cluster: clusterIdentifier"] },
    "nodes.x2200-24g.rack": {
      must: [
        "NodePatch red-kube-c6921: metadata.labels.topology.kubernetes.io/zone",
        "NodePatch red-kube-c6921: metadata.labels.topology.rook.io/rack",
      ],
      may: ["NodePatch red-kube-c692"],
    },
    "platform.loadBalancer.pools.public.3": { must: ["IPAddressPool metallb-system/public: spec.addresses"] },
    "platform.certificates.solver.nameserver": {
      value: "198.51.100.53",
      must: ["ClusterIssuer public: ", "ClusterIssuer public-staging: "],
    },
    "platform.ingress.address": { must: ["chart traefik: service.annotations"] },
    "platform.ingress.ports.http": { must: ["chart traefik: ports.web.exposedPort"] },
    "platform.ingress.ports.https": {
      must: [
        "chart traefik: ports.websecure.exposedPort",
        "CephObjectStore rook-ceph/facility: spec.hosting.advertiseEndpoint.port",
        "chart servicex: objectStore.publicURL",
      ],
    },
    // A user's scheduler and workers are dialled at these ports by name.
    "platform.ingress.ports.dask": { must: ["chart traefik: ports.dask.exposedPort", HUB] },
    "platform.ingress.ports.daskWorker": { must: ["chart traefik: ports.daskworker.exposedPort", HUB] },
    "hub.dask.domain": { must: [HUB] },
    "hub.dask.workerDomain": { must: [HUB] },
    "storage.cephImage": { must: ["CephCluster rook-ceph/rook-ceph: spec.cephVersion.image"] },
    "storage.blockClass": {
      must: [
        "StorageClass sentinel: metadata.name",
        "StatefulSet htcondor/schedd: spec.volumeClaimTemplates.spec.storageClassName",
        `${HUB}hub.db.pvc.storageClassName`,
        `${HUB}singleuser.storage.dynamic.storageClass`,
        "chart kube-prometheus-stack: grafana.persistence.storageClassName",
        "chart kube-prometheus-stack: prometheus.prometheusSpec.storageSpec",
        "chart servicex: postgresql.primary.persistence.storageClass",
        "chart servicex: rabbitmq.persistence.storageClass",
        ...["cmsaf-prod", "htcondor", "monitoring", "servicex"].map(boundBy),
      ],
    },
    "storage.objectStore.host": {
      must: [
        "CephObjectStore rook-ceph/facility: spec.hosting.advertiseEndpoint.dnsName",
        "CephObjectStore rook-ceph/facility: spec.hosting.dnsNames",
        "Certificate rook-ceph/s3: spec.dnsNames",
        "IngressRoute rook-ceph/s3: spec.routes.match",
        "chart servicex: objectStore.publicURL",
      ],
    },
    "data.stores.tier2.doors.port": {
      must: [
        record("cmsaf-prod/doors-tier2"),
        "Service cmsaf-prod/doors-tier2: spec.ports.port",
        "EndpointSlice cmsaf-prod/doors-tier2: ports.port",
        `${ENVIRONMENT}.XROOTD_DOOR`,
        USERS_OUT,
        // The cache fetches from the doors, and so do transformers where there is no cache.
        "NetworkPolicy xcache: egress",
        "NetworkPolicy servicex: egress",
      ],
      may: ["NetworkPolicy cmsaf-prod: egress"],
    },
    "data.stores.tier2.doors.hosts.0.name": { must: [record("cmsaf-prod/doors-tier2"), `${ENVIRONMENT}.XROOTD_DOOR`] },
    "data.stores.tier2.doors.hosts.0.address": {
      value: "198.51.100.53",
      must: [record("cmsaf-prod/doors-tier2"), "EndpointSlice cmsaf-prod/doors-tier2: endpoints.addresses"],
    },
    "data.cache.host": {
      must: [
        "Certificate xcache/xcache: spec.dnsNames",
        "ConfigMap xcache/xcache: data.scitokens.cfg",
        `${ENVIRONMENT}.XCACHE_HOST`,
        "chart servicex: transformer.cachePrefix",
      ],
    },
    "data.cache.origin.host": { must: ["ConfigMap xcache/xcache: data.90-site.cfg"] },
    "data.cache.origin.port": { must: ["ConfigMap xcache/xcache: data.90-site.cfg", "NetworkPolicy xcache: egress"] },
    "data.cache.image": { must: ["StatefulSet xcache/xcache: spec.template.spec.containers.image"] },
    "data.cvmfs.storageClass": { must: ["PersistentVolumeClaim cmsaf-prod/cvmfs: spec.storageClassName", boundBy("cmsaf-prod")] },
    "batch.pool.collector": { must: ["ConfigMap htcondor/schedd: data", `${ENVIRONMENT}.CONDOR_HOST`] },
    "batch.pool.uidDomain": { must: ["ConfigMap htcondor/schedd: data", `${ENVIRONMENT}.UID_DOMAIN`] },
    "batch.pool.trustDomain": { must: ["ConfigMap htcondor/schedd: data"], may: [ENVIRONMENT] },
    "batch.schedd.address": { must: ["Service htcondor/schedd: metadata.annotations", "ConfigMap htcondor/schedd: data"] },
    "batch.schedd.image": { must: ["StatefulSet htcondor/schedd: spec.template.spec.containers.image"] },
    "hub.host": {
      must: [
        "Certificate cmsaf-prod/hub: spec.dnsNames",
        `${HUB}hub.config.CILogonOAuthenticator.oauth_callback_url`,
        `${HUB}proxy.https.hosts`,
      ],
    },
    "hub.expose.address": { must: [`${HUB}proxy.service.annotations`] },
    "hub.image": {
      must: [`${HUB}singleuser.image.name`, `${HUB}singleuser.profileList.kubespawner_override.image`, `${ENVIRONMENT}.DASK_JOBQUEUE`],
      may: [`${HUB}singleuser.profileList.kubespawner_override.environment`],
    },
    // Jobs run the image of the notebook that submits them, or their Python would not be its own.
    "hub.profiles.1.image": {
      must: [`${HUB}singleuser.profileList.kubespawner_override.image`, `${HUB}singleuser.profileList.kubespawner_override.environment`],
    },
    "servicex.host": {
      must: ["Certificate servicex/servicex: spec.dnsNames", "IngressRoute servicex/servicex: spec.routes.match"],
      may: [ENVIRONMENT],
    },
  },
  fnal: {
    "platform.ingress.router": { must: ["Route eaf-hub/hub: metadata.annotations"] },
    "storage.blockClass": { must: [`${HUB}hub.db.pvc.storageClassName`, boundBy("eaf-hub")] },
    "storage.sharedClass": { must: [`${HUB}singleuser.storage.dynamic.storageClass`, boundBy("eaf-hub")] },
    "data.stores.lpc-eos.doors.port": {
      must: [
        record("eaf-hub/doors-lpc-eos"),
        "Service eaf-hub/doors-lpc-eos: spec.ports.port",
        "EndpointSlice eaf-hub/doors-lpc-eos: ports.port",
        `${ENVIRONMENT}.XROOTD_DOOR`,
        USERS_OUT,
      ],
      may: ["NetworkPolicy eaf-hub: egress"],
    },
    "data.stores.disk.doors.port": {
      must: [
        record("eaf-hub/doors-disk"),
        "Service eaf-hub/doors-disk: spec.ports.port",
        "EndpointSlice eaf-hub/doors-disk: ports.port",
        USERS_OUT,
      ],
      may: ["NetworkPolicy eaf-hub: egress", ENVIRONMENT],
    },
    // The gateway submits its workers as users submit their jobs.
    "batch.pool.collector": { must: [`${ENVIRONMENT}.CONDOR_HOST`, "chart dask-gateway: gateway"] },
    "batch.schedd.host": { must: [`${ENVIRONMENT}.SCHEDD_HOST`, "chart dask-gateway: gateway"] },
    "batch.schedd.port": { must: [ENVIRONMENT, USERS_OUT, "chart dask-gateway: gateway", "NetworkPolicy eaf-hub: egress"] },
    "hub.host": {
      must: [
        "Route eaf-hub/hub: spec.host",
        `${HUB}hub.config.GenericOAuthenticator.oauth_callback_url`,
        `${HUB}proxy.https.hosts`,
        `${ENVIRONMENT}.DASK_GATEWAY__ADDRESS`,
        `${ENVIRONMENT}.DASK_GATEWAY__PUBLIC_ADDRESS`,
        "chart dask-gateway: gateway.auth.jupyterhub.apiUrl",
      ],
    },
    "hub.dask.address": { value: "203.0.113.20", must: ["chart dask-gateway: traefik.service.annotations"] },
    "hub.dask.host": { must: [`${ENVIRONMENT}.DASK_GATEWAY__PROXY_ADDRESS`], may: ["chart dask-gateway: "] },
    "hub.dask.workers.image": {
      must: [`${ENVIRONMENT}.DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE`, "chart dask-gateway: gateway.backend.image"],
    },
    "hub.dask.backend.image": { must: ["chart dask-gateway: gateway.image"] },
  },
  outside: {
    "platform.ingress.ports.https": {
      must: [
        "chart traefik: ports.websecure.exposedPort",
        `${HUB}hub.config.CILogonOAuthenticator.oauth_callback_url`,
        `${ENVIRONMENT}.DASK_GATEWAY__ADDRESS`,
        `${ENVIRONMENT}.DASK_GATEWAY__PUBLIC_ADDRESS`,
        "chart dask-gateway: gateway.auth.jupyterhub.apiUrl",
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
    "storage.monitors.hosts.0.address": { value: "198.51.100.53", must: ["ConfigMap rook-ceph/rook-ceph-mon-endpoints: data"] },
    "storage.objectStore.host": {
      must: [
        "CephObjectStore rook-ceph/facility: spec.gateway.externalRgwEndpoints.hostname",
        "CephObjectStore rook-ceph/facility: spec.hosting.advertiseEndpoint.dnsName",
        "chart servicex: objectStore.publicURL",
      ],
    },
    "storage.objectStore.port": {
      must: [
        "CephObjectStore rook-ceph/facility: spec.gateway.port",
        "CephObjectStore rook-ceph/facility: spec.hosting.advertiseEndpoint.port",
        "chart servicex: objectStore.publicURL",
        "NetworkPolicy rook-ceph: egress",
        "NetworkPolicy servicex: egress",
        // Users fetch the results of their requests from there.
        USERS_OUT,
      ],
      may: ["NetworkPolicy jupyterhub: egress"],
    },
    "data.stores.site.doors.port": {
      must: [
        record("jupyterhub/doors-site"),
        "Service jupyterhub/doors-site: spec.ports.port",
        "EndpointSlice jupyterhub/doors-site: ports.port",
        `${ENVIRONMENT}.XROOTD_DOOR`,
        USERS_OUT,
        "NetworkPolicy servicex: egress",
        // Dask's workers are pods beside the users', whom Z2JH's policy does not know.
        "NetworkPolicy jupyterhub: egress",
      ],
    },
    "data.cache.host": { must: [`${ENVIRONMENT}.XCACHE_HOST`, "chart servicex: transformer.cachePrefix"] },
    "data.cache.port": {
      must: [
        `${ENVIRONMENT}.XCACHE_PORT`,
        "chart servicex: transformer.cachePrefix",
        USERS_OUT,
        "NetworkPolicy servicex: egress",
        "NetworkPolicy jupyterhub: egress",
      ],
    },
    "batch.schedd.port": { must: [ENVIRONMENT, USERS_OUT], may: ["NetworkPolicy jupyterhub: egress"] },
    "hub.host": {
      must: [
        "Certificate jupyterhub/hub: spec.dnsNames",
        "IngressRoute jupyterhub/hub: spec.routes.match",
        `${HUB}hub.config.CILogonOAuthenticator.oauth_callback_url`,
        `${HUB}proxy.https.hosts`,
        `${ENVIRONMENT}.DASK_GATEWAY__ADDRESS`,
        `${ENVIRONMENT}.DASK_GATEWAY__PUBLIC_ADDRESS`,
        "chart dask-gateway: gateway.auth.jupyterhub.apiUrl",
      ],
    },
    "hub.dask.workers.image": {
      must: [`${ENVIRONMENT}.DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE`, "chart dask-gateway: gateway.backend.image"],
    },
    "servicex.host": {
      must: ["Certificate servicex/servicex: spec.dnsNames", "IngressRoute servicex/servicex: spec.routes.match"],
      may: [ENVIRONMENT],
    },
  },
  skyhook: {
    "skyhook.image": { must: ["CephCluster rook-ceph-skyhook/skyhook: spec.cephVersion.image"] },
  },
};

/** Settings of these types that no object need repeat, and why. */
export const NOWHERE: Readonly<Record<string, string>> = {
  "site.domain": "names are written in full, each at its service",
  "site.kubernetes.podCidr": "the cluster has it already; it is compared with other networks and with the hosts",
  "site.kubernetes.serviceCidr": "as the network of the pods",
  "tenancy.leaveAlone.*": "these namespaces are somebody else's; names of the facility's are compared with them",
  "platform.loadBalancer.addresses.*": "the load balancer is somebody else's; addresses that services ask for are compared with them",
  "hub.profiles.*.fills.pool": "the size of a server follows from it, not the place",
  "skyhook.pool": "hosts are selected by a pool's name; another name is another pool",
};
