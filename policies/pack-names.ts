/**
 * Name of the pack that judges every preview and every update, as the engine gives it. It has the rules of both {@link PACKS}, because the engine starts a
 * process for each pack, tells it every resource and waits for its answers one after the other: for UNL that takes 4 s of CPU a pack, whatever its rules.
 */
export const FACILITY_PACK = "analysis-facility";

/** Names of the packs with the quotas and with the security rules alone, for stacks that want one of them. */
export const PACKS = { quotas: "analysis-facility-quotas", security: "analysis-facility-security" } as const;
