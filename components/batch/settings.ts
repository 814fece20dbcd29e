import { z } from "zod";
import type { Capability, Need } from "../contract";
import { WORKER_TOKEN_FILE } from "../data/clients";
import { CONDOR_PORT } from "./ports";
import { count, cpu, day, dnsName, image, ipv4, memory, none, port, rate, size } from "../fields";

/** Id of a site's first signing key. Further ones get ids of their own, so that a token says which key has signed it. */
const FIRST_KEY = "facility";

/** An id is the name of a key's file, of an entry of a Secret and the end of the name of a secret of Pulumi, whose paths are split at dots. */
const keyId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "allowed: letters, digits, `_` and `-`, such as facility-2")
  .refine((id) => id.toUpperCase() !== "POOL", "this is the pool's own key, which never enters Kubernetes; name a key of the facility's");

const signingKey = z
  .strictObject({
    id: keyId.default(FIRST_KEY).describe("SEC_TOKEN_ISSUER_KEY, the id of the key that signs; its value is a secret of its own"),
    previous: z
      .strictObject({
        id: keyId.meta({ description: "Id of the key that signed before", examples: ["facility-1"] }),
        until: day.describe("Last day on which its tokens are accepted"),
      })
      .optional()
      .describe("While keys change: the key before, whose tokens the access point still accepts, though nothing signs with it"),
  })
  .superRefine(({ id, previous }, context) => {
    if (id === previous?.id)
      context.addIssue({ code: "custom", path: ["previous", "id"], message: `found ${id}, which signs; allowed: the id of another key` });
  });

const schedd = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("dedicated"),
      name: z
        .string()
        .regex(/^[\w.-]+@[\w.-]+$/, "allowed: name@host such as af@schedd.example.edu")
        .meta({
          description: "SCHEDD_NAME, which must never change: under a new name the jobs in the queue are lost",
          examples: ["af@schedd.example.edu"],
          perSite: true,
        }),
      address: ipv4.describe("Address at which the pool reaches the access point, on the same port inside and outside"),
      trustDomain: dnsName.optional().describe("TRUST_DOMAIN, the issuer of all tokens; the pool's UID_DOMAIN if left out, as in HTCondor"),
      signingKey: signingKey.prefault({}).describe("Key that signs users' tokens for the access point"),
      image: image.describe("Image of the access point"),
      spool: size.describe("Size of the volume of the queue and of the jobs' sandboxes"),
      cpu: cpu.default("1").describe("CPU of the schedd"),
      // We chose 4 GiB: 1 MiB for the condor_shadow of each of 2000 running jobs, and as much again for the schedd and its queue.
      memory: memory.default("4Gi").describe("Memory of the schedd"),
      limits: z
        .strictObject({
          // Chosen by us: half of the running jobs for one person. HTCondor's own defaults (10 000 and 100 000) do not fit the memory
          // above.
          jobsRunning: count.default(2000).describe("MAX_JOBS_RUNNING, the largest number of running jobs"),
          jobsPerOwner: count.default(1000).describe("MAX_JOBS_PER_OWNER, the largest number of one user's jobs in the queue"),
        })
        .prefault({})
        .describe("Bounds of the queue"),
    })
    .describe("The facility's own access point of the pool"),
  z
    .strictObject({
      kind: z.literal("external"),
      host: dnsName.describe("SCHEDD_HOST, the host name of the access point"),
      port: port.default(CONDOR_PORT).describe("Shared port of the access point"),
    })
    .describe("Somebody else's access point"),
]);

const pool = z.strictObject({
  name: z.string().min(1, "allowed: some text").meta({ description: "COLLECTOR_NAME, the name of the pool", perSite: true }),
  cores: count.describe("Number of the pool's cores for analysis"),
  collector: dnsName.describe("CONDOR_HOST, the host name of the pool's central manager"),
  uidDomain: dnsName.describe("UID_DOMAIN, in which the pool's users have their identities"),
  network: z
    .strictObject({
      coresPerHost: count.optional().describe("Cores of one host of the pool"),
      nic: rate.optional().describe("What the network port of one host of the pool carries in each direction"),
      link: rate.optional().describe("What the narrowest link between the facility and the pool carries"),
    })
    .optional()
    .describe("How fast data reaches the pool's cores; what is not stated is not guessed")
    .meta({ readBy: ["data rate of the plan"] }),
});

