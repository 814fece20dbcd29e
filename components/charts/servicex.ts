import type { Chart } from "./chart";
import { claimSpec, type ContainerLimits, deployment, type GROUP_ONCE, oneAtATime, statefulSet, type Resources } from "../workloads/kit";
import { CONFIGURATION } from "./servicex-configuration";
import { withDefaults } from "./values";

interface CodeGenerator {
  readonly enabled: boolean;
  readonly resources?: Resources;
}

/**
 * The part of the chart's values that this project sets. The chart has no schema, so the keys are those of its values
 * (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/values.yaml).
 */
export interface ServiceXValues {
  readonly secrets: string;
  readonly noCerts: boolean;
  readonly app: {
    readonly replicas: number;
    readonly auth: boolean;
    readonly allowAllAfterAuth: boolean;
    readonly oauthMetadataURL?: string;
    readonly adminEmail: string;
    /**
     * False, with which the token that a client exchanges for access tokens has no end. The chart takes a switch alone and writes its true
     * into Python, where it is no word, so no value of the chart names an end
     * (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/configmap.yaml).
     */
    readonly tokenExpires: false;
    /** Seconds for which an access token is good. */
    readonly authExpires: number;
    /** Image whose own command waits for what the environment names. */
    readonly checksImage: string;
    readonly allowedImagePrefixes: readonly string[];
    readonly ingress: { readonly enabled: false };
    readonly resources: Resources;
  };
  readonly codeGen: Readonly<Record<string, CodeGenerator>>;
  readonly didFinder: {
    readonly CERNOpenData: { readonly enabled: boolean };
    readonly xrootd: { readonly enabled: boolean };
    readonly rucio: { readonly enabled: false };
    /** Finds open data of ATLAS; the chart switches it on. */
    readonly atlasopenmagic: { readonly enabled: false };
  };
  readonly transformer: {
    readonly autoscaler: { readonly enabled: true; readonly minReplicas: number; readonly maxReplicas: number };
    /** CPUs; a bare number. */
    readonly cpuLimit: number;
    readonly memoryLimit: string;
    readonly cpuRequest: string;
    readonly memoryRequest: string;
    readonly cachePrefix: string;
    readonly priorityClassName?: string;
  };
  /** Always an object store outside the chart: the MinIO that it bundles is no longer maintained (https://github.com/minio/minio). */
  readonly objectStore: {
    readonly enabled: true;
    readonly internal: false;
    readonly publicURL: string;
    readonly useTLS: boolean;
    readonly publicClientUseTLS: boolean;
  };
  readonly postgres: { readonly enabled: true };
  readonly postgresql: {
    readonly image: { readonly repository: string };
    readonly global: {
      readonly postgresql: {
        readonly auth: {
          readonly database: string;
          readonly existingSecret: string;
          readonly secretKeys: { readonly adminPasswordKey: string };
        };
      };
    };
    readonly primary: {
      readonly persistence: Persistence;
      readonly resources: Resources;
      /** The sub-chart adds its own group, as that of RabbitMQ does. */
      readonly podSecurityContext: typeof GROUP_ONCE;
    };
  };
  readonly rabbitmq: {
    readonly image: { readonly repository: string };
    readonly auth: { readonly existingPasswordSecret: string; readonly existingErlangSecret: string };
    readonly persistence: Persistence;
    readonly volumePermissions: { readonly enabled: false };
    readonly resources: Resources;
    readonly podSecurityContext: typeof GROUP_ONCE;
    readonly extraConfiguration: string;
  };
  readonly logging: { readonly logstash: { readonly enabled: false } };
  readonly monitoring: { readonly enabled: false };
  readonly x509Secrets: { readonly initImage: string; readonly vomsOrg: string };
}

interface Persistence {
  readonly enabled: true;
  readonly storageClass: string;
  readonly size: string;
}

const tag = "v1.8.5";

interface CodeGeneratorRead {
  readonly enabled: boolean;
  readonly resources?: ContainerLimits;
}

/** What a database or a broker of a sub-chart keeps. */
const VOLUME = { enabled: true, storageClass: null as string | null, size: "8Gi", accessModes: ["ReadWriteOnce"] };

/**
 * The chart's own values, as far as they decide what runs
 * (https://github.com/ssl-hep/ServiceX/blob/v1.5.3/helm/servicex/values.yaml, the newest whose templates were available to us).
 */
const DEFAULTS = {
  noCerts: false,
  app: { replicas: 1, checksImage: "ncsa/checks:latest", resources: {} as ContainerLimits },
  codeGen: {
    atlasr21: { enabled: true },
    atlasr22: { enabled: true },
    "cmssw-5-3-32": { enabled: true },
    python: { enabled: true },
    uproot: { enabled: true },
    "uproot-raw": { enabled: true },
  } as Readonly<Record<string, CodeGeneratorRead | null>>,
  didFinder: { CERNOpenData: { enabled: true }, xrootd: { enabled: true }, rucio: { enabled: true } },
  objectStore: { enabled: true, internal: true },
  postgres: { enabled: false },
  postgresql: {
    image: { repository: "bitnami/postgresql" },
    primary: { persistence: VOLUME, resources: {} as ContainerLimits, pdb: { create: true } },
  },
  rabbitmq: {
    image: { repository: "bitnami/rabbitmq" },
    persistence: { ...VOLUME, enabled: false },
    resources: {} as ContainerLimits,
    pdb: { create: true },
  },
  x509Secrets: { initImage: "alpine:3.6" },
};

