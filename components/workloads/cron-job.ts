import type { V1CronJob, V1PodSpec } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";

/** A job that runs again and again. */
export interface CronJobSpec {
  readonly name: string;
  readonly namespace: string;
  /** Times in UTC, in the form of cron. */
  readonly schedule: string;
  /** Seconds after which a run ends, whatever it waits for. */
  readonly deadline: number;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: V1PodSpec;
}

/** Makes a job of which no two runs are at work at once, because they would use the same things, and which tries once a run. */
export function cronJob({ name, namespace, schedule, deadline, labels, pod }: CronJobSpec): Manifest & V1CronJob {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace },
    spec: {
      schedule,
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      // The last failed run stays, with its log, until one fails again.
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        spec: { backoffLimit: 0, activeDeadlineSeconds: deadline, template: { metadata: { labels }, spec: pod } },
      },
    },
  };
}