/** Settings of the batch pool in which Dask workers and jobs run. */
export const Batch = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("htcondor"),
        pool: pool.describe("The HTCondor pool"),
        workers: z
          .enum(["docker", "apptainer"])
          .describe(
            "How the pool runs worker images; with apptainer it reads them from CVMFS, and Dask's schedulers must not be in users' pods",
          ),
        schedd: schedd.describe("The access point that takes the facility's jobs"),
      })
      .describe("An HTCondor pool outside Kubernetes"),
    none.describe("No batch system"),
  ])
  .describe("Where Dask workers and jobs run outside Kubernetes")
  .meta({ readBy: ["schedd", "user servers"] });
/** Settings of batch, with defaults filled in. */
export type Batch = z.infer<typeof Batch>;
/** Settings of an HTCondor pool. */
export type HTCondor = Extract<Batch, { kind: "htcondor" }>;
/** Settings of the facility's own access point. */
export type DedicatedSchedd = Extract<HTCondor["schedd"], { kind: "dedicated" }>;

/** Environment variables of a worker that reads the site's data. */
type JobEnvironment = Readonly<Record<string, string>>;

/**
 * Environment variables that tell `condor_submit` and dask-jobqueue in a notebook about the pool; empty without a pool.
 * @param workerImage image of the workers, whose Python and Dask must be the notebook's.
 * @param jobEnvironment environment variables of each worker, in place of those of its image, which names another site's cache.
 */
export function submitEnvironment(batch: Batch, workerImage: string, jobEnvironment: JobEnvironment): Record<string, string> {
  if (batch.kind === "none") return {};
  const { pool: settings, schedd: accessPoint } = batch;
  return {
    SCHEDD_HOST: nameOf(accessPoint),
    CONDOR_HOST: settings.collector,
    COLLECTOR_NAME: settings.name,
    UID_DOMAIN: settings.uidDomain,
    ...daskEnvironment(batch.workers, workerImage, jobEnvironment),
  };
}

/**
 * Environment variables that tell HTCondor's libraries about the pool; empty without a pool. A variable `_CONDOR_<KNOB>` overrides the knob
 * in the configuration files of an image
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/introduction-to-configuration.html#ordered-evaluation-to-set-the-configuration).
 * No variable names the access point's port, because HTCondor learns it from the collector.
 */
export function condorEnvironment(batch: Batch): Readonly<Record<string, string>> {
  if (batch.kind === "none") return {};
  const { pool: settings, schedd: accessPoint } = batch;
  return {
    _CONDOR_CONDOR_HOST: settings.collector,
    _CONDOR_SCHEDD_HOST: nameOf(accessPoint),
    _CONDOR_UID_DOMAIN: settings.uidDomain,
  };
}

/** A key with which the facility's own access point checks tokens, and the secret below `af:secrets` that holds it. */
export interface SigningKey {
  readonly id: string;
  readonly secret: string;
}

/** The keys of the facility's own access point, of which the first signs; none without one. */
export function signingKeys(batch: Batch): readonly SigningKey[] {
  if (batch.kind === "none" || batch.schedd.kind === "external") return [];
  const { id, previous } = batch.schedd.signingKey;
  // The first key had no id in the names of secrets, and keeps its secret.
  return [id, ...(previous ? [previous.id] : [])].map((each) => ({
    id: each,
    secret: each === FIRST_KEY ? "condorSigningKey" : `condorSigningKey-${each}`,
  }));
}

/**
 * Hours that a user's token for the facility's own access point lives: the hub gives each one that end, and the access point refuses an older one whatever
 * its end is. We chose a day. The hook takes no more, and renews a token after half of it.
 */
export const TOKEN_HOURS = 24;

/** How a token tells an access point who its holder is, and how long it does. */
interface TokenIssuer {
  readonly keyId: string;
  readonly trustDomain: string;
  readonly uidDomain: string;
  readonly hours: number;
}

/**
 * How a token tells the facility's own access point who its holder is; undefined without one, because nobody gives the facility the key of
 * somebody else's. The access point's configuration has the same names.
 */
