/** Name of the ClusterIssuer for names inside the facility: the facility's own authority. */
export const INTERNAL_ISSUER = "internal";

/** Name of the ClusterIssuer for names that browsers see; only a site with a public authority has it. */
export const PUBLIC_ISSUER = "public";
