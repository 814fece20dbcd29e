/** What a namespace is for. Each role has one namespace: the role decides quota, flows and Pod Security, the site decides the name. */
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
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** True if the value is the name of a role. */
export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** Levels of Pod Security, from strict to wide (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
export type PodSecurity = "restricted" | "baseline" | "privileged";

/**
 * Security context constraints of OKD, from strict to wide: users of the namespace's range, any user but root, any user, anything
 * (https://docs.okd.io/latest/authentication/managing-security-context-constraints.html).
 */
export type Constraints = "restricted-v2" | "nonroot-v2" | "anyuid" | "privileged";

interface RoleFacts {
  /** Name of the namespace unless the site gives another; it is the one that the project's installation instructions use. */
  readonly namespace: string;
  /** Strictest level at which the upstream software runs. */
  readonly podSecurity: PodSecurity;
  /** Why the level is not `restricted`. */
  readonly because?: string;
  /** Strictest constraints under which it runs on OKD. Images that choose their own user need more than the namespace's range. */
  readonly constraints: Constraints;
  /** True if code of users runs there: user servers, transformers. */
  readonly runsUserCode?: true;
  /** True if the namespace holds what cannot be made again: homes, OSD data, the job queue. */
  readonly irreplaceable: boolean;
}

/** What follows from each role. docs/sources.md, Privileges of namespaces, tells where levels and constraints come from. */
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
    // Rook's chart installs SecurityContextConstraints for its own service accounts.
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
