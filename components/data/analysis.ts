import { z } from "zod";
import { count, rate } from "../fields";

/**
 * Settings of the question which rate of data the facility carries, and what limits it. They decide nothing that is installed. What a core reads and which share of
 * it the cache has already depends on the analyses alone: one core read 12.5 MB/s in the exercise of 200 Gb/s with 2,000 cores (https://arxiv.org/abs/2503.12991).
 */
export const Analysis = z
  .strictObject({
    cores: count
      .optional()
      .describe("Cores that read at once; all cores of the batch pool, or else of the hosts that run users, if left out"),
    perCore: rate.optional().meta({ description: "What an analysis reads on one core while nothing holds it up", examples: ["12.5MB/s"] }),
    hits: z
      .number("allowed: a share from 0 to 1")
      .min(0, "allowed: 0 to 1")
      .max(1, "allowed: 0 to 1")
      .optional()
      .meta({ description: "Share of the bytes read that the cache has already", unit: "0 to 1", examples: [0.9], perSite: true }),
    target: rate.optional().describe("The rate that is wanted; what the cores ask for, if left out"),
    dask: rate
      .optional()
      .meta({ description: "What a worker outside the cluster exchanges with its Dask scheduler, for each core", examples: ["50kB/s"] }),
  })
  .describe("What reads the data, for the question which rate the facility carries and what limits it")
  .meta({ readBy: ["data rate of the plan"], perSite: true });
/** Settings of the question about the data rate. */
export type Analysis = z.infer<typeof Analysis>;
