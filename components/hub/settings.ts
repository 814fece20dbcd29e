import { z } from "zod";
import { count, cpu, dnsName, httpsUrl, image, ipv4, size } from "../fields";

const groups = z.array(z.string().min(1)).min(1, "allowed: at least one group; a hub that admits everybody is not offered");

const login = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("cilogon"),
    /** Identity providers that may vouch for users, as CILogon names them. */
    identityProviders: z.array(httpsUrl).min(1, "allowed: at least one identity provider"),
    allowedGroups: groups,
    adminGroups: z.array(z.string()).default([]),
  }),
  z.strictObject({
    kind: z.literal("oidc"),
    /** Name on the login button. */
    service: z.string().min(1),
    authorizeUrl: httpsUrl,
    tokenUrl: httpsUrl,
    userinfoUrl: httpsUrl,
    usernameClaim: z.string().default("preferred_username"),
    groupsClaim: z.string().default("groups"),
    allowedGroups: groups,
    adminGroups: z.array(z.string()).default([]),
  }),
]);

const profile = z.strictObject({
  name: z.string().min(1),
  /** Guaranteed to each server; the limit is the same for memory. */
  cpu,
  memory: size,
  image: image.optional(),
});

export const Hub = z.strictObject({
  host: dnsName,
  /** An address of its own, or a route through Traefik. */
  expose: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("address"), address: ipv4 }),
    z.strictObject({ kind: z.literal("ingress") }),
  ]),
  login,
  image,
  users: z.strictObject({ registered: count, concurrent: count }),
  /** First one is the default. */
  profiles: z.array(profile).min(1, "allowed: at least one profile"),
  homes: z.strictObject({ size, mountPath: z.string().startsWith("/", "allowed: an absolute path").default("/home/jovyan") }),
  database: z.strictObject({ size: size.default("1Gi") }).prefault({}),
  /** User and group of user servers; images and existing homes decide them. */
  identity: z.strictObject({ uid: count, gid: count }),
  dask: z.discriminatedUnion("kind", [
    /** A scheduler per user in the user's pod, reached by name: TLS is passed through Traefik by SNI. */
    z.strictObject({ kind: z.literal("sni"), domain: dnsName, workerDomain: dnsName }),
    z.strictObject({ kind: z.literal("none") }),
  ]),
  cull: z.strictObject({ idleHours: z.number().positive().default(24) }).prefault({}),
});
export type Hub = z.infer<typeof Hub>;
