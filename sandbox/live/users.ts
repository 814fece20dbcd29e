import { choose } from "../../components/choose";
import type { HubSettings } from "../../components/hub/settings";

/** What the site's hub asks of its login provider, and what the sandbox plays of it. */
export interface LoginPlan {
  /** URLs at which the hub and the browser look for the provider: those of the real one. */
  readonly authorize: URL;
  readonly token: URL;
  readonly userinfo: URL;
  /** Scopes that the hub asks for. */
  readonly scopes: readonly string[];
  readonly users: readonly LiveUser[];
}

/** Somebody who can log in. */
export interface LiveUser {
  readonly name: string;
  /** Whether the hub is to let the user in: somebody outside of the groups shows what the others see. */
  readonly isMember: boolean;
  /** What the provider says of the user. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Names of the people of the sandbox. */
const MEMBERS = ["ada", "emmy", "lise"];
const STRANGER = "stranger";

/** Host of CILogon: https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/cilogon.py, cilogon_host */
const CILOGON = "https://cilogon.org";

/** What the provider of a site's login must answer, from the site's own settings. */
export function loginPlan({ login }: Pick<HubSettings, "login">): LoginPlan {
  const { allowedGroups } = login;
  const people = [...MEMBERS.map((name) => ({ name, isMember: true })), { name: STRANGER, isMember: false }];
  const basic = (name: string) => ({
    sub: name,
    preferred_username: name,
    name,
    email: `${name}@example.edu`,
    eppn: `${name}@example.edu`,
  });
  return choose(login, {
    cilogon: ({ identityProviders, usernameClaim }) => ({
      ...{
        authorize: new URL("/authorize", CILOGON),
        token: new URL("/oauth2/token", CILOGON),
        userinfo: new URL("/oauth2/userinfo", CILOGON),
      },
      scopes: ["org.cilogon.userinfo"],
      users: people.map((person) => {
        const claims = { ...basic(person.name), idp: identityProviders[0], isMemberOf: person.isMember ? allowedGroups : [] };
        return { ...person, claims: withClaim(claims, usernameClaim, person.name) };
      }),
    }),
    oidc: ({ authorizeUrl, tokenUrl, userinfoUrl, usernameClaim, groupsClaim, scopes }) => ({
      ...{ authorize: new URL(authorizeUrl), token: new URL(tokenUrl), userinfo: new URL(userinfoUrl), scopes },
      users: people.map((person) => {
        const claims = { ...basic(person.name), [groupsClaim]: person.isMember ? allowedGroups : [] };
        return { ...person, claims: withClaim(claims, usernameClaim, person.name) };
      }),
    }),
  });
}

function withClaim(claims: Readonly<Record<string, unknown>>, name: string, value: string): Readonly<Record<string, unknown>> {
  return name in claims ? claims : { ...claims, [name]: value };
}
