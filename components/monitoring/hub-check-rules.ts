import { HUB_CHECK } from "../hub/check-access";
import type { Manifest } from "../manifest";

/**
 * Alerts of the job that does what a user does, from what kube-state-metrics tells of it
 * (https://github.com/kubernetes/kube-state-metrics/tree/v2.20.0/docs/metrics/workload): the times at which its runs start and end, and whether they
 * failed. Which step broke stands in the log of the run, which stays until another one fails.
 * @param namespace that of monitoring.
 * @param hub namespace of the hub, in which the job runs.
 */
export function hubCheckRules(namespace: string, hub: string): Manifest {
  const jobs = `namespace="${hub}",job_name=~"${HUB_CHECK}-.*"`;
  const cronjob = `{namespace="${hub}",cronjob="${HUB_CHECK}"}`;
  const failed = `max(kube_job_status_start_time{${jobs}} and on (namespace, job_name) kube_job_failed{${jobs},condition="true"} == 1)`;
  const succeeded = `max(kube_cronjob_status_last_successful_time${cronjob})`;
  const next = `kube_cronjob_next_schedule_time${cronjob}`;
  const log = `kubectl -n ${hub} logs -l app.kubernetes.io/name=${HUB_CHECK}`;
  const alert = (name: string, severity: "warning" | "critical", expr: string, summary: string) => ({
    alert: name,
    expr,
    labels: { severity },
    annotations: { summary },
  });
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: HUB_CHECK, namespace },
    spec: {
      groups: [
        {
          name: HUB_CHECK,
          rules: [
            // Seconds that a run which went well took, by the run.
            {
              record: "facility:hub_check:seconds",
              expr: `kube_job_status_completion_time{${jobs}} - on (namespace, job_name) kube_job_status_start_time{${jobs}}`,
            },
            alert(
              "HubCheckFailed",
              "critical",
              `${failed} > (${succeeded} or vector(0))`,
              `A user cannot do what a tutorial does; the broken step: ${log}`,
            ),
            alert(
              "HubCheckNotRun",
              "warning",
              `time() - max(${next}) > 3600 or absent(${next})`,
              "Nobody tries whether a user can work: the job has not run when it should have",
            ),
          ],
        },
      ],
    },
  };
}
