import type { V1Container, V1EnvVar, V1PodSpec } from "@kubernetes/client-node";
import { fullName, ofServices, type Chart } from "./chart";
import { deployment, loadBalancer, type Resources } from "../workloads/kit";
import { placed, POD } from "./placement";
import type { Manifest } from "../manifest";
import { withDefaults } from "./values";

interface Bounded {
  readonly request: number;
  readonly limit: number;
}

/** Cores, and memory in bytes. */
interface PodBounds {
  readonly cores: Bounded;
  readonly memory: Bounded;
}

/** What else the pods of a cluster have; the chart merges both into the pods that it starts. */
interface ClusterPodConfig {
  readonly extraPodConfig?: { readonly priorityClassName: string };
  readonly extraContainerConfig?: Pick<V1Container, "securityContext">;
}

/** The part of the chart's values that this project sets. The chart's own schema refuses keys that it does not know. */
export interface DaskGatewayValues {
  /** Accounts that exist; for each the chart makes no account and no right. */
  readonly rbac: Readonly<Record<"gateway" | "controller" | "traefik", { readonly serviceAccountName: string }>>;
  readonly gateway: {
    readonly replicas: number;
    /** Path whose requests the hub's proxy forwards to the gateway. */
    readonly prefix: string;
    readonly resources: Resources;
    readonly image?: { readonly name: string; readonly tag: string };
    readonly env?: readonly V1EnvVar[];
    readonly auth: { readonly type: "jupyterhub"; readonly jupyterhub: { readonly apiUrl: string } };
    readonly backend: {
      readonly image: { readonly name: string; readonly tag: string };
      /** What programs find in the environment of schedulers and workers. */
      readonly environment: Readonly<Record<string, string>>;
      readonly scheduler: PodBounds & ClusterPodConfig;
      readonly worker: PodBounds & ClusterPodConfig;
    };
    /** Python code by name, which the gateway runs in the order of the names. */
    readonly extraConfig: Readonly<Record<string, string>>;
  };
  readonly controller: { readonly resources: Resources };
  readonly traefik: {
    readonly replicas: number;
    readonly resources: Resources;
    /** What its Traefik is told after the chart's own arguments. */
    readonly additionalArguments: readonly string[];
    readonly service: {
      readonly type: "LoadBalancer";
      readonly annotations: Readonly<Record<string, string>>;
      /** Dask's TLS and the web share one port; the proxy tells them apart by SNI. */
      readonly ports: { readonly web: { readonly port: number }; readonly tcp: { readonly port: "web" } };
    };
  };
}

const version = "2026.3.0";

/** Keys of a pod of a cluster. */
const CLUSTER_POD = {
  cores: { request: null as number | null, limit: null as number | null },
  memory: { request: null as number | string | null, limit: null as number | string | null },
  extraContainerConfig: {} as Omit<Partial<V1Container>, "name">,
  extraPodConfig: {} as Partial<V1PodSpec>,
};

/** The chart makes an account, with rights in the whole cluster. */
const NO_ACCOUNT = { serviceAccountName: null as string | null };

/**
 * The chart's own values, as far as they decide what runs
 * (https://github.com/dask/dask-gateway/blob/2026.3.0/resources/helm/dask-gateway/values.yaml).
 */
const DEFAULTS = {
  rbac: { gateway: NO_ACCOUNT, controller: NO_ACCOUNT, traefik: NO_ACCOUNT },
  gateway: {
    ...POD,
    replicas: 1,
    image: { name: "ghcr.io/dask/dask-gateway-server", tag: version },
    backend: {
      image: { name: "ghcr.io/dask/dask-gateway", tag: version },
      environment: {} as Readonly<Record<string, string>>,
      scheduler: CLUSTER_POD,
      worker: CLUSTER_POD,
    },
  },
  controller: { ...POD, enabled: true, image: { name: "ghcr.io/dask/dask-gateway-server", tag: version } },
  traefik: {
    ...POD,
    replicas: 1,
    // The chart pins this release of Traefik and passes arguments that it understands.
    image: { name: "docker.io/traefik", tag: "3.3.5" },
    securityContext: { runAsUser: 1000, runAsGroup: 1000 },
    service: {
      type: "LoadBalancer",
      annotations: {} as Readonly<Record<string, string>>,
      ports: { web: { port: 80 as number }, tcp: { port: "web" as string | number } },
    },
  },
};

/** What the names of the chart's objects begin with, by what its values call the programs. */
const OWN_NAMES = { gateway: "api", controller: "controller", traefik: "traefik" } as const;

/** Port on which Traefik takes TLS of Dask where it is not that of the web. */
const TCP_PORT = 8786;

/**
 * Dask Gateway (https://github.com/dask/dask-gateway/tree/2026.3.0/resources/helm/dask-gateway): the server, the controller that makes
 * clusters, and a proxy in front of both. Schedulers and workers belong to clusters, so the chart does not run them.
 */
