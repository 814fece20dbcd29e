import type { Hub } from "./settings";

/** What a login provider adds to the hub: its authenticator class and that class's settings. Client id and secret come by environment. */
export interface Login {
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Environment variables from which the authenticator reads its client id and secret (guide jupyterhub-and-dask.md §9, trap 6). */
  readonly clientIdVariable: string;
  readonly clientSecretVariable: string;
}

/**
 * Deny by default: only members of the listed groups get in, and group membership comes from the provider.
 * @param url where users go.
 */
export function loginConfig({ login }: Hub, url: string): Login {
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
