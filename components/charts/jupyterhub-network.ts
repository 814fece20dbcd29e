import type { JupyterHubRead } from "./jupyterhub-defaults";

/** Labels by which the chart selects the pods of a component. */
export function podLabels(release: string, component: string): Readonly<Record<string, string>> {
  return { app: "jupyterhub", component, release };
}

/** Label by which the chart's network policies let a pod reach others. */
export function network(to: string): Readonly<Record<string, string>> {
  return { [`hub.jupyter.org/network-access-${to}`]: "true" };
}

/** Who ends TLS: a Traefik of the chart, the proxy itself, or something before it; undefined without TLS. */
export function httpsOf({ enabled, type, hosts }: JupyterHubRead["proxy"]["https"]): "letsencrypt" | "proxy" | "offload" | undefined {
  if (!enabled) return undefined;
  if (type === "letsencrypt") return hosts.length > 0 ? "letsencrypt" : undefined;
  if (type === "manual" || type === "secret") return "proxy";
  return type === "offload" ? "offload" : undefined;
}
