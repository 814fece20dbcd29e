/** The address ranges of the cluster, as the site has them. */
export interface ClusterNetwork {
  /** Range of the pods' addresses; in the cell a process can listen on each of them. */
  readonly pods: string;
  /** Range of the Services' addresses; nothing answers there, because there is no kube-proxy. */
  readonly services: string;
}

/**
 * Usual ranges, for a cluster without a site: services as kubeadm has them by default
 * (https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init/), and pods as Flannel has them.
 */
export const USUAL_NETWORK: ClusterNetwork = { pods: "10.244.0.0/16", services: "10.96.0.0/12" };

/**
 * An IPv4 address as a number.
 * @throws {Error} for anything that is not dotted IPv4.
 */
export function toNumber(address: string): number {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new Error(`${JSON.stringify(address)} is not an IPv4 address`);
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** A number as a dotted IPv4 address; the reverse of {@link toNumber}. */
export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/**
 * First and last address of a CIDR (`10.0.0.0/8`), of a range (`10.0.0.1-10.0.0.9`) or of a single address.
 * @throws {Error} for anything else.
 */
export function bounds(range: string): { readonly first: number; readonly last: number } {
  const [from, to] = range.split("-").map((text) => text.trim());
  if (to !== undefined) return { first: toNumber(from as string), last: toNumber(to) };
  const [base, bits] = (from as string).split("/");
  const size = 2 ** (32 - Number(bits ?? "32"));
  if (!Number.isInteger(size)) throw new Error(`${JSON.stringify(range)} is not a range of IPv4 addresses`);
  const first = Math.floor(toNumber(base as string) / size) * size;
  return { first, last: first + size - 1 };
}

/** The address that the API server advertises: it refuses loopback, so it gets one at the end of the pod range, which no pod gets. */
export function apiAddress(network: ClusterNetwork): string {
  return toAddress(bounds(network.pods).last - 254);
}

/** The address that every node of the sandbox reports. */
export function nodeAddress(network: ClusterNetwork): string {
  return toAddress(bounds(network.pods).last - 245);
}

/** The address at which the login provider of the sandbox listens, in the part of the pods' range that no pod gets. */
export function providerAddress(network: ClusterNetwork): string {
  return toAddress(bounds(network.pods).last - 235);
}

/** The address of the data server that stands for a site's cache, in the same part. */
export function dataAddress(network: ClusterNetwork): string {
  return toAddress(bounds(network.pods).last - 225);
}
