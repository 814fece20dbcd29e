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

/** True for the name of a role. */
export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

export type PodSecurity = "restricted" | "baseline" | "privileged";

/** Security context constraints of OKD, from strict to wide: users of the namespace's range, any user but root, any user. */
export type Constraints = "restricted-v2" | "nonroot-v2" | "anyuid" | "privileged";

interface RoleFacts {
  /** Name unless the site gives another: what the upstream installation guides use. */
  readonly namespace: string;
  /** Least level at which the upstream software runs, and why it is not `restricted`. */
  readonly podSecurity: PodSecurity;
  readonly because?: string;
  /** Least constraints under which it runs where the cluster has them: images and charts with users of their own need more than the range. */
  readonly constraints: Constraints;
  /** Users' own code runs there: servers, transformers. */
  readonly runsUserCode?: true;
  /** Holds what cannot be made again: homes, OSD data, the job queue. */
  readonly irreplaceable: boolean;
}

/** Levels: guide policies.md §5.1 (F-32) and batch.md §1; irreplaceable: guide storage.md §2.9 and jupyterhub-and-dask.md §9, trap 21. */
export const ROLE_FACTS: Readonly<Record<Role, RoleFacts>> = {
  flux: { namespace: "flux-system", podSecurity: "restricted", constraints: "restricted-v2", irreplaceable: false },
  "cert-manager": { namespace: "cert-manager", podSecurity: "restricted", constraints: "restricted-v2", irreplaceable: false },
  metallb: {
    namespace: "metallb-system",
    podSecurity: "privileged",
    because: "speakers use the host's network",
    constraints: "privileged",
    irreplaceable: false,
  },
  traefik: { namespace: "traefik", podSecurity: "restricted", constraints: "nonroot-v2", irreplaceable: false },
  monitoring: {
    namespace: "monitoring",
    podSecurity: "privileged",
    because: "node-exporter reads the host",
    constraints: "privileged",
    irreplaceable: false,
  },
  rook: {
    namespace: "rook-ceph",
    podSecurity: "privileged",
    because: "OSDs and CSI plugins use the host's disks",
    // Rook's chart brings constraints of its own.
    constraints: "restricted-v2",
    irreplaceable: true,
  },
  data: {
    namespace: "xcache",
    podSecurity: "baseline",
    because: "the image changes its user at start",
    constraints: "anyuid",
    irreplaceable: false,
  },
  batch: {
    namespace: "htcondor",
    podSecurity: "baseline",
    because: "condor_master starts as root",
    constraints: "anyuid",
    irreplaceable: true,
  },
  hub: {
    namespace: "jupyterhub",
    podSecurity: "baseline",
    because: "user images choose their own contexts",
    constraints: "nonroot-v2",
    runsUserCode: true,
    irreplaceable: true,
  },
  servicex: {
    namespace: "servicex",
    podSecurity: "baseline",
    because: "the chart sets no security contexts",
    constraints: "nonroot-v2",
    runsUserCode: true,
    irreplaceable: false,
  },
  skyhook: {
    namespace: "rook-ceph-skyhook",
    podSecurity: "privileged",
    because: "OSDs use the host's disks",
    constraints: "privileged",
    irreplaceable: false,
  },
};
