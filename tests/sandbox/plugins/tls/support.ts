import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { plain, textOf, type JsonObject, type PropertyMap } from "#af/sandbox/plugins/properties";
import { tlsProvider } from "#af/sandbox/plugins/tls/resources";

/** The provider under test. */
export const provider = tlsProvider();

/** The URN of a resource of a kind such as `SelfSignedCert`. */
export const urn = (kind: string): string => `urn:pulumi:s::p::tls:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}::r`;

/** The completed inputs of a resource, and what is wrong with them. */
export async function check(kind: string, news: PropertyMap): Promise<{ inputs: PropertyMap; failures: readonly string[] }> {
  const { inputs, failures = [] } = await provider.check({ urn: urn(kind), olds: {}, news, randomSeed: new Uint8Array() });
  return { inputs, failures: failures.map(({ reason }) => reason) };
}

/** Makes a resource whose inputs are right. */
export async function make(kind: string, news: PropertyMap): Promise<{ id: string; outputs: PropertyMap; values: JsonObject }> {
  const { inputs, failures } = await check(kind, news);
  assert.deepEqual(failures, []);
  const { id, outputs } = await provider.create({ urn: urn(kind), inputs, timeout: 0, preview: false });
  return { id, outputs, values: plain(outputs) };
}

/** A text among the values of a resource. */
export const text = (values: JsonObject, key: string): string => textOf(values[key]);

/** Arguments for a key of every kind. */
export const KEYS = [
  { algorithm: "RSA", rsaBits: 2048 },
  { algorithm: "ECDSA", ecdsaCurve: "P224" },
  { algorithm: "ECDSA", ecdsaCurve: "P256" },
  { algorithm: "ECDSA", ecdsaCurve: "P384" },
  { algorithm: "ECDSA", ecdsaCurve: "P521" },
  { algorithm: "ED25519" },
] as const;

/** OpenSSL as an independent reader of keys and certificates, with a folder for its files. */
export class OpenSsl {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "tls-"));

  /** False without an `openssl` on PATH; in CI that is a failure. */
  isThere(): boolean {
    const { error } = spawnSync("openssl", ["version"]);
    if (error === undefined) return true;
    if (process.env["CI"] === "true") throw error;
    console.log("      skipped: no openssl on PATH");
    return false;
  }

  /** Writes a file and returns its path. */
  file(name: string, content: string): string {
    const full = path.join(this.folder, name);
    fs.writeFileSync(full, content, { mode: 0o600 });
    return full;
  }

  /** What OpenSSL says on both channels; it must end well. */
  ask(...args: readonly string[]): string {
    const { error, status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    if (error !== undefined) throw error;
    assert.equal(status, 0, `openssl ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout + stderr;
  }

  /** The extensions of a certificate by OpenSSL's name, with `critical` in front of the value where they are. */
  extensions(certificate: string): ReadonlyMap<string, string> {
    const said = this.ask("x509", "-noout", "-text", "-in", certificate);
    const [, list = ""] = /X509v3 extensions:\n([\s\S]*?)\n {4}Signature Algorithm/.exec(said) ?? [];
    return new Map(
      list.split(/\n(?= {12}\S)/).flatMap((item) => {
        const [head = "", ...lines] = item.split("\n").map((line) => line.trim());
        const [, name = "", critical = ""] = /^(.*?):\s*(critical)?$/.exec(head) ?? [];
        return name === "" ? [] : [[name, [...(critical === "" ? [] : [critical]), ...lines].join(" ")] as const];
      }),
    );
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}
