import { quotas } from "./quotas/rules";
import type { Rule } from "./model/rules";
import { security } from "./security/rules";

/** Every rule of both packs. */
export const RULES: readonly Rule[] = [...quotas, ...security];
