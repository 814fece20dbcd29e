import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { Data } from "./settings";

/** Secrets that an operator has to give for the cache, and for the check that reads known files. */
export function dataSecrets({ cache, check }: Data): readonly DeclaredSecret[] {
  return [
    ...choose(cache, { xcache: () => [ORIGIN_TOKEN], external: () => [], none: () => [] }),
    ...(check === undefined ? [] : [CHECK_TOKEN]),
  ];
}

const ORIGIN_TOKEN: DeclaredSecret = {
  name: "xcacheOriginToken",
  purpose: "token of the cache itself towards its origin",
  encoding: "text",
  readBy: "xcache",
  ends: true,
};

const CHECK_TOKEN: DeclaredSecret = {
  name: "dataCheckToken",
  purpose: "token of the check that reads known files, which may read these and nothing else",
  encoding: "text",
  readBy: "data check",
  ends: true,
};
