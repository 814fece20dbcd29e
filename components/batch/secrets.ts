import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import { signingKeys, type Batch, type SigningKey } from "./settings";

/** Secrets that an operator has to give for the access point. */
export function batchSecrets(batch: Batch): readonly DeclaredSecret[] {
  return choose(batch, {
    htcondor: ({ schedd }) => choose(schedd, { dedicated: () => [...signingKeys(batch).map(keySecret), DAEMON_TOKEN], external: () => [] }),
    none: () => [],
  });
}

function keySecret({ id, secret }: SigningKey): DeclaredSecret {
  return {
    name: secret,
    purpose: `signing key ${id} of the facility's IDTOKENs (not the pool's own key)`,
    encoding: "base64",
    readBy: "schedd and hub",
    ends: false,
  };
}

const DAEMON_TOKEN: DeclaredSecret = {
  name: "condorDaemonToken",
  purpose: "IDTOKEN of the schedd, made on the central manager by condor_token_create",
  encoding: "text",
  readBy: "schedd",
  ends: true,
};
