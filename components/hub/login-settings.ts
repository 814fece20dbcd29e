import { z } from "zod";
import { httpsUrl, prose } from "../fields";

const groups = z
  .array(z.string().min(1))
  .min(1, "allowed: at least one group; a hub that admits everybody is not offered")
  .meta({ description: "Groups whose members may log in", examples: [["/cms"]], perSite: true });
const adminGroups = z.array(z.string().min(1)).default([]).meta({ description: "Groups whose members administer the hub", perSite: true });

/** An identity provider as CILogon's list names it; many of them have a URN (https://cilogon.org/idplist). */
const entityId = z
  .string()
  .regex(/^(https?:\/\/|urn:)\S+$/, "allowed: an entity ID of https://cilogon.org/idplist, which starts with https://, http:// or urn:")
  .meta({ description: "An entity ID", examples: ["urn:mace:incommon:example.edu"], perSite: true });

const scope = z
  .string()
  .regex(/^(?!offline_access$)\S+$/, "allowed: a scope without blanks; offlineAccess adds offline_access")
  .meta({ description: "A scope", examples: ["wlcg.groups"], perSite: true });

const offlineAccess = z.boolean().meta({
  description:
    "Whether the provider lets the hub ask for `offline_access`, with which the hub learns within an hour that a user has left all groups; without it the hub asks nothing after a login, which lasts a day",
  perSite: true,
});

/** Settings of the login provider, and of who may log in. */
export const login = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("cilogon"),
      identityProviders: z
        .array(entityId)
        .min(1, "allowed: at least one identity provider")
        .describe("Identity providers whose users may log in, as CILogon names them"),
      usernameClaim: z
        .string()
        .default("email")
        .meta({ description: "Claim that names the user, e.g. `eppn` where providers hide the e-mail address", perSite: true }),
      offlineAccess: offlineAccess.default(false),
      allowedGroups: groups,
      adminGroups,
    })
    .describe("CILogon"),
  z
    .strictObject({
      kind: z.literal("oidc"),
      service: prose.describe("Name on the login button"),
      authorizeUrl: httpsUrl.describe("The provider's authorization endpoint"),
      tokenUrl: httpsUrl.describe("The provider's token endpoint"),
      userinfoUrl: httpsUrl.describe("The provider's userinfo endpoint"),
      usernameClaim: z.string().default("preferred_username").meta({ description: "Claim that names the user", perSite: true }),
      groupsClaim: z.string().default("groups").meta({
        description: "Claim with the user's groups: its name, such as `wlcg.groups`, or else its path, such as `realm_access.roles`",
        perSite: true,
      }),
      scopes: z
        .array(scope)
        .default([])
        .describe(
          "Scopes that the hub asks for beside openid, email and profile; some providers send groups for a scope of their own only",
        ),
      offlineAccess: offlineAccess.default(true),
      allowedGroups: groups,
      adminGroups,
    })
    .describe("Any OpenID Connect provider, e.g. the laboratory's own or CMS IAM"),
]);
