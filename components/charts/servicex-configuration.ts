import type { Configuration } from "./chart";

/** An image with a tag that names one version, or with a digest. */
const EXACT_IMAGE = /^[^\s@]+(:v?\d[\w.-]*|@sha256:[0-9a-f]{64})$/;

/**
 * Values that the app reads from its configuration (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/configmap.yaml), names of Secrets,
 * and switches of what this project leaves off.
 */
export const CONFIGURATION: readonly Configuration[] = [
  "secrets",
  "noCerts",
  "app.auth",
  "app.allowAllAfterAuth",
  "app.oauthMetadataURL",
  "app.adminEmail",
  "app.tokenExpires",
  "app.authExpires",
  "app.allowedImagePrefixes.*",
  "didFinder.*.enabled",
  "transformer.autoscaler.*",
  "transformer.cachePrefix",
  // Rules about transformers read these from the values.
  "transformer.cpuLimit",
  "transformer.cpuRequest",
  "transformer.memoryLimit",
  "transformer.memoryRequest",
  "transformer.priorityClassName",
  "objectStore.enabled",
  { key: "objectStore.internal", only: /^false$/ },
  "objectStore.publicURL",
  "objectStore.useTLS",
  "objectStore.publicClientUseTLS",
  "postgresql.global.postgresql.auth.database",
  "postgresql.global.postgresql.auth.existingSecret",
  "postgresql.global.postgresql.auth.secretKeys.*",
  { key: "postgresql.primary.podSecurityContext.fsGroupChangePolicy", only: /^(OnRootMismatch|Always)$/ },
  "rabbitmq.auth.existingErlangSecret",
  "rabbitmq.auth.existingPasswordSecret",
  "rabbitmq.extraConfiguration",
  { key: "rabbitmq.podSecurityContext.fsGroupChangePolicy", only: /^(OnRootMismatch|Always)$/ },
  // With them the chart adds pods and objects that the description does not tell.
  { key: "rabbitmq.volumePermissions.enabled", only: /^false$/ },
  { key: "app.ingress.enabled", only: /^false$/ },
  { key: "logging.logstash.enabled", only: /^false$/ },
  { key: "monitoring.enabled", only: /^false$/ },
  { key: "x509Secrets.initImage", only: EXACT_IMAGE },
  "x509Secrets.vomsOrg",
];
