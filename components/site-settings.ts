import { z } from "zod";
import { cidr, dnsName, label } from "./fields";

/** What a site is, before any service: its name, its cluster, its networks. */
export const Identity = z.strictObject({
  /** Name of the stack. */
  name: label,
  /** For people. */
  title: z.string().min(1),
  /** Base domain of the facility's names. */
  domain: dnsName,
  experiment: z.enum(["cms", "atlas"]),
  kubernetes: z.strictObject({
    kind: z.enum(["kubeadm", "okd"]),
    /** Minor version, as text: YAML reads 1.30 as 1.3. */
    version: z
      .string('allowed: a quoted minor version such as "1.34"')
      .regex(/^1\.\d{2}$/, 'allowed: a quoted minor version such as "1.34"'),
    podCidr: cidr,
    serviceCidr: cidr,
  }),
});
export type Identity = z.infer<typeof Identity>;
