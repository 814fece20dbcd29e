import { z } from "zod";
import type { Need } from "../contract";
import { count, dnsName, httpsUrl, none, size } from "../fields";

export const CODE_GENERATORS = [
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

const auth = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("internal") }).describe("Reachable from the hub's namespace only, and therefore without accounts"),
  z
    .strictObject({ kind: z.literal("oidc"), metadataUrl: httpsUrl.describe("The provider's discovery document") })
    .describe("Accounts of the site's login provider, without approval of each user"),
]);

export const ServiceX = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("servicex"),
        host: dnsName.optional().describe("Public name, where `auth` lets users in from outside"),
        adminEmail: z.email("allowed: an e-mail address that is read").meta({ description: "Who is asked about accounts", perSite: true }),
        auth: auth.describe("Who may use it"),
        codeGenerators: z.array(z.enum(CODE_GENERATORS)).min(1, "allowed: at least one code generator").describe("Languages of requests"),
        transformers: z
          .strictObject({
            max: count.default(20).describe("Most pods that one request may get"),
            requests: count.default(2).describe("Requests at once to be reckoned with"),
          })
          .prefault({})
          .describe("Transformer pods"),
        allowedImages: z
          .array(z.string().endsWith("/", "allowed: a prefix that ends in /, or sslhep would admit sslhep-evil"))
          .min(1)
          .meta({ description: "Repositories of science images that users may run", examples: [["docker.io/sslhep/"]] }),
        database: z
          .strictObject({ size: size.default("10Gi").describe("Volume of PostgreSQL") })
          .prefault({})
          .describe("Its database"),
        broker: z
          .strictObject({ size: size.default("8Gi").describe("Volume of RabbitMQ") })
          .prefault({})
          .describe("Its message broker"),
        objects: z.strictObject({ maxSize: size.describe("Quota of its bucket user") }).describe("Results in the object store"),
      })
      .superRefine(({ auth: { kind }, host }, context) => {
        if (kind === "oidc" && host === undefined)
          context.addIssue({ code: "custom", path: ["host"], message: "missing; users with accounts come in by a public name" });
        if (kind === "internal" && host !== undefined)
          context.addIssue({
            code: "custom",
            path: ["host"],
            message: "nobody comes in by a public name where auth is internal; remove this key, or set auth to { kind: oidc, ... }",
          });
      })
      .describe("ServiceX on the site's object store"),
    none.describe("No ServiceX"),
  ])
  .describe("Columns of remote datasets on request");
export type ServiceX = z.infer<typeof ServiceX>;
export type ServiceXSettings = Extract<ServiceX, { kind: "servicex" }>;

export function servicexNeeds({ kind }: ServiceX): readonly Need[] {
  if (kind === "none") return [];
  return [{ capability: "objectStore", path: "af:servicex", service: "servicex", otherwise: "set af:servicex to { kind: none }" }];
}
