import type { Workload } from "../../components/workloads/workload";
import type { ClusterObject } from "../cluster/client";

/** A workload as plain data, with its namespace and further labels. */
export function labelled(workload: Workload, namespace: string, labels: Readonly<Record<string, string>>): ClusterObject {
  const plain = JSON.parse(JSON.stringify(workload)) as ClusterObject;
  const metadata = { namespace, ...plain.metadata, labels: { ...plain.metadata.labels, ...labels } };
  return { ...plain, metadata };
}
