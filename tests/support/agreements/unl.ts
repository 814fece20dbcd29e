import { ADMITTED, boundBy, clients, ENVIRONMENT, HUB, KNOWN_IMAGES, probed, record, type Agreements } from "./agreement";

/** Where the cache says through which origins tokens and proxies may read. */
const RULES_OF_ORIGINS = ["ConfigMap xcache/xcache: data.scitokens.cfg", "ConfigMap xcache/xcache: data.authfile"];

/** Where ServiceX' client in users' servers looks for ServiceX. */
const SERVICEX_CLIENT = "ConfigMap cmsaf-prod/servicex-client: data.servicex.yaml";

/** Files by which the cache asks the site's doors first. */
const FIRST_ASKED = ["local-first.cfg", "local-first.sh"].map((file) => `ConfigMap xcache/xcache: data.${file}`);

/** Where the check finds what it reads at each hop. */
const HOPS = "ConfigMap xcache/data-check: data.hops";

/** The University of Nebraska's: everything is the facility's own. */
export const UNL: Agreements = {
  // Whoever may go outside may not go to pods, Services and hosts by that.
  ...Object.fromEntries(
    ["podCidr", "serviceCidr", "hostCidrs.0"].map((network) => [
      `site.kubernetes.${network}`,
      { must: ["NetworkPolicy cmsaf-prod: egress", "NetworkPolicy xcache: egress"], may: ["NetworkPolicy "] },
    ]),
  ),
  "site.name": { must: ["kubernetes cluster: clusterIdentifier"] },
  "nodes.x2200-24g.rack": {
    must: [
      "NodePatch red-kube-c6921: metadata.labels.topology.kubernetes.io/zone",
      "NodePatch red-kube-c6921: metadata.labels.topology.rook.io/rack",
    ],
    may: ["NodePatch red-kube-c692"],
  },
  "platform.loadBalancer.pools.public.5": { must: ["IPAddressPool metallb-system/public: spec.addresses"] },
  "platform.certificates.solver.nameserver": {
    value: "198.51.100.53",
    must: ["ClusterIssuer public: ", "ClusterIssuer public-staging: "],
  },
  "platform.ingress.address": { must: ["chart traefik: service.annotations"] },
  "platform.ingress.ports.http": { must: ["chart traefik: ports.web.exposedPort"] },
  "platform.ingress.ports.https": {
    must: [
      "chart traefik: ports.websecure.exposedPort",
      "chart servicex: objectStore.publicURL",
      // Where users find ServiceX.
      ENVIRONMENT,
      SERVICEX_CLIENT,
      probed("s3-https"),
      probed("servicex-https"),
    ],
    may: ["NetworkPolicy cmsaf-prod: egress"],
  },
  // A user's scheduler and workers are dialled at these ports by name.
  "hub.dask.domain": { must: [ADMITTED, HUB] },
  "hub.dask.workerDomain": { must: [ADMITTED, HUB] },
  "storage.cephImage": { must: ["CephCluster rook-ceph/rook-ceph: spec.cephVersion.image", KNOWN_IMAGES] },
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
      ...["cmsaf-prod", "htcondor", "monitoring", "servicex", "xcache"].map(boundBy),
    ],
  },
  "storage.objectStore.host": {
    must: [
      ADMITTED,
      "CephObjectStore rook-ceph/facility: spec.hosting.dnsNames",
      "Certificate rook-ceph/s3: spec.dnsNames",
      "IngressRoute rook-ceph/s3: spec.routes.match",
      "chart servicex: objectStore.publicURL",
      probed("s3-https"),
    ],
  },
  "data.stores.tier2.doors.protocols.0.port": {
    must: [
      HOPS,
      record("cmsaf-prod/doors-tier2"),
      ...RULES_OF_ORIGINS,
      "Service cmsaf-prod/doors-tier2: spec.ports.port",
      "EndpointSlice cmsaf-prod/doors-tier2: ports.port",
      "NetworkPolicy cmsaf-prod: egress",
      // The cache fetches from the doors, and so do transformers where there is no cache.
      "NetworkPolicy xcache: egress",
      "NetworkPolicy servicex: egress",
      "NetworkPolicy monitoring: egress",
      probed("door-of-tier2-xrootd"),
    ],
    may: ["NetworkPolicy cmsaf-prod: egress"],
  },
  "data.stores.tier2.doors.hosts.0.name": {
    must: [HOPS, record("cmsaf-prod/doors-tier2"), ...RULES_OF_ORIGINS, probed("door-of-tier2-xrootd")],
  },
  "data.stores.tier2.doors.hosts.0.address": {
    value: "198.51.100.53",
    must: [
      record("cmsaf-prod/doors-tier2"),
      "EndpointSlice cmsaf-prod/doors-tier2: endpoints.addresses",
      ...["cmsaf-prod", "monitoring", "servicex", "xcache"].map((reader) => `NetworkPolicy ${reader}: egress`),
    ],
    may: ["NetworkPolicy cmsaf-prod: egress"],
  },
  // The cache asks the doors first by the name of their redirector, and looks whether that answers.
  "data.stores.tier2.doors.redirector.name": {
    must: [HOPS, record("cmsaf-prod/doors-tier2"), ...FIRST_ASKED, ...RULES_OF_ORIGINS, probed("redirector-of-tier2-xrootd")],
  },
  "data.stores.tier2.doors.redirector.port": {
    must: [
      HOPS,
      record("cmsaf-prod/doors-tier2"),
      ...FIRST_ASKED,
      ...RULES_OF_ORIGINS,
      ...["cmsaf-prod", "monitoring", "servicex", "xcache"].map((reader) => `NetworkPolicy ${reader}: egress`),
      probed("redirector-of-tier2-xrootd"),
    ],
    may: ["NetworkPolicy cmsaf-prod: egress"],
  },
  "data.stores.tier2.doors.redirector.address": {
    value: "198.51.100.53",
    must: [
      record("cmsaf-prod/doors-tier2"),
      ...["cmsaf-prod", "monitoring", "servicex", "xcache"].map((reader) => `NetworkPolicy ${reader}: egress`),
    ],
    may: ["NetworkPolicy cmsaf-prod: egress"],
  },
  "data.cache.host": {
    must: [
      HOPS,
      "Certificate xcache/xcache: spec.dnsNames",
      "ConfigMap xcache/xcache: data.scitokens.cfg",
      // What answers to the name `xcache` sends readers to the same host.
      "ConfigMap cmsaf-prod/xcache-signpost: data.signpost.cfg",
      `${clients("cmsaf-prod")}.XCACHE_HOST`,
      // Jobs read through the cache that the notebook reads through.
      `${ENVIRONMENT}.DASK_JOBQUEUE__COFFEA_CASA__JOB_EXTRA_DIRECTIVES`,
      "chart servicex: transformer.cachePrefix",
      probed("xcache-xrootd"),
    ],
  },
  // A second daemon asks the doors first, and sends the cache to the redirector.
  "data.cache.origin.host": { must: [HOPS, "ConfigMap xcache/xcache: data.local-first.cfg", ...RULES_OF_ORIGINS] },
  "data.cache.origin.port": {
    must: [HOPS, "ConfigMap xcache/xcache: data.local-first.cfg", ...RULES_OF_ORIGINS, "NetworkPolicy xcache: egress"],
  },
  "data.cache.proxies.groups.0": { value: "/cms/other", must: ["ConfigMap xcache/xcache: data.authfile"] },
  "data.cache.proxies.paths.0": { value: "/store/sentinel", must: ["ConfigMap xcache/xcache: data.authfile"] },
  "data.cache.monitoring.streams.host": { must: ["ConfigMap xcache/xcache: data.90-site.cfg"] },
  "data.cache.monitoring.streams.port": { must: ["ConfigMap xcache/xcache: data.90-site.cfg", "NetworkPolicy xcache: egress"] },
  "data.cache.monitoring.summaries.host": { must: ["ConfigMap xcache/xcache: data.90-site.cfg"] },
  "data.cache.monitoring.summaries.port": { must: ["ConfigMap xcache/xcache: data.90-site.cfg", "NetworkPolicy xcache: egress"] },
  // Jobs complete the name with the domain.
  "data.cache.signpost.domain": {
    must: [`${ENVIRONMENT}.DASK_JOBQUEUE__COFFEA_CASA__JOB_EXTRA_DIRECTIVES`, probed("signpost-xrootd")],
  },
  "data.cache.signpost.address": { must: ["Service cmsaf-prod/xcache: metadata.annotations"] },
  "data.cache.address": { must: ["Service xcache/xcache: metadata.annotations"] },
  "data.cache.resource": {
    value: "OTHER_CACHE",
    must: ["ConfigMap xcache/xcache: data.90-site.cfg", "StatefulSet xcache/xcache-red-kube-c6931: spec.template.spec.containers.env"],
  },
  "data.cache.image": {
    must: [
      "StatefulSet xcache/xcache-red-kube-c6931: spec.template.spec.containers.image",
      "Deployment cmsaf-prod/xcache-signpost: spec.template.spec.containers.image",
      KNOWN_IMAGES,
    ],
  },
  "data.check.image": { must: ["Deployment xcache/data-check: spec.template.spec.containers.image", KNOWN_IMAGES] },
  "data.cvmfs.storageClass": {
    must: ["PersistentVolumeClaim cmsaf-prod/cvmfs: spec.storageClassName", ...["cmsaf-prod", "xcache"].map(boundBy)],
  },
  "batch.pool.collector": { must: ["ConfigMap htcondor/schedd: data", `${ENVIRONMENT}.CONDOR_HOST`] },
  "batch.pool.uidDomain": {
    must: ["ConfigMap htcondor/schedd: data", `${ENVIRONMENT}.UID_DOMAIN`, `${HUB}custom.af.tokens.accessPoint.uidDomain`],
    // Where no other issuer is given.
    may: [`${HUB}custom.af.tokens.accessPoint.trustDomain`],
  },
  "batch.schedd.trustDomain": {
    must: ["ConfigMap htcondor/schedd: data", `${HUB}custom.af.tokens.accessPoint.trustDomain`],
    may: [ENVIRONMENT],
  },
  "batch.schedd.signingKey.id": {
    value: "sentinel",
    must: [
      "ConfigMap htcondor/schedd: data",
      "Secret htcondor/schedd-keys: data",
      "StatefulSet htcondor/schedd: spec.template.spec.volumes.secret.items",
      "Secret cmsaf-prod/hub-condor-key: data",
      `${HUB}custom.af.tokens.accessPoint.keyId`,
      `${HUB}custom.af.tokens.accessPoint.keyFile`,
    ],
  },
  "batch.schedd.address": {
    must: ["Service htcondor/schedd: metadata.annotations", "ConfigMap htcondor/schedd: data", probed("htcondor-access-point-tcp")],
  },
  "batch.schedd.image": {
    must: [
      ...["containers", "initContainers"].map((kind) => `StatefulSet htcondor/schedd: spec.template.spec.${kind}.image`),
      KNOWN_IMAGES,
    ],
  },
  "hub.host": {
    must: [
      ADMITTED,
      "Certificate cmsaf-prod/hub: spec.dnsNames",
      `${HUB}hub.config.CILogonOAuthenticator.oauth_callback_url`,
      "ConfigMap cmsaf-prod/hub-check: data.check.json",
      probed("jupyterhub-https"),
    ],
  },
  "hub.expose.address": { must: [`${HUB}proxy.service.annotations`] },
  "hub.image": {
    must: [`${HUB}singleuser.image.name`, `${HUB}singleuser.profileList.kubespawner_override.image`, KNOWN_IMAGES],
  },
  "hub.workerImage": {
    must: [`${ENVIRONMENT}.DASK_JOBQUEUE`, KNOWN_IMAGES],
    may: [`${HUB}singleuser.profileList.kubespawner_override.environment`],
  },
  // Jobs run the pair of the image that submits them, or their Python would not be its own.
  "hub.profiles.1.image": {
    must: [
      `${HUB}singleuser.profileList.kubespawner_override.image`,
      `${HUB}singleuser.profileList.kubespawner_override.environment`,
      KNOWN_IMAGES,
    ],
  },
  "hub.profiles.1.workerImage": { must: [`${HUB}singleuser.profileList.kubespawner_override.environment`, KNOWN_IMAGES] },
  "servicex.host": {
    must: [
      ADMITTED,
      "Certificate servicex/servicex: spec.dnsNames",
      "IngressRoute servicex/servicex: spec.routes.match",
      ENVIRONMENT,
      SERVICEX_CLIENT,
      probed("servicex-https"),
    ],
  },
};
