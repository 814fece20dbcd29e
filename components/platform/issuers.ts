/** ClusterIssuer of names inside of the facility: its own authority. */
export const INTERNAL_ISSUER = "internal";

/** ClusterIssuer of names that browsers see, at a site with a public authority. */
export const PUBLIC_ISSUER = "public";
