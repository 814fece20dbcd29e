import type { Loss } from "../../capacity/packing/questions/losses";
import { namesIn, platformNotSettled, platformWithoutPlace, platformOf, waitingText, podsWithoutPlace } from "./packing-results";
import type { PackFacility } from "./pack-facility";
import { WHOLE_STACK } from "../model/objects";
import type { JudgementOf } from "../model/rules";

/**
 * Compares the number of the platform's pods with the number that has a place after the worst of some losses. Pods that only the lost hosts could run are gone
 * with these hosts, and are not counted.
 * @param what says what is lost, for messages.
 */
export function compareAfterWorstLoss(
  facility: PackFacility,
  losses: readonly Loss[],
  what: (loss: Loss) => string,
  on: JudgementOf,
): void {
  const open = losses.map((loss) => ({ loss, left: platformNotSettled(facility, loss) })).find(({ left }) => left.length > 0);
  if (open)
    on(WHOLE_STACK).violation(
      WHOLE_STACK.root,
      `not settled: without ${what(open.loss)} the search ended before it found or excluded a place for ${namesIn(open.left)}`,
    );
  const outcomes = losses
    .map((loss) => ({ loss, left: platformWithoutPlace(facility, loss) }))
    .sort((a, b) => podsWithoutPlace(b.left) - podsWithoutPlace(a.left));
  const [worst] = outcomes;
  if (!worst || facility.platform.length === 0) return;
  const { loss, left } = worst;
  const need = platformOf(facility, loss.asked).reduce((sum, { count }) => sum + count, 0);
  const have = need - podsWithoutPlace(left);
  on(WHOLE_STACK).compared(
    WHOLE_STACK.root,
    {
      subject: `the platform without ${what(loss)}`,
      resource: "places for its pods",
      unit: "count",
      need: BigInt(need),
      have: BigInt(have),
    },
    `without ${what(loss)} no placement holds ${left.map(waitingText).join("; ")}`,
  );
}
