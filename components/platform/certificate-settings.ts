import { z } from "zod";
import { httpsUrl, ipv4 } from "../fields";

const selfCheck = z.strictObject({
  nameservers: z.array(ipv4).min(1, "allowed: at least one address").describe("DNS servers that see the zone as the authority does"),
  only: z
    .boolean()
    .default(true)
    .describe("Whether they alone are asked; otherwise they find the zone's own name servers, and those are asked"),
});

const solver = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("http01") })
    .describe("Plain http to each host leads to Traefik, where the authority asks for its challenge"),
  z
    .strictObject({
      kind: z.literal("rfc2136"),
      nameserver: ipv4.describe("DNS server that accepts the updates"),
      tsigKeyName: z.string().min(1).meta({ description: "Name of the TSIG key that signs the updates", perSite: true }),
      protocol: z
        .enum(["TCP", "UDP"])
        .default("TCP")
        .describe("How the updates travel; firewalls seldom let UDP in, and every DNS server takes TCP"),
      selfCheck: selfCheck
        .optional()
        .describe("Who answers whether a record is there, where the cluster sees another DNS than the authority"),
    })
    .describe("Dynamic updates of the DNS, signed with the secret `dnsTsigSecret`"),
]);

/** Settings of who signs the certificates of public names. */
export const certificates = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("acme"),
      server: httpsUrl.default("https://acme-v02.api.letsencrypt.org/directory").describe("URL of the authority's ACME directory"),
      email: z.email("allowed: an e-mail address that is read").meta({ description: "Where the authority writes to", perSite: true }),
      solver: solver.describe("How the facility proves to the authority that it controls a name"),
    })
    .describe("A public authority by ACME for public names, and the facility's own authority for names inside"),
  z
    .strictObject({ kind: z.literal("internal") })
    .describe(
      "The facility's own authority for all names; browsers, and clients of S3 and ServiceX in notebooks, must be taught to trust it",
    ),
  z
    .strictObject({ kind: z.literal("provided") })
    .describe("The ingress ends TLS with a certificate of its own; no cert-manager is installed"),
]);
