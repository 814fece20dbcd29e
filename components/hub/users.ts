import type { HubSettings } from "./settings";

/** A number of user servers of one profile. */
export interface ServersOfAProfile {
  readonly profile: HubSettings["profiles"][number];
  readonly count: number;
}

/** The servers that run at once, for each profile: a profile has the number of its `atOnce`, and the first profile takes the rest. */
export function serversAtOnce({ users, profiles }: HubSettings): readonly ServersOfAProfile[] {
  const [first, ...others] = profiles;
  const given = others.map((profile) => ({ profile, count: profile.atOnce ?? 0 }));
  const rest = users.concurrent - given.reduce((sum, { count }) => sum + count, 0);
  return first === undefined ? [] : [{ profile: first, count: Math.max(0, rest) }, ...given];
}
