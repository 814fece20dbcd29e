import type { Site } from "./site";

/** A secret that an operator has to give. Its value is never in this repository. */
export interface DeclaredSecret {
  /** Key below `af:secrets`. */
  readonly name: string;
  /** What it is, and where an operator gets it. */
  readonly purpose: string;
  readonly encoding: "text" | "base64";
}

/** The secrets that a site needs: decided by its plain settings alone. */
export function declaredSecrets({ platform, data, batch, servicex }: Site): readonly DeclaredSecret[] {
  const { certificates } = platform;
  return [
    { name: "hubClientId", purpose: "client id of the hub at the login provider", encoding: "text" },
    { name: "hubClientSecret", purpose: "client secret of the hub at the login provider", encoding: "text" },
    ...(certificates.kind === "acme" && certificates.solver.kind === "rfc2136"
      ? [{ name: "dnsTsigSecret", purpose: "TSIG secret with which cert-manager updates the site's DNS", encoding: "base64" } as const]
      : []),
    ...(data.cache.kind === "xcache"
      ? [{ name: "xcacheOriginToken", purpose: "token of the cache itself towards its origin", encoding: "text" } as const]
      : []),
    ...(batch.kind === "htcondor" && batch.schedd.kind === "dedicated"
      ? [
          {
            name: "condorSigningKey",
            purpose: "signing key of the facility's IDTOKENs (not the pool's own key)",
            encoding: "base64",
          } as const,
          {
            name: "condorDaemonToken",
            purpose: "IDTOKEN of the schedd, made on the central manager by condor_token_create",
            encoding: "text",
          } as const,
        ]
      : []),
    ...(servicex.kind === "servicex" && servicex.auth.kind === "oidc"
      ? [
          { name: "servicexClientId", purpose: "client id of ServiceX at the login provider", encoding: "text" } as const,
          { name: "servicexClientSecret", purpose: "client secret of ServiceX at the login provider", encoding: "text" } as const,
        ]
      : []),
  ];
}

/** The command that gives a missing secret; Pulumi then asks for the value, so that it stays out of the shell's history. */
export function commandFor(secret: DeclaredSecret, stack: string): string {
  return `pulumi config set --stack ${stack} --secret --path af:secrets.${secret.name}`;
}
