import type { DeclaredSecret } from "../secret";

/** What an operator has to give for logins. */
export function hubSecrets(): readonly DeclaredSecret[] {
  return [
    { name: "hubClientId", purpose: "client id of the hub at the login provider", encoding: "text", readBy: "hub", ends: false },
    { name: "hubClientSecret", purpose: "client secret of the hub at the login provider", encoding: "text", readBy: "hub", ends: true },
  ];
}
