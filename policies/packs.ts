import { quotas } from "./quotas/rules";
import type { Rule } from "./model/rules";
import { security } from "./security/rules";

/** The rules of both packs. */
export const RULES: readonly Rule[] = [...quotas, ...security];
