/** What a namespace is for. One role, one namespace: quotas, flows and Pod Security are decided by role, names by the site. */
export const ROLES = [
  "flux",
  "cert-manager",
  "metallb",
  "traefik",
  "monitoring",
  "rook",
  "data",
  "batch",
  "hub",
  "servicex",
  "skyhook",
] as const;
export type Role = (typeof ROLES)[number];

export type PodSecurity = "restricted" | "baseline" | "privileged";

interface RoleFacts {
  /** Name unless the site gives another: what the upstream installation guides use. */
  readonly namespace: string;
  /** Least level at which the upstream software runs, and why it is not `restricted`. */
  readonly podSecurity: PodSecurity;
  readonly because?: string;
  /** Holds what cannot be made again: homes, OSD data, the job queue. */
  readonly irreplaceable: boolean;
}

/** Levels: guide policies.md §5.1 (F-32); irreplaceable: guide storage.md §2.9 and jupyterhub-and-dask.md §9, trap 21. */
export const ROLE_FACTS: Readonly<Record<Role, RoleFacts>> = {
  flux: { namespace: "flux-system", podSecurity: "restricted", irreplaceable: false },
  "cert-manager": { namespace: "cert-manager", podSecurity: "restricted", irreplaceable: false },
  metallb: { namespace: "metallb-system", podSecurity: "privileged", because: "speakers use the host's network", irreplaceable: false },
  traefik: { namespace: "traefik", podSecurity: "restricted", irreplaceable: false },
  monitoring: { namespace: "monitoring", podSecurity: "privileged", because: "node-exporter reads the host", irreplaceable: false },
  rook: { namespace: "rook-ceph", podSecurity: "privileged", because: "OSDs and CSI plugins use the host's disks", irreplaceable: true },
  data: { namespace: "xcache", podSecurity: "baseline", because: "the image changes its user at start", irreplaceable: false },
  batch: { namespace: "htcondor", podSecurity: "baseline", because: "condor_master starts as root", irreplaceable: true },
  hub: { namespace: "jupyterhub", podSecurity: "baseline", because: "user images choose their own contexts", irreplaceable: true },
  servicex: { namespace: "servicex", podSecurity: "baseline", because: "the chart sets no security contexts", irreplaceable: false },
  skyhook: { namespace: "rook-ceph-skyhook", podSecurity: "privileged", because: "OSDs use the host's disks", irreplaceable: false },
};
