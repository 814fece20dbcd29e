import type { ServiceXValues } from "../charts/servicex";
import { millicores } from "../../capacity/quantity";
import { GROUP_ONCE, resources } from "../workloads/kit";
import type { PriorityClassName } from "../platform/priority-classes";
import type { S3Endpoint } from "../storage/s3-endpoint";
import { CODE_GENERATORS, type InstalledServiceX } from "./settings";
import { transformerResources } from "./transformers";

/** What the values take from other concerns. */
export interface ServiceXValuesFacts {
  readonly experiment: string;
  /** Name of the StorageClass of its database and broker. */
  readonly blockClass: string;
  readonly objectStore: S3Endpoint;
  /** `host:port` of the cache; undefined if the site has no cache. */
  readonly cache: string | undefined;
  /** Priority class of transformers. */
  readonly taskPriority: PriorityClassName;
}

/** Seconds for which an access token is good: six hours, the chart's default. */
const ACCESS_TOKEN_SECONDS = 6 * 3600;

/**
 * Image of the init containers that wait for the database and for the app. The chart gives them no command, so the image itself must wait. It
 * is the chart's own image at the newest exact tag that its builds have pushed; the chart names the tag of a branch
 * (https://github.com/ncsa/checks/blob/1.0.1/checks.json).
 */
const CHECKS_IMAGE = "docker.io/ncsa/checks:1.0.1";

/** Name of the Secret with all credentials that the chart reads. */
export const SECRET = "servicex-secrets";

/**
 * Keys of {@link SECRET}. A pod does not start if a key is missing that its chart names
 * (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/deployment.yaml); `globusClientID` and `globusClientSecret` are
 * the names up to 1.5 of the client's account at the login provider.
 */
export const SECRET_KEYS = [
  ...(["accesskey", "secretkey", "flaskSecretKey", "jwtSecretKey"] as const),
  ...(["rabbitmq-password", "rabbitmq-erlang-cookie", "postgresql-password"] as const),
  ...(["oauthMetadataURL", "oauthClientID", "oauthClientSecret", "globusClientID", "globusClientSecret"] as const),
  ...(["mailgunAPIKey", "slackSigningSecret", "slackSignupWebhook"] as const),
] as const;

/**
 * Values of ServiceX. They override every default of the chart that is unsafe at a facility (docs/sources.md, Unsafe defaults of ServiceX).
 * docs/sources.md, Resources of charts, says how the figures were chosen.
 */
export function servicexValues(
  settings: InstalledServiceX,
  { experiment, blockClass, objectStore, cache, taskPriority }: ServiceXValuesFacts,
): ServiceXValues {
  const { auth, codeGenerators, transformers } = settings;
  const transformer = transformerResources(transformers);
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
      tokenExpires: false,
      authExpires: ACCESS_TOKEN_SECONDS,
      checksImage: CHECKS_IMAGE,
      allowedImagePrefixes: settings.allowedImages,
      ingress: { enabled: false },
      resources: resources("250m", "512Mi", "1Gi"),
    },
    // The chart switches ATLAS' generators on, so the values switch every generator on or off by name.
    codeGen: Object.fromEntries(
      CODE_GENERATORS.map((name) => [name, { enabled: codeGenerators.includes(name), resources: resources("50m", "128Mi", "256Mi") }]),
    ),
    didFinder: {
      CERNOpenData: { enabled: true },
      xrootd: { enabled: true },
      rucio: { enabled: false },
      atlasopenmagic: { enabled: false },
    },
    transformer: {
      autoscaler: { enabled: true, minReplicas: 1, maxReplicas: transformers.max },
      priorityClassName: taskPriority,
      // The app pastes this value into Python, where 500m is no number.
      cpuLimit: Number(millicores(transformer.limits.cpu)) / 1000,
      memoryLimit: transformer.limits.memory,
      cpuRequest: transformer.requests.cpu,
      memoryRequest: transformer.requests.memory,
      // The app pastes this text into Python, so the quotes belong to the value, and None means no cache.
      cachePrefix: cache === undefined ? "None" : `'${cache}'`,
    },
    objectStore: {
      enabled: true,
      internal: false,
      // The app adds a scheme itself, so this text must have none
      // (https://github.com/ssl-hep/ServiceX/blob/develop/servicex_app/servicex_app/object_store_manager.py).
      publicURL: `${objectStore.host}:${objectStore.port}`,
      useTLS: objectStore.tls,
      publicClientUseTLS: objectStore.tls,
    },
    postgres: { enabled: true },
    postgresql: {
      // Bitnami moved its free images to this repository in 2025 (https://github.com/bitnami/charts/issues/35164).
      image: { repository: "bitnamilegacy/postgresql" },
      global: {
        postgresql: { auth: { database: "servicex", existingSecret: SECRET, secretKeys: { adminPasswordKey: "postgresql-password" } } },
      },
      primary: {
        persistence: persistence(settings.database.size),
        resources: resources("250m", "512Mi", "1Gi"),
        podSecurityContext: GROUP_ONCE,
      },
    },
    rabbitmq: {
      image: { repository: "bitnamilegacy/rabbitmq" },
      auth: { existingPasswordSecret: SECRET, existingErlangSecret: SECRET },
      persistence: persistence(settings.broker.size),
      volumePermissions: { enabled: false },
      resources: resources("250m", "512Mi", "1Gi"),
      podSecurityContext: GROUP_ONCE,
      // In milliseconds, the chart's default of an hour. With less, RabbitMQ delivers a file again whose transformation takes long.
      extraConfiguration: "consumer_timeout = 3600000",
    },
    logging: { logstash: { enabled: false } },
    monitoring: { enabled: false },
    x509Secrets: { initImage: "docker.io/library/alpine:3.22.1", vomsOrg: experiment },
  };
}
