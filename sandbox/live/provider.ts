import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import type { Configuration } from "oidc-provider";
import { page } from "./login-page";
import type { LiveUser, LoginPlan } from "./users";

/** What the provider needs besides the plan. */
export interface ProviderOptions {
  readonly plan: LoginPlan;
  /** The address of the cell at which it listens, at the ports of the plan's URLs. */
  readonly address: string;
  /** Certificate and key, in PEM, for the names of the plan's URLs. */
  readonly certificate: string;
  readonly key: string;
  readonly client: { readonly id: string; readonly secret: string; readonly redirect: string };
  /** What the page calls the place where one logs in. */
  readonly title: string;
}

/**
 * A real OpenID Connect provider in place of the site's: it answers at the addresses of the real one, speaks the whole protocol with the
 * hub, and lets everybody be any user of the plan without a password.
 */
export async function startProvider({ plan, address, certificate, key, client, title }: ProviderOptions): Promise<void> {
  const { default: Provider } = await import("oidc-provider");
  const provider = new Provider(plan.authorize.origin, configurationOf(plan, client));
  const grantOf = async (user: LiveUser, asked: string, clientId: string): Promise<string> => {
    const grant = new provider.Grant({ accountId: user.name, clientId });
    grant.addOIDCScope(asked);
    return grant.save();
  };
  provider.on("server_error", (_, error) => console.error(`login provider: ${error.message}`));
  const answer = provider.callback();
  const interact = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { params } = await provider.interactionDetails(request, response);
    const chosen = new URL(request.url ?? "/", plan.authorize).searchParams.get("user");
    const user = plan.users.find(({ name }) => name === chosen);
    if (user === undefined) {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(page(title, plan));
      return;
    }
    const grantId = await grantOf(user, String(params["scope"]), String(params["client_id"]));
    await provider.interactionFinished(request, response, { login: { accountId: user.name }, consent: { grantId } });
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith("/interaction/") !== true) return void answer(request, response);
    interact(request, response).catch((error: unknown) => {
      console.error(String(error));
      response.writeHead(400, { "Content-Type": "text/plain" });
      response.end("This login is over. Go back to the hub and begin again.\n");
    });
  };
  const ports = new Set([plan.authorize, plan.token, plan.userinfo].map(({ port }) => Number(port || 443)));
  for (const port of ports) {
    const server = https.createServer({ key, cert: certificate }, handle);
    server.on("connection", (socket: Socket) => socket.on("error", () => socket.destroy()));
    server.listen(port, address);
    await once(server, "listening");
  }
}

function configurationOf(plan: LoginPlan, client: ProviderOptions["client"]): Configuration {
  const names = [...new Set(plan.users.flatMap(({ claims }) => Object.keys(claims)))];
  return {
    clients: [
      {
        ...{ client_id: client.id, client_secret: client.secret, token_endpoint_auth_method: "client_secret_post" },
        ...{ redirect_uris: [client.redirect], grant_types: ["authorization_code", "refresh_token"] },
      },
    ],
    // CILogon and others say everything about a user at once, whatever scope names it.
    claims: { openid: names },
    scopes: ["openid", "offline_access", "email", "profile", ...plan.scopes],
    routes: { authorization: plan.authorize.pathname, token: plan.token.pathname, userinfo: plan.userinfo.pathname },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => {
      const user = plan.users.find(({ name }) => name === id);
      return user && { accountId: id, claims: () => ({ ...user.claims, sub: id }) };
    },
    issueRefreshToken: (_, asking, code) => asking.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
    pkce: { required: () => false },
  };
}
