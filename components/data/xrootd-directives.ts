/** Protocols of origins that a URL may name: names of XRootD's own, with and without TLS. */
export const FORWARDED = ["root", "roots", "xroot", "xroots"] as const;

/** Directives that export paths, and URLs that name an origin, in one way. */
export function exported(paths: readonly string[], how: "r/o" | "stage r/o"): readonly string[] {
  return [...paths, ...FORWARDED.map((protocol) => `/${protocol}:/`)].map((path) => `all.export ${path} ${how}`);
}

/** Directives by which a daemon shows the certificate that the image has copied for it, and takes no connection without TLS. */
export const TLS_DIRECTIVES = [
  "xrd.tls /etc/grid-security/xrd/xrdcert.pem /etc/grid-security/xrd/xrdkey.pem",
  "xrd.tlsca certdir /etc/grid-security/certificates",
  "xrootd.tls all",
] as const;

/** A file of the image's supervisord, by which it runs one daemon as XRootD's user, and again when that ends. */
export function supervised(name: string, command: string, more: readonly string[] = []): string {
  return [`[program:${name}]`, `command=${command}`, "user=xrootd", "autorestart=true", ...more, ""].join("\n");
}
