import type { Role } from "./tenancy/roles";

/**
 * Where the images come from that the facility runs in the namespace of each role: a folder of a registry, which ends in `/`, or one repository. The charts' own
 * values name them (components/charts/), and a site file may name more.
 */
export const IMAGE_SOURCES: Readonly<Record<Role, readonly string[]>> = {
  flux: ["ghcr.io/fluxcd/"],
  "cert-manager": ["quay.io/jetstack/"],
  metallb: ["quay.io/metallb/"],
  traefik: ["docker.io/library/traefik"],
  monitoring: [
    ...["docker.io/grafana/grafana", "quay.io/kiwigrid/k8s-sidecar", "quay.io/prometheus/", "quay.io/prometheus-operator/"],
    "registry.k8s.io/kube-state-metrics/kube-state-metrics",
  ],
  rook: ["docker.io/rook/ceph", "quay.io/cephcsi/", "registry.k8s.io/sig-storage/"],
  data: ["quay.io/prometheus/node-exporter"],
  batch: [],
  hub: [
    ...["quay.io/jupyterhub/", "registry.k8s.io/kube-scheduler", "registry.k8s.io/pause"],
    ...["ghcr.io/dask/dask-gateway-server", "docker.io/library/traefik"],
  ],
  servicex: ["docker.io/sslhep/", "docker.io/ncsa/checks", "docker.io/bitnamilegacy/postgresql", "docker.io/bitnamilegacy/rabbitmq"],
  skyhook: ["docker.io/rook/ceph"],
};

/**
 * The repository of an image, with what a runtime fills in: Docker's registry where none is named, and its folder `library`
 * (https://github.com/distribution/reference/blob/v0.6.0/normalize.go).
 */
export function repositoryOf(reference: string): string {
  const name = reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return `docker.io/library/${name}`;
  const host = /[.:]|^localhost$|[A-Z]/.test(first) ? first.replace(/^index\.docker\.io$/, "docker.io") : undefined;
  if (host === undefined) return `docker.io/${name}`;
  return host === "docker.io" && rest.length === 1 ? `docker.io/library/${rest.join("/")}` : [host, ...rest].join("/");
}

/** True if the image is of the folder, or of the very repository: `docker.io/rook/` is not `docker.io/rook-other/`. */
export function isFrom(reference: string, source: string): boolean {
  const repository = repositoryOf(reference);
  return source.endsWith("/") ? repository.startsWith(source) : repository === source;
}
