import type { Manifest } from "../manifest";
import { waitFor } from "../wait-for";

/** Every kind of Rook reports its phase; not every kind has a condition. */
const PHASE_READY = waitFor({ field: "status.phase", is: "Ready" });

/** A custom resource of Rook, for which Pulumi waits until its phase is Ready. */
export function rookObject(kind: string, metadata: Manifest["metadata"], spec: object): Manifest {
  return { apiVersion: "ceph.rook.io/v1", kind, metadata: { ...metadata, annotations: PHASE_READY }, spec };
}
