import type { Configuration } from "./chart";

/** Keys and tokens that the facility makes up and passes apart from the other values, and the digest of those that the hub reads at its start only. */
export const SECRET_VALUES: readonly string[] = [
  "hub.config.ConfigurableHTTPProxy.auth_token",
  "hub.config.CryptKeeper.keys.*",
  "hub.config.JupyterHub.cookie_secret",
  "hub.services.*.apiToken",
  "hub.annotations.checksum/secrets",
];

/**
 * Values that the hub's own programs read: who may log in, when servers end, what the hook is told. Code of `hub.extraConfig` may set any trait of a spawner,
 * which nobody can read here, so code that names one is not listed.
 */
export const CONFIGURATION: readonly Configuration[] = [
  ...SECRET_VALUES,
  "cull.*",
  "custom.af.**",
  "custom.users.**",
  "hub.config.Authenticator.auth_refresh_age",
  "hub.config.Authenticator.enable_auth_state",
  "hub.config.Authenticator.refresh_pre_spawn",
  ...["admin_groups", "allowed_groups", "allowed_groups.*", "idps.**", "manage_groups", "oauth_callback_url", "scope.*"].map(
    (trait) => `hub.config.*.${trait}`,
  ),
  ...["authorize_url", "login_service", "token_url", "userdata_url", "username_claim", "extra_authorize_params.**"].map(
    (trait) => `hub.config.*.${trait}`,
  ),
  { key: "hub.config.JupyterHub.authenticator_class", only: /^(cilogon|generic-oauth)$/ },
  "hub.config.JupyterHub.cookie_max_age_days",
  "hub.config.Authenticator.blocked_users.*",
  { key: "hub.config.KubeSpawner.slug_scheme", only: /^safe$/ },
  { key: "hub.extraConfig.*", only: /^(?![^]*spawner)/i },
  "hub.extraEnv.*",
  "hub.extraEnv.*.valueFrom.secretKeyRef.*",
  {
    key: "hub.extraFiles.*.mountPath",
    only: /^\/usr\/local\/etc\/jupyterhub\/((dask_ingress|user_limits)\/[\w-]+\.(py|sh)|templates\/login\.html)$/,
  },
  { key: "hub.templatePaths.*", only: /^\/usr\/local\/etc\/jupyterhub\/templates$/ },
  "hub.templateVars.*",
  "hub.activeServerLimit",
  "hub.extraFiles.*.stringData",
  // Volumes of the hub are described; where it reads them is not, and no mount may cover what its image runs.
  { key: "hub.extraVolumeMounts.*.mountPath", only: /^\/(etc|run|var\/run)\/[\w-]+$/ },
  "hub.extraVolumeMounts.*.name",
  { key: "hub.extraVolumeMounts.*.readOnly", only: /^true$/ },
  "hub.loadRoles.*.services.*",
  // Only for one user: a scope without that is for all users.
  { key: "hub.loadRoles.*.scopes.*", only: /^[a-z:]+!user=[\w-]+$/ },
  "hub.services.*.display",
  "hub.services.*.url",
  "proxy.chp.extraEnv.*",
  // LoadBalancer is described; NodePort, which opens a port of every host, is not.
  { key: "proxy.service.type", only: /^ClusterIP$/ },
  "proxy.https.enabled",
  { key: "proxy.https.type", only: /^(secret|offload)$/ },
  "proxy.https.secret.name",
  // The facility gives the chart's accounts their rights.
  { key: "rbac.create", only: /^false$/ },
  ...["default", "description", "display_name", "slug"].map((key) => `singleuser.profileList.*.${key}`),
  "singleuser.startTimeout",
  // Rules about homes read these from the values.
  "singleuser.storage.capacity",
  "singleuser.storage.dynamic.**",
  "singleuser.storage.homeMountPath",
];
