import type { TraefikValues } from "#af/components/charts/traefik";

/** Values of the project; older ones, of which a rendering may be at hand, bound no namespaces. */
type GivenValues = Pick<TraefikValues, "ports" | "global"> & {
  readonly rbac?: TraefikValues["rbac"];
  readonly providers: {
    readonly [Provider in "kubernetesCRD" | "kubernetesIngress"]: { readonly enabled: boolean; readonly namespaces?: readonly string[] };
  };
};

/**
 * The arguments with which the chart starts Traefik, for the values that this project sets
 * (https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/templates/_podtemplate.tpl).
 */
export function traefikArguments(
  values: GivenValues,
  { release, namespace }: { readonly release: string; readonly namespace: string },
): readonly string[] {
  const { ports, providers, global, rbac } = values;
  const ofProvider = (name: string, { namespaces = [] }: { readonly namespaces?: readonly string[] }): readonly string[] => [
    `--providers.${name}`,
    `--providers.${name}.allowEmptyServices=true`,
    ...(rbac?.namespaced ? [`--providers.${name}.disableClusterScopeResources=true`] : []),
    ...(rbac?.namespaced || namespaces.length > 0 ? [`--providers.${name}.namespaces=${namespaces.join(",") || namespace}`] : []),
  ];
  const own = { metrics: 9100, traefik: 8080 };
  const addresses = { ...own, ...Object.fromEntries(Object.entries(ports).map(([name, { port }]) => [name, port])) };
  return [
    ...(global.checkNewVersion ? [] : ["--global.checkNewVersion=false"]),
    ...Object.keys(addresses)
      .sort()
      .map((name) => `--entryPoints.${name}.address=:${addresses[name as keyof typeof addresses]}/tcp`),
    "--api.dashboard=true",
    "--ping=true",
    "--metrics.prometheus=true",
    "--metrics.prometheus.entrypoint=metrics",
    ...(providers.kubernetesCRD.enabled ? ofProvider("kubernetescrd", providers.kubernetesCRD) : []),
    ...(providers.kubernetesIngress.enabled
      ? [
          ...ofProvider("kubernetesingress", providers.kubernetesIngress),
          `--providers.kubernetesingress.ingressendpoint.publishedservice=${namespace}/${release}`,
        ]
      : []),
    ...Object.keys(ports)
      .sort()
      .flatMap((name) => ofEntryPoint(name, ports)),
    "--log.level=INFO",
  ];
}

function ofEntryPoint(name: string, ports: TraefikValues["ports"]): readonly string[] {
  const { transport, http } = ports[name] ?? {};
  const { readTimeout, idleTimeout } = transport?.respondingTimeouts ?? {};
  const { to, scheme, priority, permanent } = http?.redirections.entryPoint ?? {};
  const entryPoint = `--entryPoints.${name}`;
  return [
    ...(readTimeout === undefined ? [] : [`${entryPoint}.transport.respondingTimeouts.readTimeout=${readTimeout}`]),
    ...(idleTimeout === undefined ? [] : [`${entryPoint}.transport.respondingTimeouts.idleTimeout=${idleTimeout}`]),
    ...(to === undefined
      ? []
      : [
          `${entryPoint}.http.redirections.entryPoint.to=:${ports[to]?.exposedPort}`,
          `${entryPoint}.http.redirections.entryPoint.scheme=${scheme}`,
          // Values of which an older rendering may be at hand have none.
          ...(priority === undefined ? [] : [`${entryPoint}.http.redirections.entryPoint.priority=${priority}`]),
          `${entryPoint}.http.redirections.entryPoint.permanent=${permanent}`,
        ]),
    // The chart's own default of this port.
    ...(name === "websecure" ? [`${entryPoint}.http.tls=true`] : []),
  ];
}
