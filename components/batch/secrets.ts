import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { Batch } from "./settings";

/** Secrets that an operator has to give for the access point. */
export function batchSecrets(batch: Batch): readonly DeclaredSecret[] {
  return choose(batch, {
    htcondor: ({ schedd }) => choose(schedd, { dedicated: () => CONDOR, external: () => [] }),
    none: () => [],
  });
}

const CONDOR: readonly DeclaredSecret[] = [
  {
    name: "condorSigningKey",
    purpose: "signing key of the facility's IDTOKENs (not the pool's own key)",
    encoding: "base64",
    readBy: "schedd and hub",
    ends: false,
  },
  {
    name: "condorDaemonToken",
    purpose: "IDTOKEN of the schedd, made on the central manager by condor_token_create",
    encoding: "text",
    readBy: "schedd",
    ends: true,
  },
];
