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
/** A quota that bounds a class by itself. */
export const boundBy = (namespace: string) =>
  `ResourceQuota ${namespace}/quota: spec.hard.sentinel.storageclass.storage.k8s.io/requests.storage`;

/** A store's doors, for whoever probes or lists them. */
export const record = (place: string) => `ConfigMap ${place}: data.doors.json`;
