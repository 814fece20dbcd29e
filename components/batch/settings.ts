import { z } from "zod";
import { count, cpu, dnsName, image, ipv4, port, size } from "../fields";

const schedd = z.discriminatedUnion("kind", [
  /** Our own access point in front of the pool. */
  z.strictObject({
    kind: z.literal("dedicated"),
    /** SCHEDD_NAME. It must never change: a new name orphans the queue. */
    name: z.string().regex(/^[\w.-]+@[\w.-]+$/, "allowed: name@host such as af@schedd.example.edu"),
    /** Address under which the pool reaches it; the port is the same inside and outside. */
    address: ipv4,
    image,
    /** Queue and sandboxes. */
    spool: size,
    cpu: cpu.default("1"),
    memory: size.default("4Gi"),
    limits: z.strictObject({ jobsRunning: count.default(2000), jobsPerOwner: count.default(1000) }).prefault({}),
  }),
  /** Somebody else's. */
  z.strictObject({ kind: z.literal("external"), host: dnsName, port: port.default(9618) }),
]);

/** Where Dask workers come from. */
export const Batch = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("htcondor"),
    pool: z.strictObject({
      name: z.string().min(1),
      /** Cores for analysis. */
      cores: count,
      /** The pool's central manager. */
      collector: dnsName,
      uidDomain: dnsName,
      /** `iss` of every token; defaults to the UID domain, as HTCondor does. */
      trustDomain: dnsName.optional(),
    }),
    schedd,
  }),
  z.strictObject({ kind: z.literal("none") }),
]);
export type Batch = z.infer<typeof Batch>;
export type HTCondor = Extract<Batch, { kind: "htcondor" }>;
export type DedicatedSchedd = Extract<HTCondor["schedd"], { kind: "dedicated" }>;

/** What `condor_submit` in a notebook has to know, under the names that CMS images read. */
export function submitEnvironment(batch: Batch): Record<string, string> {
  if (batch.kind === "none") return {};
  const { pool, schedd: settings } = batch;
  const host = settings.kind === "dedicated" ? (settings.name.split("@")[1] ?? settings.name) : settings.host;
  return { SCHEDD_HOST: host, CONDOR_HOST: pool.collector, COLLECTOR_NAME: pool.name, UID_DOMAIN: pool.uidDomain };
}
