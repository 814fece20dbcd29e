import type { Problem } from "./problems";
import type { Site } from "./schema";

/** Problems of events for sizes that the hub does not offer, and of two entries with one name. */
export function eventServers({ hub: { events, profiles } }: Site): readonly Problem[] {
  const offered = profiles.map(({ name }) => name);
  return events.flatMap(({ name, servers }, index) => [
    ...(events.findIndex((other) => other.name === name) < index
      ? [{ path: `af:hub.events[${index}].name`, message: `${name} is the name of another event already; give each its own` }]
      : []),
    ...servers.flatMap(({ profile }, place) =>
      offered.includes(profile)
        ? []
        : [
            {
              path: `af:hub.events[${index}].servers[${place}].profile`,
              message: `found ${profile}; allowed: a name of af:hub.profiles: ${offered.join(", ")}`,
            },
          ],
    ),
  ]);
}
