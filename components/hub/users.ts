import type { HubSettings } from "./settings";

/** A number of user servers of one profile. */
export interface ServersOfAProfile {
  readonly profile: HubSettings["profiles"][number];
  readonly count: number;
}

/** Images of the servers of a profile, and of their Dask workers in the batch pool. A profile with its own image has its own pair. */
export function imagesOf(
  { image, workerImage }: HubSettings,
  profile: HubSettings["profiles"][number],
): { readonly notebook: string; readonly worker: string } {
  const notebook = profile.image ?? image;
  return { notebook, worker: profile.workerImage ?? (profile.image === undefined && workerImage ? workerImage : notebook) };
}

/** The servers that run at once, for each profile: a profile has the number of its `atOnce`, and the first profile takes the rest. */
export function serversAtOnce({ users, profiles }: HubSettings): readonly ServersOfAProfile[] {
  const [first, ...others] = profiles;
  const given = others.map((profile) => ({ profile, count: profile.atOnce ?? 0 }));
  const rest = users.concurrent - given.reduce((sum, { count }) => sum + count, 0);
  return first === undefined ? [] : [{ profile: first, count: Math.max(0, rest) }, ...given];
}
