import type { ServiceXValues } from "../charts/servicex";
import { resources } from "../workloads/kit";
import type { S3Endpoint } from "../storage/s3-endpoint";
import { CODE_GENERATORS, type ServiceXSettings } from "./settings";

/** What the values take from other concerns. */
export interface ServiceXValuesFacts {
  readonly experiment: string;
  /** StorageClass of its database and broker. */
  readonly blockClass: string;
  readonly objectStore: S3Endpoint;
  /** `host:port` of the cache; undefined where the site has none. */
  readonly cache: string | undefined;
}

/** One transformer pod. */
export const TRANSFORMER = resources("1", "2Gi");

/** Name of the Secret with all of the chart's credentials. */
export const SECRET = "servicex-secrets";

/** Values of ServiceX; upstream defaults that a facility must refuse are all overridden here (guide servicex.md §6). */
export function servicexValues(
  settings: ServiceXSettings,
  { experiment, blockClass, objectStore, cache }: ServiceXValuesFacts,
): ServiceXValues {
  const { auth, codeGenerators, transformers } = settings;
  const persistence = (size: string) => ({ enabled: true as const, storageClass: blockClass, size });
  return {
    secrets: SECRET,
    noCerts: true,
    app: {
      replicas: 1,
      auth: auth.kind === "oidc",
      allowAllAfterAuth: auth.kind === "oidc",
      ...(auth.kind === "oidc" && { oauthMetadataURL: auth.metadataUrl }),
      adminEmail: settings.adminEmail,
      tokenExpires: true,
      checksImage: "docker.io/library/busybox:1.37.0",
      allowedImagePrefixes: settings.allowedImages,
      ingress: { enabled: false },
      resources: resources("250m", "512Mi", "1Gi"),
    },
    // ATLAS generators are on by default, so each is switched by name.
    codeGen: Object.fromEntries(
      CODE_GENERATORS.map((name) => [name, { enabled: codeGenerators.includes(name), resources: resources("50m", "128Mi", "256Mi") }]),
    ),
    didFinder: { CERNOpenData: { enabled: true }, xrootd: { enabled: true }, rucio: { enabled: false } },
    transformer: {
      autoscaler: { enabled: true, minReplicas: 1, maxReplicas: transformers.max },
      cpuLimit: Number(TRANSFORMER.requests.cpu),
      memoryLimit: TRANSFORMER.limits.memory,
      // Pasted into Python as it stands: quotes are part of the value, and no cache is the word None.
      cachePrefix: cache === undefined ? "None" : `'${cache}'`,
    },
    objectStore: {
      enabled: true,
      internal: false,
      // Without a scheme: with one, every URL that the app builds is broken
      // (https://github.com/ssl-hep/ServiceX/blob/develop/servicex_app/servicex_app/object_store_manager.py).
      publicURL: `${objectStore.host}:${objectStore.port}`,
      useTLS: objectStore.tls,
      publicClientUseTLS: objectStore.tls,
    },
    postgres: { enabled: true },
    postgresql: {
      // The free images moved there in 2025 (guide servicex.md §2).
      image: { repository: "bitnamilegacy/postgresql" },
      global: {
        postgresql: { auth: { database: "servicex", existingSecret: SECRET, secretKeys: { adminPasswordKey: "postgresql-password" } } },
      },
      primary: { persistence: persistence(settings.database.size), resources: resources("250m", "512Mi", "1Gi") },
    },
    rabbitmq: {
      image: { repository: "bitnamilegacy/rabbitmq" },
      auth: { existingPasswordSecret: SECRET, existingErlangSecret: SECRET },
      persistence: persistence(settings.broker.size),
      volumePermissions: { enabled: false },
      resources: resources("250m", "512Mi", "1Gi"),
      // Milliseconds; with less, a long file is delivered twice.
      extraConfiguration: "consumer_timeout = 3600000",
    },
    logging: { logstash: { enabled: false } },
    monitoring: { enabled: false },
    x509Secrets: { initImage: "docker.io/library/alpine:3.22.1", vomsOrg: experiment },
  };
}
