import type { ClusterObject } from "#af/sandbox/cluster/client";

/**
 * An object as it can be applied: what is not known before `up` is a text of no meaning, which is base64 as well. Of some Secrets not even the
 * keys are known; they get those that the type kubernetes.io/tls must have.
 */
export function applied({ data, ...manifest }: Readonly<Record<string, unknown>>): ClusterObject {
  const contents = typeof data === "symbol" ? { "tls.crt": "", "tls.key": "" } : data;
  const whole = { ...manifest, ...(contents !== undefined && { data: contents }) };
  return JSON.parse(JSON.stringify(whole, (_, value: unknown) => (typeof value === "symbol" ? "bm90a25vd24=" : value))) as ClusterObject;
}
