import { z } from "zod";
import { cidr, contains, count, httpsUrl, ipv4, port, range } from "../fields";

const metallb = z.strictObject({
  kind: z.literal("metallb"),
  /** Address ranges that MetalLB may announce, by name. Only what is asked for by address is given out. */
  pools: z.record(z.string().regex(/^[a-z0-9-]+$/, "allowed: a DNS label"), z.array(cidr).min(1)),
});

const loadBalancer = z
  .discriminatedUnion("kind", [metallb, z.strictObject({ kind: z.literal("provided") })])
  .superRefine((settings, context) => {
    if (settings.kind !== "metallb") return;
    const networks = Object.entries(settings.pools).flatMap(([pool, list]) => list.map((network, index) => ({ pool, network, index })));
    networks.forEach((one, position) => {
      const clash = networks.slice(0, position).find((other) => overlap(one.network, other.network));
      if (clash) {
        context.addIssue({
          code: "custom",
          path: ["pools", one.pool, one.index],
          message: `${one.network} overlaps ${clash.network} of pool ${clash.pool}; an address belongs to one pool`,
        });
      }
    });
  });

const solver = z.discriminatedUnion("kind", [
  /** Port 80 of each host must lead to Traefik. */
  z.strictObject({ kind: z.literal("http01") }),
  /** Dynamic DNS updates signed with the secret `dnsTsigSecret`. */
  z.strictObject({ kind: z.literal("rfc2136"), nameserver: ipv4, tsigKeyName: z.string().min(1) }),
]);

const certificates = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("acme"),
    server: httpsUrl.default("https://acme-v02.api.letsencrypt.org/directory"),
    email: z.email("allowed: an e-mail address that is read"),
    solver,
  }),
  /** The facility's own authority for public names too; browsers must be taught to trust it. */
  z.strictObject({ kind: z.literal("internal") }),
]);

export const Platform = z.strictObject({
  loadBalancer,
  certificates,
  ingress: z.strictObject({
    /** Address of Traefik, out of a pool; none where the load balancer chooses. */
    address: ipv4.optional(),
    replicas: count.default(2),
    ports: z
      .strictObject({ http: port.default(80), https: port.default(443), dask: port.default(8786), daskWorker: port.default(8788) })
      .prefault({})
      .superRefine((ports, context) => {
        const entries = Object.entries(ports);
        for (const [name, value] of entries) {
          const first = entries.find(([, other]) => other === value)?.[0];
          if (first !== name)
            context.addIssue({
              code: "custom",
              path: [name],
              message: `${value} is already the port of ${first}; each entry point needs its own`,
            });
        }
      }),
  }),
});
export type Platform = z.infer<typeof Platform>;

/** The MetalLB pool that holds an address; undefined where no pool does or the load balancer is not ours. */
export function poolOf(platform: Platform, address: string): string | undefined {
  if (platform.loadBalancer.kind !== "metallb") return undefined;
  return Object.entries(platform.loadBalancer.pools).find(([, networks]) => networks.some((network) => contains(network, address)))?.[0];
}

/** Annotation that asks for one fixed address (`spec.loadBalancerIP` is deprecated: guide platform.md §7). */
export function addressAnnotation(address: string | undefined): Record<string, string> {
  return address === undefined ? {} : { "metallb.io/loadBalancerIPs": address };
}

function overlap(a: string, b: string): boolean {
  const [firstA, lastA] = range(a);
  const [firstB, lastB] = range(b);
  return firstA <= lastB && firstB <= lastA;
}
