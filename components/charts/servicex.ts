import type { Chart } from "./chart";
import { claimSpec, deployment, job, oneAtATime, statefulSet, type Resources } from "../workloads/kit";

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
    readonly primary: { readonly persistence: Persistence; readonly resources: Resources };
  };
  readonly rabbitmq: {
    readonly image: { readonly repository: string };
    readonly auth: { readonly existingPasswordSecret: string; readonly existingErlangSecret: string };
    readonly persistence: Persistence;
    readonly volumePermissions: { readonly enabled: false };
    readonly resources: Resources;
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

/**
 * ServiceX (https://github.com/ssl-hep/ServiceX/tree/develop/helm/servicex). It starts transformers for each request, so the chart does not
 * run them. The names of the images of code generators and DID finders follow chart 1.5.3, the newest whose templates were available to us.
 */
export const servicex: Chart<ServiceXValues> = {
  name: "servicex",
  repository: "https://ssl-hep.github.io/ssl-helm-charts",
  version: "1.8.5",
  crdGroups: [],
  workloads: ({ name, namespace, values }) => {
    const { app, codeGen, didFinder, postgresql, rabbitmq, noCerts } = values;
    const finders = [...(didFinder.CERNOpenData.enabled ? ["cernopendata"] : []), ...(didFinder.xrootd.enabled ? ["xrootd"] : [])];
    return [
      deployment({
        name: `${name}-servicex-app`,
        namespace,
        replicas: app.replicas,
        containers: [{ name: "app", image: `sslhep/servicex_app:${tag}`, resources: app.resources }],
        pod: { initContainers: [{ name: "check-postgresql", image: app.checksImage }] },
      }),
      ...Object.entries(codeGen)
        .filter(([, { enabled }]) => enabled)
        .map(([generator, { resources }]) =>
          deployment({
            name: `${name}-code-gen-${generator}`,
            namespace,
            containers: [
              {
                name: "code-gen",
                image: `sslhep/servicex_code_gen_${generator.replaceAll("-", "_")}:${tag}`,
                ...(resources && { resources }),
              },
            ],
          }),
        ),
      ...finders.map((finder) =>
        deployment({
          name: `${name}-did-finder-${finder}`,
          namespace,
          containers: [{ name: "did-finder", image: `sslhep/servicex-did-finder-${finder}:${tag}` }],
          pod: { initContainers: [{ name: "check-url", image: app.checksImage }] },
        }),
      ),
      statefulSet({
        name: `${name}-postgresql`,
        namespace,
        containers: [
          { name: "postgresql", image: `docker.io/${postgresql.image.repository}:16.4.0`, resources: postgresql.primary.resources },
        ],
        claims: { data: claimSpec(postgresql.primary.persistence.size, postgresql.primary.persistence.storageClass) },
      }),
      statefulSet({
        name: `${name}-rabbitmq`,
        namespace,
        containers: [{ name: "rabbitmq", image: `docker.io/${rabbitmq.image.repository}:4.1.3`, resources: rabbitmq.resources }],
        claims: { data: claimSpec(rabbitmq.persistence.size, rabbitmq.persistence.storageClass) },
      }),
      // Both sub-charts are Bitnami's and make a disruption budget unless `primary.pdb.create` or `pdb.create` is false.
      oneAtATime(`${name}-postgresql`, namespace),
      oneAtATime(`${name}-rabbitmq`, namespace),
      ...(noCerts
        ? []
        : [job({ name: "x509-secrets-init", namespace, containers: [{ name: "x509", image: `sslhep/x509-secrets:${tag}` }] })]),
    ];
  },
};
