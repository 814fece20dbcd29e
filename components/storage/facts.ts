import type { Nodes } from "../nodes/settings";
import type { PublicIngress } from "../platform/public-ingress";

/** What storage takes from other concerns. */
export interface StorageFacts {
  readonly nodes: Nodes;
  /** Name of Rook's namespace, which is part of the names of drivers and provisioners. */
  readonly namespace: string;
  /** Names of the namespaces that have users of the object store. */
  readonly userNamespaces: readonly string[];
  readonly ingress: PublicIngress;
}
