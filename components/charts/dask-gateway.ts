import type { V1EnvVar } from "@kubernetes/client-node";
import type { Chart } from "./chart";
import { deployment, loadBalancer, type Resources } from "../workloads/kit";

interface Bounded {
  readonly request: number;
  readonly limit: number;
}

/** Cores, and memory in bytes. */
interface PodBounds {
  readonly cores: Bounded;
  readonly memory: Bounded;
}

/** The part of the chart's values that this project sets. The chart's own schema refuses keys that it does not know. */
export interface DaskGatewayValues {
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
      readonly scheduler: PodBounds;
      readonly worker: PodBounds;
    };
    /** Python code by name, which the gateway runs in the order of the names. */
    readonly extraConfig: Readonly<Record<string, string>>;
  };
  readonly controller: { readonly resources: Resources };
  readonly traefik: {
    readonly replicas: number;
    readonly resources: Resources;
    readonly service: {
      readonly type: "LoadBalancer";
      readonly annotations: Readonly<Record<string, string>>;
      /** Dask's TLS and the web share one port; the proxy tells them apart by SNI. */
      readonly ports: { readonly web: { readonly port: number }; readonly tcp: { readonly port: "web" } };
    };
  };
}

const version = "2026.3.0";

/**
 * Dask Gateway (https://github.com/dask/dask-gateway/tree/2026.3.0/resources/helm/dask-gateway): the server, the controller that makes
 * clusters, and a proxy in front of both. Schedulers and workers belong to clusters, so the chart does not run them. Its pods run as user
 * 1000.
 */
export const daskGateway: Chart<DaskGatewayValues> = {
  name: "dask-gateway",
  repository: "https://helm.dask.org",
  version,
  crdGroups: ["gateway.dask.org", "traefik.io"],
  workloads: ({ name, namespace, values: { gateway, controller, traefik } }) => {
    const fullName = name.includes("dask-gateway") ? name : `${name}-dask-gateway`;
    const server = `ghcr.io/dask/dask-gateway-server:${version}`;
    const securityContext = { runAsUser: 1000, runAsGroup: 1000 };
    return [
      deployment({
        name: `api-${fullName}`,
        namespace,
        replicas: gateway.replicas,
        containers: [
          {
            name: "gateway",
            image: gateway.image ? `${gateway.image.name}:${gateway.image.tag}` : server,
            resources: gateway.resources,
            securityContext,
          },
        ],
      }),
      deployment({
        name: `controller-${fullName}`,
        namespace,
        containers: [{ name: "controller", image: server, resources: controller.resources, securityContext }],
      }),
      deployment({
        name: `traefik-${fullName}`,
        namespace,
        replicas: traefik.replicas,
        // The chart pins this release of Traefik and passes arguments that it understands.
        containers: [{ name: "traefik", image: "docker.io/library/traefik:3.3.5", resources: traefik.resources, securityContext }],
      }),
      loadBalancer(
        `traefik-${fullName}`,
        namespace,
        { web: traefik.service.ports.web.port },
        {
          annotations: traefik.service.annotations,
          selector: { "app.kubernetes.io/name": `traefik-${fullName}` },
        },
      ),
    ];
  },
};
