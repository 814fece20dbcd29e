import type { HubSettings } from "./settings";

/** What a login provider adds to the hub's configuration. The hub gets client id and secret in environment variables. */
export interface Login {
  /** The authenticator class and its settings, by class. */
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * Names of the environment variables from which the authenticator reads its client id and secret; CILogon's has names of its own
   * (https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/cilogon.py), all others use those of
   * https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/oauth2.py.
   */
  readonly clientIdVariable: string;
  readonly clientSecretVariable: string;
}

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
    enable_auth_state: true,
  };
  switch (login.kind) {
    case "cilogon":
      return {
        clientIdVariable: "CILOGON_CLIENT_ID",
        clientSecretVariable: "CILOGON_CLIENT_SECRET",
        config: {
          JupyterHub: { authenticator_class: "cilogon" },
          CILogonOAuthenticator: {
            ...common,
            auth_state_groups_key: "cilogon_user.isMemberOf",
            scope: ["openid", "email", "profile", "org.cilogon.userinfo"],
            allowed_idps: Object.fromEntries(
              login.identityProviders.map((provider) => [provider, { username_derivation: { username_claim: "email" } }]),
            ),
          },
        },
      };
    case "oidc":
      return {
        clientIdVariable: "OAUTH_CLIENT_ID",
        clientSecretVariable: "OAUTH_CLIENT_SECRET",
        config: {
          JupyterHub: { authenticator_class: "generic-oauth" },
          GenericOAuthenticator: {
            ...common,
            authorize_url: login.authorizeUrl,
            token_url: login.tokenUrl,
            userdata_url: login.userinfoUrl,
            username_claim: login.usernameClaim,
            auth_state_groups_key: `oauth_user.${login.groupsClaim}`,
            scope: ["openid", "email", "profile", "offline_access"],
            login_service: login.service,
          },
        },
      };
  }
}
