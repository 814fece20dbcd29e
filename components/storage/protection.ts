/** Options of resources that hold data: neither `destroy` nor a rename may delete them. */
export const IRREPLACEABLE = { protect: true, retainOnDelete: true } as const;
