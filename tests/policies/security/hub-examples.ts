import { jupyterhub } from "#af/components/charts/jupyterhub";
import { loginConfig, type Login } from "#af/components/hub/login";
import { loginTemplate } from "#af/components/hub/login-page";
import { hubUrl } from "#af/components/hub/parts";
import { publicIngressOf } from "#af/components/platform/public-ingress";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";
import type { Data } from "../manifests";
import type { ObjectExample } from "../pages/examples";

/** A release of the hub's chart with these values alone. */
export const hubRelease = (values: Data): Data => ({
  apiVersion: "helm.sh/v3",
  kind: "Release",
  metadata: { name: "hub", namespace: "work" },
  spec: { chart: "jupyterhub", version: jupyterhub.version, repositoryOpts: { repo: jupyterhub.repository }, values },
});

/** The login of a site's hub, as the facility makes it. */
export const siteLogin = ({ hub, platform }: Site): Login => loginConfig(hub, hubUrl(hub, publicIngressOf(platform)));

/** Examples of rules about the values of the hub's chart. */
export const HUB_EXAMPLES: Readonly<Record<string, ObjectExample>> = {
  "hub-files-are-known": {
    accepted: [hubRelease({ hub: { extraFiles: loginTemplate() } })],
    of: 0,
    at: ["spec", "values", "hub", "extraFiles", "templates.login.html", "stringData"],
    value: "<script src='https://www.example.org/x.js'></script>",
  },
  "hub-login-is-the-sites": {
    accepted: [hubRelease({ hub: { config: siteLogin(SITE).config, extraConfig: { "10-groups": siteLogin(SITE).code } } })],
    of: 0,
    at: ["spec", "values", "hub", "config", "CILogonOAuthenticator", "oauth_callback_url"],
    value: "https://www.example.org/hub/oauth_callback",
  },
};
