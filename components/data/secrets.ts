import { choose } from "../choose";
import type { DeclaredSecret } from "../secret";
import type { Data } from "./settings";

/** What an operator has to give for the cache. */
export function dataSecrets({ cache }: Data): readonly DeclaredSecret[] {
  return choose(cache, { xcache: () => [ORIGIN_TOKEN], external: () => [], none: () => [] });
}

const ORIGIN_TOKEN: DeclaredSecret = {
  name: "xcacheOriginToken",
  purpose: "token of the cache itself towards its origin",
  encoding: "text",
  readBy: "xcache",
  ends: true,
};
