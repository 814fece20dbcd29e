import { granted, type AccessRule } from "../access";
import type { Manifest } from "../manifest";

/**
 * Accounts of the gateway's programs. The chart's own have other names: Helm takes those away with the release that made them, and must not take these along.
 */
export const GATEWAY_ACCOUNTS = {
  api: "dask-gateway-api",
  controller: "dask-gateway-controller",
  traefik: "dask-gateway-traefik",
} as const;

type Program = keyof typeof GATEWAY_ACCOUNTS;

const CLUSTERS = "gateway.dask.org";
const FOLLOW = ["list", "watch"] as const;
const READ = ["get", ...FOLLOW] as const;

/**
 * What programs do in the gateway's namespace, where all clusters are. The API makes and stops clusters, and gives each user the certificate of theirs; the
 * controller makes what a cluster consists of
 * (https://github.com/dask/dask-gateway/tree/2026.3.0/dask-gateway-server/dask_gateway_server/backends/kubernetes, backend.py and controller.py). Traefik reads
 * routes, and what it reads besides at its start, whatever routes say
 * (https://github.com/traefik/traefik/blob/v3.3.5/pkg/provider/kubernetes/crd/client.go, WatchAll).
 */
const IN_NAMESPACE: Readonly<Record<Program, readonly AccessRule[]>> = {
  api: [
    [CLUSTERS, ["daskclusters"], ["create", "patch"]],
    ["", ["secrets"], ["get"]],
  ],
  controller: [
    [CLUSTERS, ["daskclusters"], ["delete"]],
    [CLUSTERS, ["daskclusters/status"], ["patch"]],
    ["", ["pods"], ["create", "delete"]],
    ["", ["secrets"], ["create", "delete"]],
    ["", ["services"], ["create"]],
    ["traefik.io", ["ingressroutes", "ingressroutetcps"], ["create"]],
  ],
  traefik: [
    ["", ["secrets", "services"], READ],
    ["discovery.k8s.io", ["endpointslices"], FOLLOW],
    [
      "traefik.io",
      [
        ...["ingressroutes", "ingressroutetcps", "ingressrouteudps", "middlewares", "middlewaretcps", "serverstransports"],
        ...["serverstransporttcps", "tlsoptions", "tlsstores", "traefikservices"],
      ],
      READ,
    ],
  ],
};

/** What two of them list and follow without a namespace, for no setting names one (list_cluster_custom_object and its like, in the same files). */
const EVERYWHERE: Readonly<Partial<Record<Program, readonly AccessRule[]>>> = {
  api: [[CLUSTERS, ["daskclusters"], FOLLOW]],
  controller: [
    [CLUSTERS, ["daskclusters"], FOLLOW],
    ["", ["pods", "endpoints"], FOLLOW],
  ],
};

/**
 * Accounts of the gateway with their rights, by the last part of the Pulumi resource's name. The chart would let the API and the proxy, which are reached from
 * outside, read the Secrets of every namespace, and the controller start pods there.
 */
export function gatewayRights(namespace: string): Readonly<Record<string, Manifest>> {
  const programs = Object.entries(GATEWAY_ACCOUNTS) as readonly (readonly [Program, string])[];
  const manifests = programs.map(([program, name]): Readonly<Record<string, Manifest>> => {
    const account = { name, namespace };
    const everywhere = EVERYWHERE[program];
    return {
      [`${program}-account`]: { apiVersion: "v1", kind: "ServiceAccount", metadata: account },
      ...granted(program, { kind: "Role", name }, account, IN_NAMESPACE[program]),
      ...(everywhere && granted(`${program}-follows`, { kind: "ClusterRole", name: `${name}-${namespace}` }, account, everywhere)),
    };
  });
  return Object.assign({}, ...manifests) as Readonly<Record<string, Manifest>>;
}
