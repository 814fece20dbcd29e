import { PolicyPack } from "@pulumi/policy";
import { compileLater } from "./compile-later";
import { enginePolicies } from "./engine";
import { readMessagesOnce } from "./messages";
import type { Rule } from "./model/rules";

/**
 * Serves a pack to the engine, which starts a process for each: what that process needs for its short life, and a policy for each rule.
 * @param name as the engine gives it.
 */
export function servePack(name: string, rules: readonly Rule[]): void {
  compileLater();
  readMessagesOnce();
  new PolicyPack(name, { policies: enginePolicies(rules), enforcementLevel: "mandatory" });
}
