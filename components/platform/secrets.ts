import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { PlatformSettings } from "./settings";

/** Secrets that an operator has to give for certificates. */
export function platformSecrets({ certificates }: PlatformSettings): readonly DeclaredSecret[] {
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
