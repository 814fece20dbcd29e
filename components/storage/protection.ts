/** Nothing of Ceph may go by mistake: not by `destroy`, not by a rename. */
export const IRREPLACEABLE = { protect: true, retainOnDelete: true } as const;

/** Rook reports its progress here and sets no condition for all of its kinds. */
export const PHASE_READY = { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" };
