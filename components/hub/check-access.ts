import type { JupyterHubValues } from "../charts/jupyterhub";
import type { HubSettings } from "./settings";

/** Name of the check: of its objects, of the hub's service, of its role, and of the hub's user whose server it starts. */
export const HUB_CHECK = "hub-check";

/** What a site with the check adds to the values of the hub. */
export interface CheckValues {
  readonly authenticator: Readonly<Record<string, unknown>>;
  readonly code: Readonly<Record<string, string>>;
  readonly services: NonNullable<JupyterHubValues["hub"]["services"]>;
  readonly roles: Pick<JupyterHubValues["hub"], "loadRoles">;
}

/**
 * Scopes of the check's service, all of them for one user: to make the user and give it a token for the cache, to start and stop the user's server,
 * and to use that (https://jupyterhub.readthedocs.io/en/5.5.0/rbac/scopes.html#available-scopes).
 */
const SCOPES = ["admin:users", "servers", "access:servers"].map((scope) => `${scope}!user=${HUB_CHECK}`);

/**
 * The service of the check, its role, and its user, as whom nobody can log in. The hub asks the login provider again before it starts a server, where
 * the site lets it; the provider knows nothing of this user, so the hub takes it as it is
 * (https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/oauth2.py, refresh_user_hook).
 */
export function checkValues({ check, login }: Pick<HubSettings, "check" | "login">): CheckValues {
  if (check === undefined) return { authenticator: {}, code: {}, services: {}, roles: {} };
  const code = [
    "def of_the_check(authenticator, user, auth_state):",
    `    return True if user.name == ${JSON.stringify(HUB_CHECK)} else None`,
    "",
    "c.OAuthenticator.refresh_user_hook = of_the_check",
  ].join("\n");
  return {
    authenticator: { blocked_users: [HUB_CHECK] },
    code: login.offlineAccess ? { "40-hub-check": code } : {},
    services: { [HUB_CHECK]: { display: false } },
    roles: { loadRoles: { [HUB_CHECK]: { services: [HUB_CHECK], scopes: SCOPES } } },
  };
}
