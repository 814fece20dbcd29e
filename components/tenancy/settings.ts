import { z } from "zod";
import { count, cpu, label, prose, size } from "../fields";
import { ROLE_FACTS, ROLES, type Role } from "./roles";

/** The same schema for each role, every role optional. */
function byRole<Schema extends z.ZodType>(schema: Schema) {
  return z.strictObject(Object.fromEntries(ROLES.map((role) => [role, schema.optional()])) as Record<Role, z.ZodOptional<Schema>>);
}

const whole = (what: string) =>
  z.int("allowed: a whole number").min(0, "allowed: 0 or more").meta({ description: what, unit: "count", perSite: true });

const pin = z.strictObject({
  because: prose.describe("Why the derived quota does not do"),
  cpu: cpu.optional().describe("Sum of all CPU requests"),
  memory: size.optional().describe("Sum of all memory requests"),
  pods: count.optional().describe("Pods"),
  storage: size.optional().describe("Sum of all claims"),
  claims: whole("Claims").optional(),
  loadBalancers: whole("Services with an address").optional(),
});
export type Pin = z.infer<typeof pin>;

const factor = z.number().min(1, "allowed: 1 or more");

/** The namespaces of the facility. Which ones there are follows from the services, and how much each may ask for from what runs there. */
export const Tenancy = z
  .strictObject({
    names: byRole(label.describe("Name of the namespace"))
      .default({})
      .describe("Names other than those of the upstream installation guides, by what the namespace is for"),
    headroom: factor
      .default(1.25)
      .meta({ description: "Quotas are what runs at full scale, times this", unit: "factor", examples: [1.25], perSite: true }),
    overcommit: z
      .strictObject({
        cpu: factor.default(1).meta({ description: "Sum of all quotas for CPU, over what the hosts offer", unit: "factor", perSite: true }),
        memory: factor
          .default(1)
          .meta({ description: "The same for memory, where more than 1 means killed pods", unit: "factor", perSite: true }),
      })
      .prefault({})
      .describe("How much more may be promised than there is"),
    pins: byRole(pin.describe("Keys of the quota that are set by hand"))
      .default({})
      .describe("Quotas that are not derived, with the reason, by what the namespace is for"),
    leaveAlone: z
      .array(label)
      .default([])
      .meta({ description: "Namespaces of the cluster that belong to somebody else: never created, adopted or deleted", perSite: true }),
  })
  .prefault({})
  .describe("Namespaces and their quotas")
  .meta({ readBy: ["namespaces", "quota pack"] });
export type Tenancy = z.infer<typeof Tenancy>;

/** Name of the namespace that a role has, if the site has that role. */
export function nameOf({ names }: Tenancy, role: Role): string {
  return names[role] ?? ROLE_FACTS[role].namespace;
}
