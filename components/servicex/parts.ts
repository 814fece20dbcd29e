import { servicex as servicexChart } from "../charts/servicex";
import { choose } from "../choose";
import type { Manifest } from "../manifest";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import { TRAEFIK_PORTS } from "../platform/ports";
import { hostRoutePart, type PublicIngress } from "../platform/public-ingress";
import { PHASE_READY } from "../storage/protection";
import type { S3Endpoint } from "../storage/s3-endpoint";
import type { Flow } from "../tenancy/flows";
import { portOf } from "../url";
import { APP_CONTAINER_PORT, APP_SERVICE_PORT, SOURCES_PORTS } from "./ports";
import type { ServiceX, ServiceXSettings } from "./settings";
import { servicexValues, TRANSFORMER } from "./values";

export interface ServiceXParts extends ConcernParts {
  readonly app?: Part;
  /** The public name, where users from outside may come. */
  readonly route?: Part;
}

/** What ServiceX takes from other concerns. */
export interface ServiceXFacts {
  readonly namespace: string;
  readonly experiment: string;
  /** StorageClass of its database and broker. */
  readonly blockClass: string;
  /** Undefined at a site without a store: such a site file is refused, and nothing can be installed. */
  readonly objectStore: S3Endpoint | undefined;
  /** `host:port` of the cache; undefined where the site has none. */
  readonly cache: string | undefined;
  readonly ingress: PublicIngress;
}

export function servicexParts(servicex: ServiceX, facts: ServiceXFacts): ServiceXParts {
  return choose(servicex, { servicex: (settings) => partsFor(settings, facts), none: () => ({}) });
}

/** Name of the Helm release; the chart's objects are called after it. */
const RELEASE = "servicex";

/** Service before the app. */
export const APP_SERVICE = `${RELEASE}-servicex-app`;

/** Secret with the keys of its user of the object store. */
export const S3_KEYS_SECRET = "rgw-servicex";

function partsFor(settings: ServiceXSettings, facts: ServiceXFacts): ServiceXParts {
  const { namespace, objectStore, ingress } = facts;
  const metadata = choose(settings.auth, { oidc: ({ metadataUrl }) => [portOf(metadataUrl)], internal: () => [] });
  const app = part("servicex", {
    ...(objectStore && {
      releases: { chart: { chart: servicexChart, release: RELEASE, values: servicexValues(settings, { ...facts, objectStore }) } },
      objects: { "s3-user": objectStoreUser(settings, namespace, objectStore) },
    }),
    onRequest: { pods: [{ resources: TRANSFORMER, count: settings.transformers.max * settings.transformers.requests }], claims: [] },
    flows: [
      toApiServer("servicex"),
      { from: "hub", to: "servicex", ports: [APP_CONTAINER_PORT] },
      { from: "servicex", to: "anywhere", ports: [...SOURCES_PORTS, ...metadata] },
      ...choose(ingress.ingress, {
        traefik: (): readonly Flow[] => [{ from: "servicex", to: "traefik", ports: [TRAEFIK_PORTS.websecure] }],
        routes: () => [],
      }),
    ],
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
      containerPort: APP_CONTAINER_PORT,
    },
    ingress,
  );
}

/**
 * A user of the store whose keys are made here. Not an ObjectBucketClaim: ServiceX makes a bucket a request, and a claim's user may own one
 * (https://rook.io/docs/rook/latest-release/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/).
 */
function objectStoreUser({ objects }: ServiceXSettings, namespace: string, { store, clusterNamespace }: S3Endpoint): Manifest {
  return {
    apiVersion: "ceph.rook.io/v1",
    kind: "CephObjectStoreUser",
    metadata: { name: "servicex", namespace, annotations: PHASE_READY },
    spec: {
      store,
      clusterNamespace,
      displayName: "ServiceX",
      quotas: { maxBuckets: 100000, maxSize: objects.maxSize },
      keys: [{ accessKeyRef: { name: S3_KEYS_SECRET, key: "accesskey" }, secretKeyRef: { name: S3_KEYS_SECRET, key: "secretkey" } }],
    },
  };
}
