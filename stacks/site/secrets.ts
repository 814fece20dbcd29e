import { choose } from "../../components/choose";
import { csiUsers, type CephCredential } from "../../components/storage/users";
import type { ExternalStorage } from "../../components/storage/settings";
import type { Site } from "./schema";

/** A secret that an operator has to give. Its value is never in this repository. */
export interface DeclaredSecret {
  /** Key below `af:secrets`. */
  readonly name: string;
  /** What it is, and where an operator gets it. */
  readonly purpose: string;
  readonly encoding: "text" | "base64";
  /** Service that reads it. */
  readonly readBy: string;
  /** True for a credential that somebody else lets end: its end belongs into `af:expiry`. */
  readonly ends: boolean;
}

/** The secrets that a site needs: decided by its plain settings alone. */
export function declaredSecrets({
  platform,
  storage,
  data,
  batch,
  servicex,
}: Pick<Site, "platform" | "storage" | "data" | "batch" | "servicex">): readonly DeclaredSecret[] {
  return [
    { name: "hubClientId", purpose: "client id of the hub at the login provider", encoding: "text", readBy: "hub", ends: false },
    { name: "hubClientSecret", purpose: "client secret of the hub at the login provider", encoding: "text", readBy: "hub", ends: true },
    ...choose(platform.certificates, {
      acme: ({ solver }) => choose(solver, { rfc2136: () => [TSIG], http01: () => [] }),
      internal: () => [],
      provided: () => [],
    }),
    ...choose(storage, { rook: () => [], external: cephSecrets, existing: () => [] }),
    ...choose(data.cache, { xcache: () => [ORIGIN_TOKEN], external: () => [], none: () => [] }),
    ...choose(batch, {
      htcondor: ({ schedd }) => choose(schedd, { dedicated: () => CONDOR, external: () => [] }),
      none: () => [],
    }),
    ...choose(servicex, { servicex: ({ auth }) => choose(auth, { oidc: () => SERVICEX_CLIENT, internal: () => [] }), none: () => [] }),
  ];
}

const TSIG: DeclaredSecret = {
  name: "dnsTsigSecret",
  purpose: "TSIG secret with which cert-manager updates the site's DNS",
  encoding: "base64",
  readBy: "cert-manager",
  ends: false,
};

/** Keys of the users that somebody else's Ceph has for the facility; all are printed by Rook's create-external-cluster-resources.py. */
function cephSecrets(storage: ExternalStorage): readonly DeclaredSecret[] {
  const secret = (name: CephCredential, purpose: string, encoding: DeclaredSecret["encoding"], readBy: string): DeclaredSecret => ({
    name,
    purpose,
    encoding,
    readBy,
    ends: false,
  });
  return [
    secret("cephHealthCheckerKey", "key of Ceph's user client.healthchecker (ROOK_EXTERNAL_USER_SECRET)", "base64", "rook"),
    ...csiUsers(storage).map(({ user, credential }) =>
      secret(credential, `key of Ceph's user client.${user} (${user.replaceAll("-", "_").toUpperCase()}_SECRET)`, "base64", "ceph-csi"),
    ),
    ...choose(storage.objectStore, {
      rgw: () => [
        secret("cephRgwAccessKey", "access key of the gateways' user rgw-admin-ops-user (RGW_ADMIN_OPS_USER_ACCESS_KEY)", "text", "rook"),
        secret("cephRgwSecretKey", "secret key of the gateways' user rgw-admin-ops-user (RGW_ADMIN_OPS_USER_SECRET_KEY)", "text", "rook"),
      ],
      none: () => [],
    }),
  ];
}

const ORIGIN_TOKEN: DeclaredSecret = {
  name: "xcacheOriginToken",
  purpose: "token of the cache itself towards its origin",
  encoding: "text",
  readBy: "xcache",
  ends: true,
};

const CONDOR: readonly DeclaredSecret[] = [
  {
    name: "condorSigningKey",
    purpose: "signing key of the facility's IDTOKENs (not the pool's own key)",
    encoding: "base64",
    readBy: "schedd",
    ends: false,
  },
  {
    name: "condorDaemonToken",
    purpose: "IDTOKEN of the schedd, made on the central manager by condor_token_create",
    encoding: "text",
    readBy: "schedd",
    ends: true,
  },
];

const SERVICEX_CLIENT: readonly DeclaredSecret[] = [
  { name: "servicexClientId", purpose: "client id of ServiceX at the login provider", encoding: "text", readBy: "servicex", ends: false },
  {
    name: "servicexClientSecret",
    purpose: "client secret of ServiceX at the login provider",
    encoding: "text",
    readBy: "servicex",
    ends: true,
  },
];

/** The command that gives a missing secret; Pulumi then asks for the value, so that it stays out of the shell's history. */
export function commandFor({ name }: Pick<DeclaredSecret, "name">, stack: string): string {
  return `pulumi config set --stack ${stack} --secret --path af:secrets.${name}`;
}

/** The command that takes a secret away that nobody reads. */
export function removalOf(name: string, stack: string): string {
  return `pulumi config rm --stack ${stack} --path af:secrets.${name}`;
}
