import { choose } from "../choose";
import type { HubSettings } from "./settings";

/** What a login provider adds to the hub's configuration. The hub gets client id and secret in environment variables. */
export interface Login {
  /** Classes and their settings. */
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Python code that sets what the values cannot say. */
  readonly code: string;
  /**
   * Names of the environment variables from which the authenticator reads its client id and secret; CILogon's has names of its own
   * (https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/cilogon.py), all others use those of
   * https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/oauth2.py.
   */
  readonly clientIdVariable: string;
  readonly clientSecretVariable: string;
}

/** Seconds after which the hub asks the login provider again whether a user may still log in. We chose an hour. */
const LOGIN_REFRESH_SECONDS = 3600;

/** Days after which a user logs in again where the hub cannot ask the provider in between. We chose one; the hub's default is 14. */
const LOGIN_DAYS = 1;

/**
 * Configures the login. It admits only members of the listed groups; the login provider tells who is a member.
 * @param url URL of the hub.
 */
export function loginConfig({ login }: HubSettings, url: string): Login {
  const common = {
    oauth_callback_url: `${url}/hub/oauth_callback`,
    manage_groups: true,
    allowed_groups: login.allowedGroups,
    admin_groups: login.adminGroups,
  };
  const offline = login.offlineAccess ? ["offline_access"] : [];
  return choose(login, {
    cilogon: ({ identityProviders, usernameClaim }) => ({
      clientIdVariable: "CILOGON_CLIENT_ID",
      clientSecretVariable: "CILOGON_CLIENT_SECRET",
      config: {
        ...whileLoggedIn("cilogon", login),
        CILogonOAuthenticator: {
          ...common,
          scope: ["openid", "email", "profile", "org.cilogon.userinfo", ...offline],
          idps: Object.fromEntries(
            identityProviders.map((provider) => [provider, { username_derivation: { username_claim: usernameClaim } }]),
          ),
        },
      },
      code: groupsFrom("CILogonOAuthenticator", "cilogon_user", "isMemberOf"),
    }),
    oidc: ({ authorizeUrl, tokenUrl, userinfoUrl, usernameClaim, groupsClaim, scopes, service }) => ({
      clientIdVariable: "OAUTH_CLIENT_ID",
      clientSecretVariable: "OAUTH_CLIENT_SECRET",
      config: {
        ...whileLoggedIn("generic-oauth", login),
        GenericOAuthenticator: {
          ...common,
          authorize_url: authorizeUrl,
          token_url: tokenUrl,
          userdata_url: userinfoUrl,
          username_claim: usernameClaim,
          scope: ["openid", "email", "profile", ...scopes, ...offline],
          login_service: service,
        },
      },
      code: groupsFrom("GenericOAuthenticator", "oauth_user", groupsClaim),
    }),
  });
}

/**
 * How long a login lasts. With a refresh token the hub asks the provider again, and before each start of a server. Without one the hub could
 * ask only until the access token ends, minutes later, and would then send the user away to log in again
 * (https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/oauth2.py, refresh_user): it does not ask, and the login itself
 * is short.
 */
function whileLoggedIn(authenticator: string, { offlineAccess }: HubSettings["login"]): Login["config"] {
  return {
    JupyterHub: { authenticator_class: authenticator, ...(!offlineAccess && { cookie_max_age_days: LOGIN_DAYS }) },
    Authenticator: {
      enable_auth_state: true,
      refresh_pre_spawn: offlineAccess,
      auth_refresh_age: offlineAccess ? LOGIN_REFRESH_SECONDS : 0,
    },
  };
}

/**
 * Python code that reads the groups of a claim. The authenticator's own reading takes a text for a list of its letters, and every dot in the
 * name of a claim for a level (https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/oauth2.py, get_user_groups); but
 * providers send a single group as a text, and `wlcg.groups` is the name of one claim. What is no group is left out, so that a strange claim
 * refuses the user and breaks nothing.
 * @param authenticator the authenticator's class.
 * @param user key of the authentication state that holds the claims.
 * @param claim name of the claim, or its path with dots.
 */
function groupsFrom(authenticator: string, user: string, claim: string): string {
  return [
    "def groups_of(auth_state):",
    `    claims, name = auth_state[${JSON.stringify(user)}], ${JSON.stringify(claim)}`,
    "    found = claims.get(name)",
    "    if found is None:",
    "        found = claims",
    '        for step in name.split("."):',
    "            found = found.get(step) if isinstance(found, dict) else None",
    "    found = [found] if isinstance(found, str) else found",
    "    return [group for group in found if isinstance(group, str)] if isinstance(found, list) else []",
    "",
    `c.${authenticator}.auth_state_groups_key = groups_of`,
  ].join("\n");
}