export function tokenIssuer(batch: Batch): TokenIssuer | undefined {
  if (batch.kind === "none" || batch.schedd.kind === "external") return undefined;
  const { uidDomain } = batch.pool;
  return { keyId: batch.schedd.signingKey.id, trustDomain: batch.schedd.trustDomain ?? uidDomain, uidDomain, hours: TOKEN_HOURS };
}

/**
 * The name of the access point's ad in the collector, by which clients look it up: all of SCHEDD_NAME, also the part before `@`, or the host
 * name where no name is set
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/configuration-macros.html#SCHEDD_HOST).
 */
function nameOf(accessPoint: HTCondor["schedd"]): string {
  return accessPoint.kind === "dedicated" ? accessPoint.name : accessPoint.host;
}

/** Options of condor_submit for an access point that has not the notebook's files: it sends them along. */
const SPOOLED = '["-spool"]';

/**
 * Configuration of the cluster class that the images use, over the files of the images. With docker it is CoffeaCasaCluster, which reads
 * `jobqueue.coffea-casa`, and adds the files, the services and the scheduler's address to each job by itself
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/coffea_casa/coffea_casa.py). With apptainer it is dask-jobqueue's own class.
 */
function daskEnvironment(workers: HTCondor["workers"], workerImage: string, jobEnvironment: JobEnvironment): JobEnvironment {
  const environment = environmentCommand(jobEnvironment);
  switch (workers) {
    case "docker":
      return {
        DASK_JOBQUEUE__COFFEA_CASA__WORKER_IMAGE: workerImage,
        DASK_JOBQUEUE__COFFEA_CASA__SUBMIT_COMMAND_EXTRA: SPOOLED,
        // The image's own file leaves this command empty, and what it says wins over the list of the class. The files hold private keys.
        DASK_JOBQUEUE__COFFEA_CASA__JOB_EXTRA_DIRECTIVES: literal({
          encrypt_input_files: "*",
          when_to_transfer_output: "ON_EXIT",
          ...environment,
        }),
      };
    case "apptainer":
      return {
        DASK_JOBQUEUE__HTCONDOR__SUBMIT_COMMAND_EXTRA: SPOOLED,
        DASK_JOBQUEUE__HTCONDOR__JOB_EXTRA_DIRECTIVES: literal({
          "MY.SingularityImage": `"/cvmfs/unpacked.cern.ch/${workerImage}"`,
          ...environment,
        }),
      };
  }
}

/**
 * The submit command that sets a job's environment; none if there is nothing to set
 * (https://htcondor.readthedocs.io/en/latest/man-pages/condor_submit.html, environment).
 */
function environmentCommand(variables: JobEnvironment): Readonly<Record<string, string>> {
  const quoted = Object.entries(variables).map(([name, value]) => `${name}='${value.replaceAll("'", "''").replaceAll('"', '""')}'`);
  return quoted.length === 0 ? {} : { environment: `"${quoted.join(" ")}"` };
}

/**
 * A Python literal as the value of an environment variable. KubeSpawner replaces names in braces, so each real brace is doubled
 * (https://jupyterhub-kubespawner.readthedocs.io/en/latest/spawner.html).
 */
function literal(value: Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replaceAll("{", "{{").replaceAll("}", "}}");
}

/** File in which a worker finds the token that its job brings; undefined where the workers' images lay none. */
export function workerTokenFile(batch: Batch): string | undefined {
  return batch.kind === "htcondor" && batch.workers === "docker" ? WORKER_TOKEN_FILE : undefined;
}

/** What the batch pool of a site offers to its services. */
export function batchOffers({ kind }: Batch): readonly Capability[] {
  return kind === "htcondor" ? ["batchPool"] : [];
}

/** What batch needs of the site. */
export function batchNeeds(batch: Batch): readonly Need[] {
  if (batch.kind === "none") return [];
  const dedicated: Need = {
    capability: "addresses",
    path: "af:batch.schedd",
    service: "the dedicated schedd",
    otherwise: "set af:batch.schedd to { kind: external, host: ... }",
  };
  const apptainer: Need = {
    capability: "cvmfs",
    path: "af:batch.workers",
    service: "a notebook whose workers read their image from CVMFS",
    otherwise: "set af:batch.workers to docker",
  };
  return [...(batch.schedd.kind === "dedicated" ? [dedicated] : []), ...(batch.workers === "apptainer" ? [apptainer] : [])];
}
