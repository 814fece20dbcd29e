import type { DeclaredSecret } from "../secret";
import type { HubSettings } from "./settings";

/** Secrets that an operator has to give for logins, and for the job that does what a user does where its server is given a token. */
export function hubSecrets({ check, dask }: Pick<HubSettings, "check" | "dask">): readonly DeclaredSecret[] {
  return [
    { name: "hubClientId", purpose: "client id of the hub at the login provider", encoding: "text", readBy: "hub", ends: false },
    { name: "hubClientSecret", purpose: "client secret of the hub at the login provider", encoding: "text", readBy: "hub", ends: true },
    // The hook lays tokens into servers, and only a hub whose users have schedulers of their own has it.
    ...(check !== undefined && dask.kind === "sni" ? [CHECK_TOKEN] : []),
  ];
}

const CHECK_TOKEN: DeclaredSecret = {
  name: "hubCheckToken",
  purpose: "token with which the server of the hub's check reads its file, which may read that and nothing else",
  encoding: "text",
  readBy: "hub check",
  ends: true,
};
