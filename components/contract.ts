/**
 * What services may need of a site, and how a site comes to offer it. Each concern lists its own needs and offers beside its settings.
 * If a need meets no offer, the site file is refused; the message names both ways out: to offer it, or to do without.
 */
export const CAPABILITIES = {
  addresses: {
    what: "public addresses of its own",
    offer: "set af:platform.loadBalancer to { kind: metallb, pools: ... } or { kind: provided, addresses: ... }",
  },
  issuer: { what: "an issuer of certificates", offer: "set af:platform.certificates to { kind: acme, ... } or { kind: internal }" },
  passthrough: { what: "TLS passed through by SNI on ports of its own", offer: "set af:platform.ingress to { kind: traefik }" },
  routes: { what: "the cluster's own router", offer: "set af:site.kubernetes.kind to okd, if that is what the cluster is" },
  hostNetwork: { what: "pods on the host's network", offer: "set af:site.kubernetes.kind to kubeadm, if that is what the cluster is" },
  fixedUsers: {
    what: "pods with a user of their own choice",
    offer: "set af:site.kubernetes.kind to kubeadm, if that is what the cluster is",
  },
  sharedVolumes: {
    what: "volumes that many hosts mount at once",
    offer: "set af:storage to { kind: existing, sharedClass: ... } or { kind: external, filesystem: ... }",
  },
  objectStore: { what: "an object store", offer: "set af:storage.objectStore to { kind: rgw, host: ... }" },
  batchPool: { what: "a batch pool", offer: "set af:batch to { kind: htcondor, ... }" },
  cvmfs: { what: "CVMFS", offer: "set af:data.cvmfs to { kind: csi, storageClass: ... } or { kind: hostPath }" },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly offer: string }>>;

/** Name of something that a site may offer to its services. */
export type Capability = keyof typeof CAPABILITIES;

/** One thing that a setting asks of the rest of the site. */
export interface Need {
  readonly capability: Capability;
  /** The setting that asks, as messages spell it. */
  readonly path: string;
  /** Name of the service that asks, for people. */
  readonly service: string;
  /** The change of the site file after which the service no longer asks for it. */
  readonly otherwise: string;
}
