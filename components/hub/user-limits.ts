import { bytes } from "../../capacity/quantity";
import { packageFiles, type HubFile } from "./hook";
import type { HubSettings } from "./settings";
import { serverResources } from "./users";

/** Name of the Python package, and of its folder. */
const PACKAGE = "user_limits";

/** What the package gets, as the values' key `custom.users`. */
interface UserLimits {
  /** By the names of the profiles. Memory in bytes, of the whole pod. */
  readonly profiles: Readonly<Record<string, { readonly memory: number; readonly groups?: readonly string[] }>>;
  /** Memory in bytes. */
  readonly ceilings: readonly { readonly group: string; readonly servers?: number; readonly memory?: number }[];
}

/** What a site with limits of groups adds to the values of the hub. */
export interface LimitValues {
  readonly code: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, HubFile>>;
  readonly custom: { readonly users?: UserLimits };
}

/** The limits of groups; nothing where every user is offered everything. The code runs after that of the Dask ingress, and calls it. */
export function limitValues(hub: HubSettings): LimitValues {
  const { profiles, ceilings } = hub;
  if (ceilings.length === 0 && profiles.every(({ groups }) => groups === undefined)) return { code: {}, files: {}, custom: {} };
  const users: UserLimits = {
    profiles: Object.fromEntries(
      profiles.map((profile) => [
        profile.name,
        {
          memory: Number(bytes(serverResources(hub, profile).requests.memory)),
          ...(profile.groups && { groups: profile.groups }),
        },
      ]),
    ),
    ceilings: ceilings.map(({ group, servers, memory }) => ({
      group,
      ...(servers !== undefined && { servers }),
      ...(memory !== undefined && { memory: Number(bytes(memory)) }),
    })),
  };
  const code = `import ${PACKAGE}\nfrom z2jh import get_config\n\n${PACKAGE}.install(c, get_config("custom.users"))`;
  return { code: { "30-user-limits": code }, files: packageFiles(PACKAGE), custom: { users } };
}
