import { z } from "zod";
import { count, dnsName, httpsUrl, size } from "../fields";

const CODE_GENERATORS = [
  "uproot-raw",
  "uproot",
  "python",
  "rdataframe",
  "atlasr21",
  "atlasr22",
  "atlasr25",
  "topcp",
  "cmssw-5-3-32",
] as const;
export type CodeGenerator = (typeof CODE_GENERATORS)[number];
export { CODE_GENERATORS };

export const ServiceX = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("servicex"),
    host: dnsName,
    adminEmail: z.email("allowed: an e-mail address that is read"),
    auth: z.discriminatedUnion("kind", [
      /** Reachable from the hub's namespace only, and therefore without accounts. */
      z.strictObject({ kind: z.literal("internal") }),
      /** Accounts of the site's login provider, without approval of each user. */
      z.strictObject({ kind: z.literal("oidc"), metadataUrl: httpsUrl }),
    ]),
    codeGenerators: z.array(z.enum(CODE_GENERATORS)).min(1, "allowed: at least one code generator"),
    /** Most pods that one request may get. */
    transformers: z.strictObject({ max: count.default(20) }).prefault({}),
    /** Repositories of science images that users may run. */
    allowedImages: z.array(z.string().endsWith("/", "allowed: a prefix that ends in /, or sslhep would admit sslhep-evil")).min(1),
    database: z.strictObject({ size: size.default("10Gi") }).prefault({}),
    broker: z.strictObject({ size: size.default("8Gi") }).prefault({}),
    objects: z.strictObject({ maxSize: size }),
  }),
  z.strictObject({ kind: z.literal("none") }),
]);
export type ServiceX = z.infer<typeof ServiceX>;
export type ServiceXSettings = Extract<ServiceX, { kind: "servicex" }>;
