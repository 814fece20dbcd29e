import { z } from "zod";
import type { Need } from "../contract";
import { cpu, dnsName, httpsUrl, memory, MOST_PODS, none, podCount, size } from "../fields";

/** Code generators of ServiceX (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/values.yaml, `codeGen`). */
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
/** One of {@link CODE_GENERATORS}. */
export type CodeGenerator = (typeof CODE_GENERATORS)[number];

/**
 * The chart writes these texts between single quotes into a file of Python and escapes nothing
 * (https://github.com/ssl-hep/ServiceX/blob/develop/helm/servicex/templates/app/configmap.yaml).
 */
const UNQUOTED = [/^[^'\\]*$/, "allowed: no ' and no \\, because ServiceX reads the text as Python"] as const;

const auth = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("internal") }).describe("Only the hub's namespace reaches ServiceX, which then has no accounts"),
  z
    .strictObject({
      kind: z.literal("oidc"),
      metadataUrl: httpsUrl.regex(...UNQUOTED).describe("URL of the provider's discovery document"),
    })
    .describe("Accounts of the site's login provider; nobody has to approve each user"),
]);

/**
 * Settings of ServiceX. 20 pods a request, and one CPU and 2Gi for each of their containers, are the defaults of its chart, and 8Gi that of
 * the broker's chart; two requests at once and 10Gi for the database were chosen by us.
 */
export const ServiceXSettings = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("servicex"),
        host: dnsName.optional().describe("Public host name, if `auth` admits users from outside"),
        adminEmail: z
          .email("allowed: an e-mail address that is read")
          .regex(...UNQUOTED)
          .meta({ description: "Address to which users write about accounts", perSite: true }),
        auth: auth.describe("Who may use ServiceX"),
        codeGenerators: z
          .array(z.enum(CODE_GENERATORS))
          .min(1, "allowed: at least one code generator")
          .describe("Code generators, one for each language of requests"),
        transformers: z
          .strictObject({
            max: podCount.default(20).describe("Largest number of pods of one request"),
            requests: podCount.default(2).describe("Number of requests at once, for which the quota has room"),
            cpu: cpu.default("1").describe("CPU that each of the two containers of a pod may use"),
            memory: memory.default("2Gi").describe("Memory that each of the two containers of a pod may use"),
          })
          .superRefine(({ max, requests }, context) => {
            // The fields themselves have refused more of either.
            if (max <= MOST_PODS && requests <= MOST_PODS && max * requests > MOST_PODS)
              context.addIssue({
                code: "custom",
                path: ["requests"],
                message: `${requests} requests with ${max} pods each are ${max * requests} pods, and ${MOST_PODS} are the most that Kubernetes supports in one cluster; lower max or requests`,
              });
          })
          .prefault({})
          .describe("Transformer pods"),
        allowedImages: z
          .array(z.string().endsWith("/", "allowed: a prefix that ends in /, or sslhep would admit sslhep-evil"))
          .min(1)
          .meta({ description: "Repositories of science images that users may run", examples: [["docker.io/sslhep/"]] }),
        database: z
          .strictObject({ size: size.default("10Gi").describe("Size of PostgreSQL's volume") })
          .prefault({})
          .describe("Database of ServiceX"),
        broker: z
          .strictObject({ size: size.default("8Gi").describe("Size of RabbitMQ's volume") })
          .prefault({})
          .describe("Message broker of ServiceX"),
        objects: z
          .strictObject({ maxSize: size.describe("Quota of ServiceX' user of the object store") })
          .describe("Results in the object store"),
      })
      .superRefine(({ auth: { kind }, host }, context) => {
        if (kind === "oidc" && host === undefined)
          context.addIssue({ code: "custom", path: ["host"], message: "missing; users with accounts need a public host name" });
        if (kind === "internal" && host !== undefined)
          context.addIssue({
            code: "custom",
            path: ["host"],
            message: "nobody can use a public host name while auth is internal; remove this key, or set auth to { kind: oidc, ... }",
          });
      })
      .describe("ServiceX on the site's object store"),
    none.describe("No ServiceX"),
  ])
  .describe("Service that delivers columns of remote datasets on request");
/** Settings of ServiceX, with defaults filled in. */
export type ServiceXSettings = z.infer<typeof ServiceXSettings>;
/** Settings of ServiceX at a site that has it. */
export type InstalledServiceX = Extract<ServiceXSettings, { kind: "servicex" }>;

/** What ServiceX needs of the site. */
export function servicexNeeds({ kind }: ServiceXSettings): readonly Need[] {
  if (kind === "none") return [];
  return [{ capability: "objectStore", path: "af:servicex", service: "servicex", otherwise: "set af:servicex to { kind: none }" }];
}
