import { X509Certificate } from "node:crypto";
import type { ClusterObject } from "../cluster/client";
import { asFields, conditionOf, fieldAt, findObject, listAt, textAt, withCondition, type World } from "../cluster/world";
import type { Behaviour, Status } from "./behaviour";
import { accountKeyHash } from "./issue";
import { releasesIn } from "./operator";

/** Key of an account's Secret unless `privateKeySecretRef` names one. */
const ACCOUNT_KEY = "tls.key";

/**
 * Where cert-manager keeps the Secrets of an issuer: in the issuer's namespace, and those of a ClusterIssuer in its own, which is the chart's
 * default of `--cluster-resource-namespace`:
 * https://github.com/cert-manager/cert-manager/blob/v1.21.1/deploy/charts/cert-manager/templates/deployment.yaml
 */
export function secretsOf(world: World, issuer: ClusterObject): string {
  return issuer.metadata.namespace ?? releasesIn(world).find(({ chart }) => chart === "cert-manager")?.namespace ?? "cert-manager";
}

/** The text in a Secret; undefined if there is none. */
export function secretText(secret: ClusterObject | undefined, key: string): string | undefined {
  const held = textAt(secret, "data", key);
  return held === undefined ? undefined : Buffer.from(held, "base64").toString();
}

/**
 * What cert-manager does about Issuers and ClusterIssuers of the types `acme`, `ca` and `selfSigned`:
 * https://github.com/cert-manager/cert-manager/tree/v1.21.1/pkg/issuer
 */
export const issuer: Behaviour = {
  products: (world, each) => {
    const account = accountOf(each);
    if (account === undefined) return [];
    const namespace = secretsOf(world, each);
    if (findObject(world, "", "Secret", account.secret, namespace) !== undefined) return [];
    return [{ kind: "account", order: { ...account, namespace } }];
  },
  status: (each, _, world) => {
    if (fieldAt(each, "spec", "acme") !== undefined) return acme(world, each);
    if (fieldAt(each, "spec", "ca") !== undefined) return signingAuthority(world, each);
    return ready(
      each,
      "True",
      "IsReady",
      fieldAt(each, "spec", "selfSigned") === undefined ? "stand-in: nothing of this type is checked" : "",
    );
  },
  events: (each, status) => {
    const { status: state, reason = "", message = "" } = conditionOf({ ...each, status }, "Ready") ?? {};
    if (fieldAt(each, "spec", "ca") === undefined || state === undefined) return [];
    return [{ kind: "event", about: each, type: state === "True" ? "Normal" : "Warning", reason, message }];
  },
};

function ready(each: ClusterObject, state: "True" | "False", reason: string, message: string): Status {
  return { conditions: withCondition(each, "Ready", state, reason, message) };
}

/** The Secret of the account's key; undefined for an issuer of another type. */
function accountOf(each: ClusterObject): { readonly secret: string; readonly key: string } | undefined {
  const reference = fieldAt(each, "spec", "acme", "privateKeySecretRef");
  const secret = textAt(reference, "name");
  return secret === undefined ? undefined : { secret, key: textAt(reference, "key") ?? ACCOUNT_KEY };
}

function acme(world: World, each: ClusterObject): Status {
  const namespace = secretsOf(world, each);
  const account = accountOf(each);
  const key = secretText(findObject(world, "", "Secret", account?.secret ?? "", namespace), account?.key ?? "");
  // The key is made first; its Secret is seen a moment later.
  if (key === undefined) return {};
  let lastPrivateKeyHash: string;
  try {
    lastPrivateKeyHash = accountKeyHash(key);
  } catch {
    return ready(each, "False", "ErrVerifyACMEAccount", `Account private key is invalid: Secret ${namespace}/${account?.secret ?? ""}`);
  }
  const missing = solverSecrets(each).flatMap((reference) => absence(world, namespace, reference));
  if (missing.length > 0) return ready(each, "False", "InvalidSolver", missing.join("; "));
  const server = textAt(each, "spec", "acme", "server") ?? "";
  return {
    acme: {
      uri: URL.canParse(server) ? `${new URL(server).origin}/acme/acct/stand-in` : "",
      lastRegisteredEmail: textAt(each, "spec", "acme", "email") ?? "",
      lastPrivateKeyHash,
    },
    ...ready(each, "True", "ACMEAccountRegistered", "The ACME account was registered with the ACME server (stand-in: no server was asked)"),
  };
}

interface SecretKey {
  readonly name: string;
  readonly key: string | undefined;
}

/** The Secrets that the DNS solvers of an issuer read: the references in them end in `SecretRef`. */
function solverSecrets(each: ClusterObject): readonly SecretKey[] {
  const below = (value: unknown): readonly SecretKey[] =>
    Object.entries(asFields(value)).flatMap(([field, inner]) => {
      const name = textAt(inner, "name");
      return field.endsWith("SecretRef") && name !== undefined ? [{ name, key: textAt(inner, "key") }] : below(inner);
    });
  return listAt(each, "spec", "acme", "solvers").flatMap((solver) => below(fieldAt(solver, "dns01")));
}

function absence(world: World, namespace: string, { name, key }: SecretKey): readonly string[] {
  const secret = findObject(world, "", "Secret", name, namespace);
  if (secret === undefined) return [`failed to get secret ${JSON.stringify(name)}: secrets ${JSON.stringify(name)} not found`];
  if (key === undefined || textAt(secret, "data", key) !== undefined) return [];
  return [`the secret ${JSON.stringify(name)} does not have key ${JSON.stringify(key)}`];
}

function signingAuthority(world: World, each: ClusterObject): Status {
  const namespace = secretsOf(world, each);
  const name = textAt(each, "spec", "ca", "secretName") ?? "";
  const failed = (reason: string, what: string): Status => ready(each, "False", reason, `Error getting keypair for CA issuer: ${what}`);
  const secret = findObject(world, "", "Secret", name, namespace);
  if (secret === undefined) return failed("ErrGetKeyPair", `secrets ${JSON.stringify(name)} not found`);
  const missing = ["tls.crt", "tls.key"].find((key) => secretText(secret, key) === undefined);
  if (missing !== undefined) return failed("ErrGetKeyPair", `no data for ${JSON.stringify(missing)} in secret '${namespace}/${name}'`);
  try {
    if (!new X509Certificate(secretText(secret, "tls.crt") ?? "").ca) return failed("ErrInvalidKeyPair", "certificate is not a CA");
  } catch {
    return failed("ErrGetKeyPair", "error decoding certificate PEM block");
  }
  return ready(each, "True", "KeyPairVerified", "Signing CA verified");
}
