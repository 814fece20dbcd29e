import { everythingPlaced, namesIn, notSettledIn, platformWithoutPlace, verdictOn, waitingText } from "../capacity/packing-results";
import { packFacility, reportUnread, type PackFacility } from "../capacity/pack-facility";
import { onDemandCapacity, serverCapacities, type OnDemandCapacity } from "../capacity/server-capacity";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

export const usersFitTheHosts: SiteRule = {
  name: "users-fit-the-hosts",
  pack: "quotas",
  title: "Everything that the stack runs, with all that users start at once, has a place on the site's hosts.",
  why: "Totals mislead: a pod runs on one host, and CPU and memory left on several hosts do not add up. So every pod is placed, with every resource at once.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Lower af:hub.users.concurrent or a profile, or add hosts to af:nodes; npm run -s plan names the smallest change that helps.",
  frameworks: ["facility:Q-11", "facility:Q-12"],
  scope: "site",
  check: (objects, site, on) => {
    const facility = packFacility(objects, site);
    reportUnread(facility, on);
    if (facility.pods.length > 0) on(WHOLE_STACK).countChecked();
    const left = platformWithoutPlace(facility);
    const objectOf = new Map(facility.platform.map(({ pod, object }) => [pod, object]));
    for (const verdict of left)
      on(objectOf.get(verdict.pod) ?? WHOLE_STACK).violation(
        WHOLE_STACK.root,
        `no placement on ${facility.hosts.length} hosts holds ${waitingText(verdict)}`,
      );
    // Nothing can be counted beside pods that have no place themselves.
    if (left.length > 0) return;
    const open = notSettledIn(everythingPlaced(facility));
    if (open.length > 0)
      on(WHOLE_STACK).violation(WHOLE_STACK.root, `not settled: the search ended before it found or excluded a place for ${namesIn(open)}`);
    // What the search has found so far is no number of places.
    for (const { asked, packed } of comparedWith(facility).filter(({ asked: { pod } }) => !open.some((verdict) => verdict.pod === pod)))
      on(asked.object).compared(asked.field, {
        subject: asked.pod.name,
        resource: "pods at once beside everything else",
        unit: "count",
        need: BigInt(asked.pod.count),
        have: BigInt(packed),
      });
  },
};

/**
 * The pods of users that are compared: the servers of the profile that most users choose, because one server too many leaves every other profile short as well,
 * and all other pods of users that are short by themselves.
 */
function comparedWith(facility: PackFacility): readonly OnDemandCapacity[] {
  const [most] = [...serverCapacities(facility)].sort((a, b) => b.asked.pod.count - a.asked.pod.count);
  const short = facility.onDemand
    .filter(({ profile }) => profile === undefined)
    .filter(({ pod }) => verdictOn(everythingPlaced(facility), pod)?.verdict === "does not fit");
  return [...(most ? [most] : []), ...short.map((asked) => onDemandCapacity(facility, asked))];
}
