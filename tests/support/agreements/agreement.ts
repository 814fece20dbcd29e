/** Who must agree on a setting: beginnings of places as `placesOf` words them. */
export interface Agreement {
  /** What the setting is given, where the usual value of its type is not allowed. */
  readonly value?: string | number;
  readonly must: readonly string[];
  /** Who may know it too. */
  readonly may?: readonly string[];
}

/** Agreements of one site by the path of the setting; written from what must agree, not from what does. */
export type Agreements = Readonly<Record<string, Agreement>>;

/** The hub and the servers of users. */
export const HUB = "chart jupyterhub: ";
/** What programs of users read. */
export const ENVIRONMENT = `${HUB}singleuser.extraEnv`;
/** What clients of the site's data read in a user's pod, in the hub's namespace. */
export const clients = (namespace: string) => `ConfigMap ${namespace}/data-clients: data`;
/** A quota that bounds a class by itself. */
export const boundBy = (namespace: string) =>
  `ResourceQuota ${namespace}/quota: spec.hard.sentinel.storageclass.storage.k8s.io/requests.storage`;

/** What programs of users read in a cluster of Dask Gateway. */
export const CLUSTERS = "chart dask-gateway: gateway.backend.environment";
/** The same for clusters of a backend of the site's own, which need not build on that of the chart. */
export const OWN_CLUSTERS = "chart dask-gateway: gateway.extraConfig.15-clients";

/** An endpoint that is asked whether it answers, by the name of its Probe. */
export const probed = (name: string) => `Probe monitoring/probe-${name}: spec.targets.staticConfig.static`;

/** A store's doors, for whoever probes or lists them. */
export const record = (place: string) => `ConfigMap ${place}: data.doors.json`;

/** The policies by which the API server admits routes for a host. */
export const ADMITTED = "ValidatingAdmissionPolicy facility-routes-name-their-own-hosts-";

/** The policy by which the API server admits images of pods that users start: it knows every image that the site file names. */
export const KNOWN_IMAGES = "ValidatingAdmissionPolicy facility-images-come-from-known-sources: spec.variables";
