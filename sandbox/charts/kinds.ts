/** A kind of custom resource, as the API server has to know it. */
export interface KnownKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Name in URLs; if it is left out, {@link pluralOf} the kind. */
  readonly plural?: string;
  readonly namespaced: boolean;
}

/** The plural of a kind as most projects spell it: `policies`, `classes`, `nodes`. Kinds with another plural name it themselves. */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

function kinds(group: string, version: string, names: readonly string[], clusterScoped: readonly string[] = []): readonly KnownKind[] {
  return [
    ...names.map((kind) => ({ group, version, kind, namespaced: true })),
    ...clusterScoped.map((kind) => ({ group, version, kind, namespaced: false })),
  ];
}

/**
 * The kinds that a facility's charts bring, for a machine without definitions. Groups, versions and scopes are those of the charts' pinned
 * versions.
 */
export const KNOWN_KINDS: readonly KnownKind[] = [
  ...kinds("source.toolkit.fluxcd.io", "v1", ["HelmChart", "GitRepository", "Bucket", "ExternalArtifact"]),
  { group: "source.toolkit.fluxcd.io", version: "v1", kind: "HelmRepository", plural: "helmrepositories", namespaced: true },
  { group: "source.toolkit.fluxcd.io", version: "v1", kind: "OCIRepository", plural: "ocirepositories", namespaced: true },
  ...kinds("helm.toolkit.fluxcd.io", "v2", ["HelmRelease"]),
  ...kinds("kustomize.toolkit.fluxcd.io", "v1", ["Kustomization"]),
  ...kinds("notification.toolkit.fluxcd.io", "v1beta3", ["Alert", "Provider"]),
  ...kinds("notification.toolkit.fluxcd.io", "v1", ["Receiver"]),
  ...kinds("cert-manager.io", "v1", ["Certificate", "CertificateRequest", "Issuer"], ["ClusterIssuer"]),
  ...kinds("acme.cert-manager.io", "v1", ["Challenge", "Order"]),
  ...kinds("metallb.io", "v1beta1", ["IPAddressPool", "L2Advertisement", "BGPAdvertisement", "BFDProfile", "Community", "ServiceL2Status"]),
  ...kinds("metallb.io", "v1beta2", ["BGPPeer"]),
  ...kinds("traefik.io", "v1alpha1", [
    "IngressRoute",
    "IngressRouteTCP",
    "IngressRouteUDP",
    "Middleware",
    "MiddlewareTCP",
    "ServersTransport",
    "ServersTransportTCP",
    "TLSOption",
    "TLSStore",
    "TraefikService",
  ]),
  ...kinds("ceph.rook.io", "v1", [
    "CephBlockPool",
    "CephBlockPoolRadosNamespace",
    "CephBucketNotification",
    "CephBucketTopic",
    "CephClient",
    "CephCluster",
    "CephCOSIDriver",
    "CephFilesystem",
    "CephFilesystemMirror",
    "CephFilesystemSubVolumeGroup",
    "CephNVMeOFGateway",
    "CephObjectRealm",
    "CephObjectStore",
    "CephObjectStoreUser",
    "CephObjectZone",
    "CephObjectZoneGroup",
    "CephRBDMirror",
  ]),
  { group: "ceph.rook.io", version: "v1", kind: "CephNFS", plural: "cephnfses", namespaced: true },
  ...kinds("objectbucket.io", "v1alpha1", ["ObjectBucketClaim"], ["ObjectBucket"]),
  ...kinds("csi.ceph.io", "v1", ["CephConnection", "ClientProfile", "ClientProfileMapping", "Driver", "OperatorConfig"]),
  ...kinds("monitoring.coreos.com", "v1", ["Alertmanager", "PodMonitor", "Probe", "PrometheusRule", "ServiceMonitor", "ThanosRuler"]),
  { group: "monitoring.coreos.com", version: "v1", kind: "Prometheus", plural: "prometheuses", namespaced: true },
  ...kinds("monitoring.coreos.com", "v1alpha1", ["AlertmanagerConfig", "PrometheusAgent", "ScrapeConfig"]),
  ...kinds("postgresql.cnpg.io", "v1", ["Cluster", "Backup", "ScheduledBackup", "Pooler", "Database"]),
  ...kinds("gateway.dask.org", "v1alpha1", ["DaskCluster"]),
  ...kinds("route.openshift.io", "v1", ["Route"]),
  ...kinds("externaldns.k8s.io", "v1alpha1", ["DNSEndpoint"]),
];
