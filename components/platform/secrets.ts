import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { Platform } from "./settings";

/** What an operator has to give for certificates. */
export function platformSecrets({ certificates }: Platform): readonly DeclaredSecret[] {
  return choose(certificates, {
    acme: ({ solver }) => choose(solver, { rfc2136: () => [TSIG], http01: () => [] }),
    internal: () => [],
    provided: () => [],
  });
}

const TSIG: DeclaredSecret = {
  name: "dnsTsigSecret",
  purpose: "TSIG secret with which cert-manager updates the site's DNS",
  encoding: "base64",
  readBy: "cert-manager",
  ends: false,
};
