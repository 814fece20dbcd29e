import { createRequire } from "node:module";
import { memoize } from "../capacity/memoize";

/** The part of the policy SDK that turns what the engine sends into values. The SDK gives no types of it. */
interface Deserialize {
  deserializeProperties: (properties: object, proxySecrets: boolean) => object;
}

/**
 * Lets the policy SDK read what the engine sends once for all policies of a pack. By itself it reads each resource again for each policy, twice over: when the
 * resource is registered, and at the end of the run (makeAnalyzeRpcFun and makeAnalyzeStackRpcFun in
 * https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/server.ts). For fifty policies that costs more than all that they judge. Rules change
 * nothing of what they are given, so they can share it.
 */
export function readMessagesOnce(): void {
  const sdk = createRequire(__filename)("@pulumi/policy/deserialize") as Deserialize;
  const { deserializeProperties } = sdk;
  const read = memoize((properties: object) => deserializeProperties(properties, false));
  sdk.deserializeProperties = (properties, proxySecrets) =>
    proxySecrets ? deserializeProperties(properties, proxySecrets) : read(properties);
}
