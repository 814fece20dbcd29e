import { z } from "zod";
import { cpuInAll, label, podCount, prose, size } from "../fields";
import { ROLE_FACTS, ROLES, type Role } from "./roles";

/** A map from roles to values of one schema; every role is optional. */
function byRole<Schema extends z.ZodType>(schema: Schema) {
  return z.strictObject(Object.fromEntries(ROLES.map((role) => [role, schema.optional()])) as Record<Role, z.ZodOptional<Schema>>);
}

const whole = (what: string) =>
  z.int("allowed: a whole number").min(0, "allowed: 0 or more").meta({ description: what, unit: "count", perSite: true });

const pin = z.strictObject({
  because: prose.describe("Why the derived quota does not fit"),
  cpu: cpuInAll.optional().describe("Sum of all CPU requests"),
  memory: size.optional().describe("Sum of all memory requests"),
  pods: podCount.optional().describe("Number of pods"),
  storage: size.optional().describe("Sum of the sizes of all claims"),
  claims: whole("Number of claims").optional(),
  loadBalancers: whole("Number of Services with a public address").optional(),
});
/** Keys of one namespace's quota that the site file sets by hand. */
export type Pin = z.infer<typeof pin>;

/** We chose the most: a hundredfold quota bounds nothing any more. */
const factor = z.number().min(1, "allowed: 1 or more").max(100, "allowed: 1 to 100");

/** Settings of the facility's namespaces. The services decide which namespaces there are; what runs in one decides its quota. */
export const Tenancy = z
  .strictObject({
    names: byRole(label.describe("Name of the namespace"))
      .default({})
      .describe("Names of namespaces that differ from those in the projects' installation instructions, by role"),
    // 1.25 was chosen by us: a quarter for the pods that stand twice during an update and for what an operator starts by hand.
    headroom: factor
      .default(1.25)
      .meta({ description: "A quota is what runs at full scale, times this factor", unit: "factor", examples: [1.25], perSite: true }),
    overcommit: z
      .strictObject({
        cpu: factor
          .default(1)
          .meta({ description: "Most that all CPU quotas together may be of what the hosts offer", unit: "factor", perSite: true }),
        memory: factor
          .default(1)
          .meta({ description: "The same for memory; above 1, pods may be killed for want of it", unit: "factor", perSite: true }),
      })
      .prefault({})
      .describe("How much more the quotas may promise than the hosts have"),
    pins: byRole(pin.describe("Keys of the quota that are set by hand"))
      .default({})
      .describe("Quotas that the site sets by hand, with the reason, by role"),
    leaveAlone: z
      .array(label)
      .default([])
      .meta({ description: "Namespaces that belong to somebody else; the facility never creates, adopts or deletes them", perSite: true }),
  })
  .prefault({})
  .describe("Namespaces and their quotas")
  .meta({ readBy: ["namespaces", "quota pack"] });
/** Settings of the namespaces, with defaults filled in. */
export type Tenancy = z.infer<typeof Tenancy>;

/** Name of a role's namespace; the site need not have that namespace. */
export function nameOf({ names }: Tenancy, role: Role): string {
  return names[role] ?? ROLE_FACTS[role].namespace;
}
