import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { ServiceXSettings } from "./settings";

/** Secrets that an operator has to give for accounts of ServiceX. */
export function servicexSecrets(servicex: ServiceXSettings): readonly DeclaredSecret[] {
  return choose(servicex, {
    servicex: ({ auth }) => choose(auth, { oidc: () => CLIENT, internal: () => [] }),
    none: () => [],
  });
}

const CLIENT: readonly DeclaredSecret[] = [
  { name: "servicexClientId", purpose: "client id of ServiceX at the login provider", encoding: "text", readBy: "servicex", ends: false },
  {
    name: "servicexClientSecret",
    purpose: "client secret of ServiceX at the login provider",
    encoding: "text",
    readBy: "servicex",
    ends: true,
  },
];
