/** Options of resources that hold data: neither `destroy` nor a rename may delete them. */
export const IRREPLACEABLE = { protect: true, retainOnDelete: true } as const;

/** Annotation with which Pulumi waits for a resource of Rook. Every kind of Rook reports its phase; not every kind has a condition. */
export const PHASE_READY = { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" };
