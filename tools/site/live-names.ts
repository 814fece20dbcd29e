import { randomBytes } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { choose } from "../../components/choose";
import type { Site } from "../../stacks/site/schema";
import { UsageError } from "../../terminal/failure";
import type { SitesDocument } from "./document";

/** What the DNS says of one record that a site needs. */
export type LiveName = NonNullable<SitesDocument["sites"][number]["live"]>[number];

/** A wildcard record that a site needs. */
interface Wildcard {
  /** Path of the setting that names its domain. */
  readonly path: string;
  readonly domain: string;
  /** The address to which every name below the domain must lead; undefined if the load balancer chooses one. */
  readonly address: string | undefined;
}

/** Milliseconds for which a DNS server may be silent, and how often it is asked. We chose them: five seconds are the usual of resolv.conf(5). */
const PATIENCE = { timeout: 2_000, tries: 2 } as const;

/** Codes with which a DNS server says that there is no such record (https://nodejs.org/api/dns.html#error-codes). */
const NONE: readonly unknown[] = ["ENOTFOUND", "ENODATA"];

/** The wildcard records without which nobody reaches a user's Dask: they lead to the ingress, which passes TLS through. */
function wildcardsOf({ hub, platform }: Site): readonly Wildcard[] {
  return choose(platform.ingress, {
    traefik: ({ address }) =>
      choose(hub.dask, {
        sni: ({ domain, workerDomain }) => [
          { path: "af:hub.dask.domain", domain, address },
          { path: "af:hub.dask.workerDomain", domain: workerDomain, address },
        ],
        gateway: () => [],
        none: () => [],
      }),
    // The cluster's router has no address of the facility's.
    routes: () => [],
  });
}

/**
 * A resolver that asks one DNS server.
 * @param server address, with a port if that is not 53; the machine's own servers if left out.
 * @throws {UsageError} if it is no address.
 */
export function resolverOf(server?: string): Resolver {
  const resolver = new Resolver(PATIENCE);
  try {
    if (server !== undefined) resolver.setServers([server]);
  } catch {
    throw new UsageError(
      `--resolver ${server} is no address; allowed: an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353`,
    );
  }
  return resolver;
}

/**
 * Asks the DNS for each wildcard that a site needs, by a name below it that nobody has: a name of a user may have a record of its own.
 * @returns one entry a wildcard; none for a site that needs none.
 */
export function liveNames(site: Site, resolver: Resolver): Promise<readonly LiveName[]> {
  return Promise.all(
    wildcardsOf(site).map(async ({ path, domain, address }): Promise<LiveName> => {
      const name = `*.${domain}`;
      if (address === undefined)
        return {
          ...{ path, name, state: "unknown" },
          message: "is compared with nothing, because the load balancer chooses the address; set af:platform.ingress.address",
        };
      const mend = `make a record for ${name} with the address ${address} (af:platform.ingress.address)`;
      try {
        const found = [...(await resolver.resolve4(`nobody-${randomBytes(8).toString("hex")}.${domain}`))].sort();
        // Whoever gets another address than the ingress' gets no answer there, also if he might have got the right one.
        const state = found.every((each) => each === address) ? "right" : "wrong";
        return {
          path,
          name,
          state,
          message: state === "right" ? `leads to ${address}` : `leads to ${found.join(", ")}, not to ${address} alone; ${mend}`,
        };
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        return NONE.includes(code)
          ? { path, name, state: "missing", message: `has no address; ${mend}` }
          : { path, name, state: "unknown", message: `the DNS server gives no answer (${code}); ask another one with --resolver` };
      }
    }),
  );
}
