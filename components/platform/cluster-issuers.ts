import type { V1Toleration } from "@kubernetes/client-node";
import { choose } from "../choose";
import type { Manifest } from "../manifest";
import { waitFor } from "../wait-for";
import { INTERNAL_ISSUER, PUBLIC_ISSUER } from "./issuers";
import type { PlatformSettings } from "./settings";

/** Name of the Secret with the key pair of the facility's own authority, in cert-manager's namespace. */
export const AUTHORITY_SECRET = "internal-authority";

/** Name and key of the Secret that signs updates of the DNS, in cert-manager's namespace. */
export const TSIG_SECRET = { name: "dns-tsig", key: "key" } as const;

/** ACME directory of Let's Encrypt's authority for trials (https://letsencrypt.org/docs/staging-environment/). */
const STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory";

type Acme = Extract<PlatformSettings["certificates"], { kind: "acme" }>;

/**
 * ClusterIssuers by name: the facility's own authority and, if the site has one, the public authority and a second one for trials.
 * @param tolerations those of the pods that answer a challenge of http-01.
 */
export function clusterIssuers(
  settings: Exclude<PlatformSettings["certificates"], { kind: "provided" }>,
  tolerations: readonly V1Toleration[],
): Readonly<Record<string, Manifest>> {
  return {
    [INTERNAL_ISSUER]: clusterIssuer(INTERNAL_ISSUER, { ca: { secretName: AUTHORITY_SECRET } }),
    ...choose(settings, { acme: (acme) => publicIssuers(acme, tolerations), internal: () => ({}) }),
  };
}

function publicIssuers({ server, email, solver }: Acme, tolerations: readonly V1Toleration[]): Readonly<Record<string, Manifest>> {
  const servers = { [PUBLIC_ISSUER]: server, [`${PUBLIC_ISSUER}-staging`]: STAGING };
  return Object.fromEntries(
    Object.entries(servers).map(([name, url]) => [
      name,
      clusterIssuer(name, {
        acme: { server: url, email, privateKeySecretRef: { name: `${name}-account` }, solvers: [solverSpec(solver, tolerations)] },
      }),
    ]),
  );
}

function solverSpec(solver: Acme["solver"], tolerations: readonly V1Toleration[]): object {
  const template = tolerations.length === 0 ? {} : { podTemplate: { spec: { tolerations } } };
  return choose(solver, {
    // An annotation: Traefik reads no IngressClass, so it leaves alone an Ingress that names one.
    http01: () => ({ http01: { ingress: { class: "traefik", ...template } } }),
    rfc2136: ({ nameserver, tsigKeyName, protocol }) => ({
      dns01: { rfc2136: { nameserver, protocol, tsigKeyName, tsigAlgorithm: "HMACSHA512", tsigSecretSecretRef: { ...TSIG_SECRET } } },
    }),
  });
}

function clusterIssuer(name: string, spec: object): Manifest {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "ClusterIssuer",
    metadata: { name, annotations: waitFor({ condition: "Ready" }) },
    spec,
  };
}
