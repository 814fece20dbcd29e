/** Names of the packs that judge every preview and every update, as the engine gives them. */
export const PACKS = { quotas: "analysis-facility-quotas", security: "analysis-facility-security" } as const;
