import type { Nodes } from "../nodes/settings";
import type { LoadBalancer } from "../platform/settings";

/** What the access point takes from other concerns. */
export interface BatchFacts {
  readonly nodes: Nodes;
  readonly namespace: string;
  /** Name of the StorageClass of the queue's volume. */
  readonly blockClass: string;
  readonly loadBalancer: LoadBalancer;
}
