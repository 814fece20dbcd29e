import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { withApiServer } from "#af/tools/charts/admission";
import { requireTools } from "../sandbox/plugins/control-plane";
import { MISREAD_SCHEDULES, REFUSED_SCHEDULES, SCHEDULES } from "./schedules";

describe("a schedule of cron, asked of the API server", function () {
  this.timeout(120_000);

  it("is taken and refused by the API server as by the site file, which also refuses what would be misread", async function () {
    const {
      etcd,
      "kube-apiserver": server,
      "kube-controller-manager": manager,
    } = await requireTools(this, "etcd", "kube-apiserver", "kube-controller-manager");
    const programs = { etcd: etcd?.path ?? "", "kube-apiserver": server?.path ?? "", "kube-controller-manager": manager?.path ?? "" };
    await withApiServer(programs, async (cluster) => {
      for (const schedule of [...SCHEDULES, ...MISREAD_SCHEDULES.map(([misread]) => misread)])
        await cluster.apply(cronJob(schedule), "schedules");
      for (const [schedule] of REFUSED_SCHEDULES) await assert.rejects(cluster.apply(cronJob(schedule), "schedules"), /schedule/, schedule);
    });
  });
});

function cronJob(schedule: string): ClusterObject {
  const container = { name: "job", image: "example.org/job:1" };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "scheduled", namespace: "default" },
    spec: { schedule, jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } } } },
  };
}
