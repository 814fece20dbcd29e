import type { Manifest } from "../manifest";

/** Annotation with which Pulumi waits for a resource of Rook. Every kind of Rook reports its phase; not every kind has a condition. */
const PHASE_READY = { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" };

/** A custom resource of Rook, for which Pulumi waits until its phase is Ready. */
export function rookObject(kind: string, metadata: Manifest["metadata"], spec: object): Manifest {
  return { apiVersion: "ceph.rook.io/v1", kind, metadata: { ...metadata, annotations: PHASE_READY }, spec };
}