/** Images of code generators whose names differ from those of the generators. */
const GENERATOR_IMAGES: Readonly<Record<string, string>> = {
  atlasr21: "func_adl_xaod",
  atlasr22: "atlas_xaod",
  "cmssw-5-3-32": "cms_aod",
  uproot: "func_adl_uproot",
  "uproot-raw": "raw_uproot",
};

/**
 * ServiceX (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex). It starts transformers for each request, so the chart does not
 * run them. The names of pods, containers and images follow chart 1.5.3.
 */
export const servicex: Chart<ServiceXValues> = {
  name: "servicex",
  repository: "https://ssl-hep.github.io/ssl-helm-charts",
  version: "1.8.5",
  crdGroups: [],
  // Its templates have none, and neither has what its app makes for a request (https://github.com/ssl-hep/ServiceX/blob/v1.8.5/servicex_app/servicex_app/transformer_manager.py).
  tolerations: undefined,
  configuration: CONFIGURATION,
  workloads: ({ name: release, namespace, values }) => {
    const { app, codeGen, didFinder, postgres, postgresql, rabbitmq, objectStore, noCerts, x509Secrets } = withDefaults(DEFAULTS, values);
    const own = (name: string) => ({ name, namespace, selector: { app: name } });
    const bundled = (application: string, component?: string) => ({
      name: `${release}-${application}`,
      namespace,
      selector: {
        "app.kubernetes.io/name": application,
        "app.kubernetes.io/instance": release,
        ...(component && { "app.kubernetes.io/component": component }),
      },
    });
    const claims = ({ enabled, size, storageClass }: typeof VOLUME) =>
      enabled ? { claims: { data: claimSpec(size, storageClass ?? undefined) } } : {};
    const budget = ({ pdb, spec }: { readonly pdb: { readonly create: boolean }; readonly spec: ReturnType<typeof bundled> }) =>
      pdb.create ? [oneAtATime(spec.name, namespace, spec.selector)] : [];
    const [database, broker, store] = [bundled("postgresql", "primary"), bundled("rabbitmq"), bundled("minio")];
    return [
      deployment({
        ...own(`${release}-servicex-app`),
        replicas: app.replicas,
        containers: [
          {
            name: `${release}-servicex-app`,
            image: `sslhep/servicex_app:${tag}`,
            resources: app.resources,
            ports: [{ containerPort: 5000 }],
          },
        ],
        pod: postgres.enabled ? { initContainers: [{ name: "check-postgresql", image: app.checksImage }] } : {},
      }),
      ...Object.entries(codeGen)
        .flatMap(([generator, given]) => (given?.enabled ? [{ generator, resources: given.resources }] : []))
        .map(({ generator, resources }) =>
          deployment({
            ...own(`${release}-code-gen-${generator}`),
            containers: [
              {
                name: `${release}-code-gen-${generator}`,
                image: `sslhep/servicex_code_gen_${GENERATOR_IMAGES[generator] ?? generator.replaceAll("-", "_")}:${tag}`,
                ...(resources && { resources }),
                ports: [{ containerPort: 5000 }],
              },
            ],
          }),
        ),
      ...(["CERNOpenData", "xrootd"] as const)
        .filter((finder) => didFinder[finder].enabled)
        .map((finder) => {
          const spec = own(`${release}-did-finder-${finder.toLowerCase()}`);
          return deployment({
            ...spec,
            containers: [{ name: spec.name, image: `sslhep/servicex-did-finder-${finder.toLowerCase()}:${tag}` }],
            pod: { initContainers: [{ name: "check-url", image: app.checksImage }] },
          });
        }),
      ...(didFinder.rucio.enabled
        ? [
            deployment({
              ...own(`${release}-did-finder-rucio`),
              containers: [{ name: "did-finder", image: `sslhep/servicex-did-finder:${tag}` }],
            }),
          ]
        : []),
      ...(postgres.enabled
        ? [
            statefulSet({
              ...database,
              containers: [
                {
                  name: "postgresql",
                  image: `docker.io/${postgresql.image.repository}:16.4.0`,
                  resources: postgresql.primary.resources,
                  ports: [{ name: "tcp-postgresql", containerPort: 5432 }],
                },
              ],
              // PostgreSQL shares memory between its processes.
              pod: { volumes: [{ name: "dshm", emptyDir: { medium: "Memory" } }] },
              ...claims(postgresql.primary.persistence),
            }),
            ...budget({ pdb: postgresql.primary.pdb, spec: database }),
          ]
        : []),
      statefulSet({
        ...broker,
        containers: [
          {
            name: "rabbitmq",
            image: `docker.io/${rabbitmq.image.repository}:4.1.3`,
            resources: rabbitmq.resources,
            ports: Object.entries({ amqp: 5672, dist: 25672, stats: 15672, epmd: 4369 }).map(([name, containerPort]) => ({
              name,
              containerPort,
            })),
          },
        ],
        ...claims(rabbitmq.persistence),
      }),
      ...budget({ pdb: rabbitmq.pdb, spec: broker }),
      ...(objectStore.enabled && objectStore.internal
        ? [
            deployment({
              ...store,
              recreate: true,
              containers: [
                {
                  name: "minio",
                  image: "docker.io/bitnami/minio:2022.12.12",
                  ports: [
                    { name: "minio-api", containerPort: 9000 },
                    { name: "minio-console", containerPort: 9001 },
                  ],
                },
              ],
            }),
          ]
        : []),
      ...(noCerts
        ? []
        : [
            deployment({
              ...own("x509-secrets"),
              containers: [{ name: "x509-secrets", image: `sslhep/x509-secrets:${tag}` }],
              pod: { initContainers: [{ name: "take-data-dir-ownership", image: x509Secrets.initImage }] },
            }),
          ]),
    ];
  },
};
