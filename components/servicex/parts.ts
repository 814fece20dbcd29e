import { servicex as servicexChart } from "../charts/servicex";
import { choose } from "../choose";
import type { Manifest } from "../manifest";
import { USER_SERVERS } from "../hub/pods";
import { part, type ConcernParts, type Part } from "../parts";
import type { PriorityClassName } from "../platform/priority-classes";
import { toApiServer } from "../platform/parts";
import { HTTPS_PORT } from "../platform/ports";
import { hostRoutePart, toPublicNames, type PublicIngress } from "../platform/public-ingress";
import { rookObject } from "../storage/rook-object";
import type { S3Endpoint } from "../storage/s3-endpoint";
import { flowsBetween } from "../tenancy/flows";
import { portOf } from "../url";
import { generatorPods, SERVICEX_PODS } from "./pods";
import { APP_CONTAINER_PORT, APP_SERVICE_PORT, BROKER_PORTS, DATABASE_PORT, SOURCES_PORTS } from "./ports";
import { SERVICEX_RELEASE } from "./release";
import type { ServiceXSettings, InstalledServiceX } from "./settings";
import { transformerPods } from "./transformers";
import { servicexValues } from "./values";

/** The parts of ServiceX that a site has. */
export interface ServiceXParts extends ConcernParts {
  readonly app?: Part;
  /** The public host name; undefined if only the hub's namespace reaches ServiceX. */
  readonly route?: Part;
}

/** What ServiceX takes from other concerns. */
export interface ServiceXFacts {
  readonly namespace: string;
  readonly experiment: string;
  /** Name of the StorageClass of its database and broker. */
  readonly blockClass: string;
  /** Undefined at a site without an object store. The checks refuse such a site file, and the part then installs nothing. */
  readonly objectStore: S3Endpoint | undefined;
  /** `host:port` of the cache; undefined if the site has no cache. */
  readonly cache: string | undefined;
  /** Priority class of transformers; undefined for none. */
  readonly taskPriority: PriorityClassName;
  readonly ingress: PublicIngress;
}

/** The parts of ServiceX that a site has. */
export function servicexParts(servicex: ServiceXSettings, facts: ServiceXFacts): ServiceXParts {
  return choose(servicex, { servicex: (settings) => partsFor(settings, facts), none: () => ({}) });
}

/** Name of the Service of the app. */
export const APP_SERVICE = `${SERVICEX_RELEASE}-servicex-app`;

/** Name of the Secret with the keys of ServiceX' user of the object store. */
export const S3_KEYS_SECRET = "rgw-servicex";

function partsFor(settings: InstalledServiceX, facts: ServiceXFacts): ServiceXParts {
  const { namespace, objectStore, ingress } = facts;
  const pods = SERVICEX_PODS;
  const generators = settings.codeGenerators.map(generatorPods);
  const internalUsers = choose(settings.auth, { oidc: () => [], internal: () => [USER_SERVERS] });
  const metadata = choose(settings.auth, { oidc: ({ metadataUrl }) => [portOf(metadataUrl)], internal: () => [] });
  const app = part("servicex", {
    ...(objectStore && {
      releases: { chart: { chart: servicexChart, release: SERVICEX_RELEASE, values: servicexValues(settings, { ...facts, objectStore }) } },
      objects: { "s3-user": objectStoreUser(settings, namespace, objectStore) },
    }),
    onRequest: { pods: [transformerPods(settings.transformers)], claims: [] },
    flows: [
      toApiServer(pods.app),
      { from: pods.app, to: "outside", ports: [HTTPS_PORT, ...metadata] },
      { from: pods.app, to: pods.database, ports: [DATABASE_PORT] },
      ...flowsBetween([pods.app], generators, [APP_CONTAINER_PORT]),
      ...flowsBetween([...pods.finders, pods.transformers, ...internalUsers], [pods.app], [APP_CONTAINER_PORT]),
      ...flowsBetween([pods.app, ...pods.finders, pods.transformers], [pods.broker], [BROKER_PORTS.amqp]),
      ...flowsBetween([...pods.finders, pods.transformers], ["outside"], SOURCES_PORTS),
      // The app and the transformers use the object store by its public name.
      ...[pods.app, pods.transformers].map((from) => toPublicNames(from, ingress)),
    ],
    pods: [pods.app, ...generators, ...pods.finders, pods.database, pods.broker, pods.transformers],
  });
  if (settings.auth.kind !== "oidc" || settings.host === undefined) return { app };
  return { app, route: routePart(settings.host, namespace, ingress) };
}

function routePart(host: string, namespace: string, ingress: PublicIngress): Part {
  return hostRoutePart(
    {
      name: "servicex",
      role: "servicex",
      namespace,
      host,
      title: "ServiceX",
      service: APP_SERVICE,
      port: { number: APP_SERVICE_PORT, name: "http" },
      pods: SERVICEX_PODS.app,
      containerPort: APP_CONTAINER_PORT,
    },
    ingress,
  );
}

/**
 * Buckets that the user of the object store may own: 100 times the default of a Rados gateway
 * (https://docs.ceph.com/en/latest/radosgw/config-ref/, rgw_user_max_buckets). ServiceX makes a bucket for each request; we chose a number
 * that years of requests do not reach. The quota of bytes is what bounds the user.
 */
const MAX_BUCKETS = 100_000;

/**
 * A user of the object store whose keys the component generates. An ObjectBucketClaim would not do: ServiceX makes a bucket for each
 * request, and the user of a claim may own one bucket
 * (https://rook.io/docs/rook/latest-release/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/).
 */
function objectStoreUser({ objects }: InstalledServiceX, namespace: string, { store, clusterNamespace }: S3Endpoint): Manifest {
  return rookObject(
    "CephObjectStoreUser",
    { name: "servicex", namespace },
    {
      store,
      clusterNamespace,
      displayName: "ServiceX",
      quotas: { maxBuckets: MAX_BUCKETS, maxSize: objects.maxSize },
      keys: [{ accessKeyRef: { name: S3_KEYS_SECRET, key: "accesskey" }, secretKeyRef: { name: S3_KEYS_SECRET, key: "secretkey" } }],
    },
  );
}
