import { z } from "zod";
import { absolutePath, dnsName, ipv4, port, rate } from "../fields";
import { HTTPS_PORT } from "../platform/ports";
import { XROOTD_PORT } from "./ports";

/**
 * How a door asks who reads. A token is a secret that whoever hears it may use, so XRootD's `ztn` refuses to send one without TLS
 * (https://github.com/xrootd/xrootd/blob/master/src/XrdSecztn/XrdSecProtocolztn.cc).
 */
const auth = (message: string, ...allowed: readonly ("none" | "tokens" | "gsi")[]) =>
  z
    .array(z.enum(allowed, message))
    .min(1, "allowed: at least one way; none for a door that asks nobody")
    .refine((ways) => !ways.includes("none") || ways.length === 1, "allowed: none alone, or the ways without it");

const AUTH = "How a client shows who reads: none, tokens (ztn of XRootD, or a bearer token over https), gsi (X.509 proxies)";

const protocol = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("root"),
      port: port.default(XROOTD_PORT).describe("Port of XRootD on every door"),
      auth: auth(
        "allowed: none or gsi, because a token would go in clear text; write the kind roots if the doors speak TLS, or leave tokens out",
        "none",
        "gsi",
      )
        .default(["none"])
        .describe(AUTH),
    })
    .describe("XRootD without TLS"),
  z
    .strictObject({
      kind: z.literal("roots"),
      port: port.default(XROOTD_PORT).describe("Port of XRootD on every door"),
      auth: auth("allowed: none, tokens or gsi", "none", "tokens", "gsi").default(["tokens"]).describe(AUTH),
    })
    .describe("XRootD that turns to TLS"),
  z
    .strictObject({
      kind: z.literal("davs"),
      port: port.default(HTTPS_PORT).describe("Port of https on every door"),
      auth: auth("allowed: none, tokens or gsi", "none", "tokens", "gsi").default(["tokens"]).describe(AUTH),
    })
    .describe("WebDAV over https"),
]);
/** A protocol that the doors of a store speak, with its port and how it asks who reads. */
export type DoorProtocol = z.infer<typeof protocol>;

const host = z.strictObject({
  name: dnsName.describe("Name in the door's certificate"),
  address: ipv4.describe("Address that clients may reach, and that is probed"),
});

/** Settings of the doors of one store. */
export const DoorSettings = z
  .strictObject({
    protocols: z
      .array(protocol)
      .min(1, "allowed: at least one protocol")
      .prefault([{ kind: "roots" }])
      .describe("Protocols that every door speaks, the one that clients should use first"),
    exports: z.array(absolutePath).min(1, "allowed: at least one path").describe("Paths that clients may ask for"),
    hosts: z.array(host).min(1, "allowed: at least one door").describe("Each door of the store"),
    redirector: z
      .strictObject({
        name: dnsName.describe("Name in the redirector's certificate"),
        address: ipv4.describe("Address that clients may reach, and that is probed"),
        port: port.default(XROOTD_PORT).describe("Port of XRootD on the redirector"),
      })
      .optional()
      .describe(
        "Redirector of the store's XRootD, or an alias that is in the certificate of every door, which clients then ask instead of a door",
      ),
    rates: z
      .strictObject({
        door: rate.optional().describe("What one door sends, by its port or by what is behind it"),
        link: rate.optional().describe("What the narrowest link between all doors and the facility carries"),
      })
      .optional()
      .describe("How fast the doors are; what is not stated is not guessed")
      .meta({ readBy: ["data rate of the plan"] }),
  })
  .superRefine(({ protocols, redirector }, context) => {
    for (const [index, { kind, port: at }] of protocols.entries()) {
      const before = protocols.slice(0, index);
      if (before.some((other) => other.kind === kind))
        context.addIssue({
          code: "custom",
          path: ["protocols", index, "kind"],
          message: `${kind} is listed before; list each protocol once`,
        });
      // One daemon may speak both on one port, but XRootD lifts a client to TLS or it does not.
      if (before.some((other) => other.port === at && isXrootd(other) && isXrootd({ kind })))
        context.addIssue({
          code: "custom",
          path: ["protocols", index, "port"],
          message: `${at} is already the port of XRootD; write roots alone if it turns clients to TLS`,
        });
    }
    if (redirector !== undefined && !protocols.some(isXrootd))
      context.addIssue({
        code: "custom",
        path: ["redirector"],
        message: "a redirector speaks XRootD, and the doors do not; list root or roots in the protocols, or leave it out",
      });
  });
/** Settings of the doors of one store, with defaults filled in. */
export type DoorSettings = z.infer<typeof DoorSettings>;

/** True for XRootD's own protocol, with TLS or without. */
export function isXrootd({ kind }: Pick<DoorProtocol, "kind">): boolean {
  return kind === "root" || kind === "roots";
}

/** One place at which a store answers: a door or the store's redirector, and one protocol that it speaks. */
export interface DoorEndpoint {
  readonly what: "door" | "redirector";
  readonly name: string;
  readonly address: string;
  readonly protocol: DoorProtocol["kind"];
  readonly port: number;
  readonly auth: DoorProtocol["auth"];
}

/** Every place at which a store answers. The redirector asks for the same as the doors, and is first where there is one. */
export function endpointsOf({ protocols, hosts, redirector }: DoorSettings): readonly DoorEndpoint[] {
  const native = protocols.find(isXrootd);
  return [
    ...(redirector === undefined || native === undefined
      ? []
      : [{ what: "redirector" as const, ...redirector, protocol: native.kind, auth: native.auth }]),
    ...protocols.flatMap(({ kind, port: at, auth: ways }) =>
      hosts.map(({ name, address }) => ({ what: "door" as const, name, address, protocol: kind, port: at, auth: ways })),
    ),
  ];
}

/** Places at which a store answers by XRootD's own protocol; none if its doors speak WebDAV alone. */
export function xrootdEndpointsOf(doors: DoorSettings): readonly DoorEndpoint[] {
  return endpointsOf(doors).filter(({ protocol: kind }) => isXrootd({ kind }));
}

/**
 * Places that a client asks for a file, the first one first: the redirector, which knows the door that has it, or each door of the first
 * protocol.
 */
export function clientEndpointsOf(doors: DoorSettings): readonly DoorEndpoint[] {
  const [first] = endpointsOf(doors);
  return endpointsOf(doors).filter(({ what, protocol: kind }) => what === first?.what && kind === first.protocol);
}

/** URL of a file at a door or redirector. XRootD takes the path after a second slash. */
export function doorUrl({ protocol: scheme, name, port: at }: Pick<DoorEndpoint, "protocol" | "name" | "port">, path: string): string {
  return `${scheme}://${name}:${at}${isXrootd({ kind: scheme }) ? "/" : ""}${path}`;
}
