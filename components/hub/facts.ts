import type { CvmfsSettings } from "../data/settings";
import type { Nodes } from "../nodes/settings";
import type { PublicIngress } from "../platform/public-ingress";
import type { LoadBalancer } from "../platform/settings";
import type { Role } from "../tenancy/roles";
import type { AccessPoint } from "./hook";

/** What the hub takes from other concerns. */
export interface HubFacts {
  /** The facility's name for people. */
  readonly title: string;
  readonly nodes: Nodes;
  readonly namespaceOf: (role: Role) => string;
  /** Name of the StorageClass of block volumes. */
  readonly blockClass: string;
  /** Name of the StorageClass of homes of the kind `shared`; undefined if the site has none. */
  readonly sharedClass: string | undefined;
  readonly cvmfs: CvmfsSettings;
  readonly loadBalancer: LoadBalancer;
  readonly ingress: PublicIngress;
  /** Environment variables that tell every user server about ServiceX. */
  readonly environment: Readonly<Record<string, string>>;
  /** Text of the file that tells ServiceX' client where ServiceX is; undefined where the site has none. */
  readonly servicexClient: string | undefined;
  /** Environment variables that tell a user server about the batch pool, for workers of an image. */
  readonly submitEnvironment: (workerImage: string) => Readonly<Record<string, string>>;
  /** How users' tokens for the facility's own access point are signed; undefined if it has none. */
  readonly accessPoint: AccessPoint | undefined;
  /** Environment variables that tell clients of XRootD where the site's data is, in whatever runs for a user. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
  /** Environment variables that tell HTCondor's libraries about the batch pool. */
  readonly condorEnvironment: Readonly<Record<string, string>>;
}
