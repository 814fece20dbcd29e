import { candidates } from "../../capacity/placement";
import type { Field } from "../model/field";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { isDaemonSet } from "../model/pods";
import { objectName, type JudgementOf, type SiteRule } from "../model/rules";
import { is, type KubernetesObject } from "../model/objects";
import { hostPortsOf } from "../model/pod-reading";
import { attemptOf, stackWorkloads, type StackWorkload } from "../model/workloads";

/** A port of the host that the pods of a workload bind. */
interface TakenPort {
  readonly object: KubernetesObject;
  readonly field: Field;
  readonly port: number;
  readonly protocol: string;
  readonly hosts: readonly SiteHost[];
}

export const portsAreUnique: SiteRule = {
  name: "ports-are-unique",
  pack: "quotas",
  title: "No two pods ask for the same port of a host that both may run on, and no two Services for the same node port.",
  why: "Two pods with the same hostPort cannot run on one host, and a node port belongs to one Service.",
  sources: [
    "https://kubernetes.io/docs/concepts/configuration/overview/",
    "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
  ],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Give one of them another port, or keep their hosts apart: the pod that comes second waits, the Service is refused.",
  frameworks: ["facility:Q-44"],
  scope: "site",
  check: (objects, site, on) => {
    const all = schedulableHosts(site);
    const taken: TakenPort[] = [];
    for (const workload of stackWorkloads(objects, all, attemptOf(on)))
      on(workload.object).attempt(() => {
        on(workload.object).countChecked();
        for (const asked of takenBy(workload, all)) {
          checkReplicas(workload, asked, on);
          const other = taken.find((each) => clash(asked, each));
          if (other)
            on(asked.object).violation(
              asked.field,
              `${asked.port}/${asked.protocol} of a host is already taken by ${objectName(other.object)}`,
            );
          taken.push(asked);
        }
      });
    checkNodePorts(objects, on);
  },
};

function takenBy({ object, pod, placement }: StackWorkload, all: readonly SiteHost[]): readonly TakenPort[] {
  return hostPortsOf(pod).map(({ field, port, protocol }) => ({ object, field, port, protocol, hosts: candidates(placement, all) }));
}

/** One pod on each host can have the port, so a workload needs as many hosts as pods. A DaemonSet makes one on each anyway. */
function checkReplicas({ object, scale }: StackWorkload, { field, port, hosts }: TakenPort, on: JudgementOf): void {
  if (isDaemonSet(object)) return;
  on(object).compared(field, {
    subject: `${objectName(object)} with port ${port} of a host each`,
    resource: "hosts",
    unit: "count",
    need: BigInt(scale.pods),
    have: BigInt(hosts.length),
  });
}

function clash(a: TakenPort, b: TakenPort): boolean {
  return a.object !== b.object && a.port === b.port && a.protocol === b.protocol && a.hosts.some((host) => b.hosts.includes(host));
}

function checkNodePorts(objects: readonly KubernetesObject[], on: JudgementOf): void {
  const taken = new Map<string, KubernetesObject>();
  for (const object of objects.filter((each) => is(each, "v1", "Service")))
    on(object).attempt(() => {
      for (const entry of object.root.at("spec", "ports").items()) {
        const field = entry.at("nodePort");
        const port = field.number();
        if (port === undefined || port === 0) continue;
        on(object).countChecked();
        const key = `${port}/${entry.at("protocol").text() ?? "TCP"}`;
        const other = taken.get(key);
        if (other) on(object).violation(field, `${key} is already the node port of ${objectName(other)}`);
        else taken.set(key, object);
      }
    });
}
