import { z } from "zod";
import { count, cpu, label, size } from "../fields";
import { ROLE_FACTS, type Role } from "./roles";

/** Upper bound of all that a namespace may ask for. Limits of memory default to twice the requests. */
const quota = z.strictObject({
  cpu,
  memory: size,
  pods: count,
  /** Sum of all claims. */
  storage: size.default("0Gi"),
  claims: z.int().min(0).default(0),
  loadBalancers: z.int().min(0).default(0),
});
export type Quota = z.infer<typeof quota>;

const namespace = (role: Role) =>
  z.strictObject({
    name: label.default(ROLE_FACTS[role].namespace),
    quota,
  });

export const Tenancy = z
  .strictObject({
    /** Namespaces of this facility, by what they are for. */
    namespaces: z.strictObject({
      flux: namespace("flux").optional(),
      "cert-manager": namespace("cert-manager").optional(),
      metallb: namespace("metallb").optional(),
      traefik: namespace("traefik").optional(),
      monitoring: namespace("monitoring").optional(),
      rook: namespace("rook").optional(),
      data: namespace("data").optional(),
      batch: namespace("batch").optional(),
      hub: namespace("hub"),
      servicex: namespace("servicex").optional(),
      skyhook: namespace("skyhook").optional(),
    }),
    /** Namespaces of the cluster that belong to somebody else: never created, adopted or deleted. */
    leaveAlone: z.array(label).default([]),
  })
  .superRefine(({ namespaces, leaveAlone }, context) => {
    const seen = new Map<string, string>();
    for (const [role, { name }] of Object.entries(namespaces)) {
      const path = ["namespaces", role, "name"];
      const other = seen.get(name);
      if (other !== undefined)
        context.addIssue({ code: "custom", path, message: `${name} is already the namespace of ${other}; give each role its own` });
      if (leaveAlone.includes(name))
        context.addIssue({
          code: "custom",
          path,
          message: `${name} is listed in leaveAlone; choose another name or take it off that list`,
        });
      seen.set(name, role);
    }
  });
export type Tenancy = z.infer<typeof Tenancy>;

/** Name of the namespace of a role, or undefined if this site has none. */
export function namespaceOf(tenancy: Tenancy, role: Role): string | undefined {
  return tenancy.namespaces[role]?.name;
}