export const daskGateway: Chart<DaskGatewayValues> = {
  name: "dask-gateway",
  repository: "https://helm.dask.org",
  version,
  crdGroups: ["gateway.dask.org", "traefik.io"],
  tolerations: [
    ...ofServices("gateway.tolerations", "controller.tolerations", "traefik.tolerations"),
    { key: "gateway.backend.scheduler.extraPodConfig.tolerations", hosts: "users" },
    { key: "gateway.backend.worker.extraPodConfig.tolerations", hosts: "users" },
  ],
  configuration: [
    "gateway.auth.jupyterhub.apiToken",
    "gateway.auth.jupyterhub.apiUrl",
    // Rules about clusters read these from the values.
    "gateway.backend.scheduler.extraPodConfig.priorityClassName",
    "gateway.backend.worker.extraPodConfig.priorityClassName",
    // With `simple` anybody is whoever they say.
    { key: "gateway.auth.type", only: /^jupyterhub$/ },
    "gateway.env.*.name",
    "gateway.env.*.value",
    // Code can give clusters any pod, which nobody can read here.
    { key: "gateway.extraConfig.*", only: /^(?![^]*(?:KubeClusterConfig|pod_config|container_config))/ },
    "gateway.prefix",
    // Other arguments could open an API, or another way in.
    {
      key: "traefik.additionalArguments.*",
      only: /^--providers\.kubernetescrd\.(namespaces=[a-z0-9-]+|allowcrossnamespace=false|disableclusterscoperesources=true)$/,
    },
  ],
  secretValues: ["gateway.auth.jupyterhub.apiToken"],
  startedPods: ({ name, namespace, values }) => clusterPods(name, namespace, withDefaults(DEFAULTS, values).gateway.backend),
  workloads: ({ name, namespace, values: given }) => {
    const { rbac, gateway, controller, traefik } = withDefaults(DEFAULTS, given);
    const whole = fullName(name, "dask-gateway");
    const pod = (component: keyof typeof rbac, values: Omit<typeof POD, "resources">) => ({
      namespace,
      selector: {
        "app.kubernetes.io/name": "dask-gateway",
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/component": component,
      },
      labels: { "gateway.dask.org/instance": name, ...(component === "gateway" && { "hub.jupyter.org/network-access-hub": "true" }) },
      pod: { ...placed(values), serviceAccountName: rbac[component].serviceAccountName ?? `${OWN_NAMES[component]}-${whole}` },
    });
    const image = ({ image: { name: repository, tag } }: Pick<typeof gateway, "image">) => `${repository}:${tag}`;
    const { ports, type, annotations } = traefik.service;
    const proxy = pod("traefik", traefik);
    const separate = ports.tcp.port !== "web";
    return [
      deployment({
        name: `api-${whole}`,
        replicas: gateway.replicas,
        containers: [
          { name: "gateway", image: image(gateway), resources: gateway.resources, ports: [{ name: "api", containerPort: 8000 }] },
        ],
        ...pod("gateway", gateway),
      }),
      ...(controller.enabled
        ? [
            deployment({
              name: `controller-${whole}`,
              recreate: true,
              containers: [
                {
                  name: "controller",
                  image: image(controller),
                  resources: controller.resources,
                  ports: [{ name: "api", containerPort: 8000 }],
                },
              ],
              ...pod("controller", controller),
            }),
          ]
        : []),
      deployment({
        name: `traefik-${whole}`,
        replicas: traefik.replicas,
        containers: [
          {
            name: "traefik",
            image: image(traefik),
            resources: traefik.resources,
            securityContext: traefik.securityContext,
            ports: [
              { name: "traefik", containerPort: 9000 },
              { name: "web", containerPort: 8000 },
              ...(separate ? [{ name: "tcp", containerPort: TCP_PORT }] : []),
            ],
          },
        ],
        ...proxy,
      }),
      ...(type === "LoadBalancer"
        ? [
            loadBalancer(`traefik-${whole}`, namespace, {
              ports: [
                { name: "web", port: ports.web.port, targetPort: 8000 },
                ...(separate ? [{ name: "tcp", port: Number(ports.tcp.port), targetPort: TCP_PORT }] : []),
              ],
              annotations,
              selector: proxy.selector,
            }),
          ]
        : []),
    ];
  },
};

/**
 * Templates of the scheduler and of the workers of a cluster (files/gateway-config.py of the chart, and make_pod in
 * https://github.com/dask/dask-gateway/blob/2026.3.0/dask-gateway-server/dask_gateway_server/backends/kubernetes/controller.py).
 */
function clusterPods(release: string, namespace: string, backend: (typeof DEFAULTS)["gateway"]["backend"]): readonly Manifest[] {
  return (["scheduler", "worker"] as const).map((component) => {
    const { cores, memory, extraContainerConfig, extraPodConfig } = backend[component];
    const amounts = (which: "request" | "limit") => ({
      ...(cores[which] !== null && { cpu: cores[which] }),
      ...(memory[which] !== null && { memory: typeof memory[which] === "string" ? gatewayMemory(memory[which]) : memory[which] }),
    });
    return {
      apiVersion: "v1",
      kind: "PodTemplate",
      metadata: { name: `dask-${component}`, namespace },
      template: {
        metadata: { labels: { "gateway.dask.org/instance": release, "app.kubernetes.io/component": `dask-${component}` } },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: `dask-${component}`,
              image: `${backend.image.name}:${backend.image.tag}`,
              env: Object.entries(backend.environment).map(([name, value]) => ({ name, value })),
              resources: { requests: amounts("request"), limits: amounts("limit") },
              ...extraContainerConfig,
            },
          ],
          ...extraPodConfig,
        },
      },
    };
  });
}

/** Dask Gateway counts memory in powers of 2, so that its `2 G` is what Kubernetes writes `2Gi` (MemoryLimit in dask_gateway_server/traitlets.py). */
function gatewayMemory(memory: string): string {
  return memory.replace(/\s*([KMGT])$/, "$1i");
}
