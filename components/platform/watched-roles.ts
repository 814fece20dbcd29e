import type { Part } from "../parts";
import { ROLES, type Role } from "../tenancy/roles";

/** Roles whose services have public names with certificates of their own, so that Traefik may have to read the namespace. */
export const NAMED_ROLES = ["hub", "rook", "servicex"] as const satisfies readonly Role[];

/**
 * Roles of the namespaces that the facility's Traefik watches: those of parts with routes for it, whose certificates lie beside them, and its own. Its own has
 * the options of TLS for all routes, and the Service whose address it writes into the status of an Ingress.
 */
export function watchedRoles(parts: readonly Part[]): readonly Role[] {
  const routed = parts.filter(({ routes }) => routes.some(({ readElsewhere }) => !readElsewhere)).map(({ role }) => role);
  return ROLES.filter((role) => role === "traefik" || routed.includes(role));
}
