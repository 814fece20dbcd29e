import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { RootFiles } from "./root-folder";

/** Makes a certificate's key and certificate, PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** Name of the authority's VOMS server, which nobody asks: its key signs attributes. */
const VOMS = "voms.example.edu";

/** A certificate authority that everybody here trusts, for grid programs by a folder and for web clients by a bundle. */
export class Authority {
  private readonly ca: string;

  /** @param kind kind of all keys: programs of X.509 proxies know RSA alone. */
  constructor(
    private readonly folder: string,
    private readonly kind: keyof typeof KEYS = "ec",
  ) {
    this.ca = path.join(folder, "ca.pem");
    const subject = ["-subj", "/CN=Test authority", "-days", "2", "-keyout", path.join(folder, "ca.key"), "-out", this.ca];
    openssl(["req", "-x509", ...KEYS[kind], ...subject, "-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
  }

  /** A certificate for host names. */
  certify(...names: readonly string[]): Certified {
    const file = path.join(this.folder, names[0] ?? "");
    openssl(
      ["req", "-x509", ...KEYS[this.kind], "-CA", this.ca, "-CAkey", path.join(this.folder, "ca.key"), "-days", "2"].concat(
        ["-subj", `/CN=${names[0] ?? ""}`, "-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`],
        ["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", `${file}.key`, "-out", `${file}.pem`],
      ),
    );
    return { certificate: fs.readFileSync(`${file}.pem`, "utf8"), key: fs.readFileSync(`${file}.key`, "utf8") };
  }

  /** An X.509 proxy of a new person, and with it attributes of VOMS by a server of the authority, or none. */
  proxy(person: string, attribute?: string): string {
    for (const name of [person, VOMS]) this.certify(name);
    const at = (file: string): string => path.join(this.folder, file);
    const { hash } = this;
    fs.mkdirSync(at("trusted"), { recursive: true });
    fs.copyFileSync(this.ca, at(`trusted/${hash}.0`));
    const voms =
      attribute === undefined
        ? []
        : ["-voms", attribute.split("/")[1] ?? "", "-fqan", `${attribute}/Role=NULL/Capability=NULL`, "-uri", `${VOMS}:15000`];
    const keys = [
      "-cert",
      `${person}.pem`,
      "-key",
      `${person}.key`,
      "-hostcert",
      `${VOMS}.pem`,
      "-hostkey",
      `${VOMS}.key`,
      "-out",
      `${person}.proxy`,
    ];
    const files = keys.map((each) => (each.startsWith("-") ? each : at(each)));
    execFileSync("voms-proxy-fake", ["-rfc", "-bits", "2048", "-certdir", at("trusted"), ...files, ...voms], { stdio: "pipe" });
    return fs.readFileSync(at(`${person}.proxy`), "utf8");
  }

  /** The file by which a root folder takes the attributes of an organization from the authority's VOMS server. */
  attributesOf(organization: string): RootFiles {
    return { [`etc/grid-security/vomsdir/${organization}/${VOMS}.lsc`]: `/CN=${VOMS}\n/CN=Test authority\n` };
  }

  private get hash(): string {
    return openssl(["x509", "-noout", "-subject_hash", "-in", this.ca]).trim();
  }

  /** The files by which a root folder trusts the authority. */
  get trust(): RootFiles {
    const text = fs.readFileSync(this.ca, "utf8");
    const { hash } = this;
    return { "etc/ssl/certs/ca-certificates.crt": text, [`etc/grid-security/certificates/${hash}.0`]: text };
  }
}

const KEYS = {
  ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
  rsa: ["-newkey", "rsa:2048", "-nodes"],
} as const;

function openssl(args: readonly string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** What a token says. */
export interface TokenClaims {
  readonly audience: string;
  readonly scope: string;
  /** Seconds from now on; negative for a token that has expired. */
  readonly lifetime?: number;
  readonly subject?: string;
}

/** An issuer of tokens: what it serves, and the tokens that it signs in the profile of WLCG (https://zenodo.org/records/3460258). */
export class Issuer {
  private readonly pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private readonly id = createHash("sha256")
    .update(this.pair.publicKey.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 8);

  /** @param url with a final slash. */
  constructor(readonly url: string) {}

  /** The documents that the issuer serves, by path. */
  get documents(): Readonly<Record<string, string>> {
    const key = { ...this.pair.publicKey.export({ format: "jwk" }), kid: this.id, use: "sig", alg: "ES256" };
    return {
      ".well-known/openid-configuration": JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}jwks` }),
      jwks: JSON.stringify({ keys: [key] }),
    };
  }

  /** A token, signed. */
  token({ audience, scope, lifetime = 3600, subject = "a-user" }: TokenClaims): string {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now + Math.min(lifetime, 0) - 60, nbf: now + Math.min(lifetime, 0) - 60, exp: now + lifetime };
    const claims = { iss: this.url, sub: subject, aud: audience, scope, "wlcg.ver": "1.0", jti: String(Math.random()), ...times };
    const text = [{ alg: "ES256", typ: "JWT", kid: this.id }, claims].map((part) => encoded(JSON.stringify(part))).join(".");
    const signature = sign("sha256", Buffer.from(text), { key: this.pair.privateKey, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64url");
}
