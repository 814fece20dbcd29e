import type { ClusterObject } from "../cluster/client";
import { fieldAt, findObject, isReady, listAt, textAt, withCondition } from "../cluster/world";
import type { Behaviour } from "./behaviour";
import { referenced } from "./operator";

const GROUP = "cert-manager.io";

const issuer: Behaviour = {
  needs: (world, each) => {
    const ca = textAt(each, "spec", "ca", "secretName");
    if (ca === undefined) return [];
    // The Secret of a ClusterIssuer is in a namespace that only cert-manager's flags name, so any namespace will do here.
    return findObject(world, "", "Secret", ca, each.metadata.namespace) === undefined ? [`Secret ${ca} does not exist`] : [];
  },
  status: (each, lacking) => ({
    conditions:
      lacking.length === 0
        ? withCondition(each, "Ready", "True", "StandIn", "stand-in: no account was registered, nothing was asked")
        : withCondition(each, "Ready", "False", "ErrInitIssuer", lacking.join("; ")),
  }),
};

const certificate: Behaviour = {
  needs: (world, each) => {
    const { kind, name } = referenced(fieldAt(each, "spec", "issuerRef"), "Issuer");
    const found = findObject(world, GROUP, kind, name, kind === "Issuer" ? each.metadata.namespace : undefined);
    return isReady(found) ? [] : [`${kind} ${name} ${found === undefined ? "does not exist" : "is not ready"}`];
  },
  products: (world, each) => {
    const secret = textAt(each, "spec", "secretName") ?? "";
    const namespace = each.metadata.namespace ?? "default";
    const names = namesOf(each);
    const present = findObject(world, "", "Secret", secret, namespace);
    if (present?.metadata.annotations?.["cert-manager.io/alt-names"] === names.join(",")) return [];
    return [{ kind: "issue", secret, namespace, names, issuer: textAt(each, "spec", "issuerRef", "name") ?? "" }];
  },
  status: (each, lacking) => ({
    conditions:
      lacking.length === 0
        ? withCondition(each, "Ready", "True", "Ready", "stand-in: signed by the sandbox itself; no authority has seen it")
        : withCondition(each, "Ready", "False", "DoesNotExist", lacking.join("; ")),
  }),
};

/** The names of a certificate, the common name first. */
export function namesOf(each: ClusterObject): readonly string[] {
  const common = textAt(each, "spec", "commonName");
  const others = listAt(each, "spec", "dnsNames").filter((name): name is string => typeof name === "string");
  return [...new Set([...(common === undefined ? [] : [common]), ...others])];
}

/** What cert-manager does, by kind: https://cert-manager.io/docs/usage/certificate/ */
export const CERT_MANAGER_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  Certificate: certificate,
  Issuer: issuer,
  ClusterIssuer: issuer,
};
