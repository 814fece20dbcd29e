import { z } from "zod";
import type { Capability, Need } from "../contract";
import { CONDOR_PORT } from "./ports";
import { count, cpu, dnsName, image, ipv4, none, port, size } from "../fields";

const schedd = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("dedicated"),
      name: z
        .string()
        .regex(/^[\w.-]+@[\w.-]+$/, "allowed: name@host such as af@schedd.example.edu")
        .meta({
          description: "SCHEDD_NAME. It must never change: a new name orphans the queue",
          examples: ["af@schedd.example.edu"],
          perSite: true,
        }),
      address: ipv4.describe("Address under which the pool reaches it; the port is the same inside and outside"),
      trustDomain: dnsName
        .optional()
        .describe("TRUST_DOMAIN, the issuer of every token; the pool's UID domain unless given, as HTCondor does"),
      image: image.describe("Image of the access point"),
      spool: size.describe("Volume of the queue and its sandboxes"),
      cpu: cpu.default("1").describe("CPU of the schedd"),
      memory: size.default("4Gi").describe("Memory of the schedd"),
      limits: z
        .strictObject({
          jobsRunning: count.default(2000).describe("MAX_JOBS_RUNNING"),
          jobsPerOwner: count.default(1000).describe("MAX_JOBS_PER_OWNER"),
        })
        .prefault({})
        .describe("Bounds of the queue"),
    })
    .describe("The facility's own access point in front of the pool"),
  z
    .strictObject({
      kind: z.literal("external"),
      host: dnsName.describe("SCHEDD_HOST"),
      port: port.default(CONDOR_PORT).describe("Its shared port"),
    })
    .describe("Somebody else's access point"),
]);

const pool = z.strictObject({
  name: z.string().min(1, "allowed: some text").meta({ description: "COLLECTOR_NAME", perSite: true }),
  cores: count.describe("Cores for analysis"),
  collector: dnsName.describe("The pool's central manager (CONDOR_HOST)"),
  uidDomain: dnsName.describe("UID_DOMAIN"),
});

/** Where Dask workers come from. */
export const Batch = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("htcondor"),
        pool: pool.describe("The pool"),
        workers: z.enum(["docker", "apptainer"]).describe("Universe in which the pool runs worker images; apptainer reads them from CVMFS"),
        schedd: schedd.describe("The access point that takes the facility's jobs"),
      })
      .describe("An HTCondor pool outside Kubernetes"),
    none.describe("No batch system"),
  ])
  .describe("Where Dask workers and jobs run outside Kubernetes")
  .meta({ readBy: ["schedd", "user servers"] });
export type Batch = z.infer<typeof Batch>;
export type HTCondor = Extract<Batch, { kind: "htcondor" }>;
export type DedicatedSchedd = Extract<HTCondor["schedd"], { kind: "dedicated" }>;

/** What `condor_submit` and dask-jobqueue in a notebook have to know; workers run the notebook's own image, or Python would not agree. */
export function submitEnvironment(batch: Batch, notebookImage: string): Record<string, string> {
  if (batch.kind === "none") return {};
  const { pool: settings, schedd: accessPoint } = batch;
  return {
    SCHEDD_HOST: hostOf(accessPoint),
    CONDOR_HOST: settings.collector,
    COLLECTOR_NAME: settings.name,
    UID_DOMAIN: settings.uidDomain,
    DASK_JOBQUEUE__HTCONDOR__JOB_EXTRA_DIRECTIVES: literal(directives(batch.workers, notebookImage)),
  };
}

/**
 * The pool as HTCondor's own libraries read it, whatever files an image has: a variable `_CONDOR_<KNOB>` overrides the knob
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/introduction-to-configuration.html#ordered-evaluation-to-set-the-configuration).
 * The access point's port is not here: HTCondor learns it from the collector.
 */
export function condorEnvironment(batch: Batch): Readonly<Record<string, string>> {
  if (batch.kind === "none") return {};
  const { pool: settings, schedd: accessPoint } = batch;
  return {
    _CONDOR_CONDOR_HOST: settings.collector,
    _CONDOR_SCHEDD_HOST: hostOf(accessPoint),
    _CONDOR_UID_DOMAIN: settings.uidDomain,
  };
}

/** Host under which the collector knows an access point. */
function hostOf(accessPoint: HTCondor["schedd"]): string {
  return accessPoint.kind === "dedicated" ? (accessPoint.name.split("@")[1] ?? accessPoint.name) : accessPoint.host;
}

/** Submit commands by which the pool finds the worker's image. */
function directives(workers: HTCondor["workers"], notebookImage: string): Readonly<Record<string, string>> {
  switch (workers) {
    case "docker":
      return { universe: "docker", docker_image: notebookImage };
    case "apptainer":
      return { "MY.SingularityImage": `"/cvmfs/unpacked.cern.ch/${notebookImage}"` };
  }
}

/** A Python literal for an environment variable: KubeSpawner fills in names in braces, so a real brace is doubled (guide jupyterhub-and-dask.md §9, trap 8). */
function literal(value: Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replaceAll("{", "{{").replaceAll("}", "}}");
}

export function batchOffers({ kind }: Batch): readonly Capability[] {
  return kind === "htcondor" ? ["batchPool"] : [];
}

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
