import { NOTICE_DAYS } from "../../stacks/site/days";
import { endingSoon } from "../../stacks/site/ends";
import { Field } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

/** What ends tomorrow stops the facility, or the next `up`, at a bad moment. */
export const nothingEndsSoon: SiteRule = {
  name: "nothing-ends-soon",
  pack: "security",
  title: `No credential, waiver, approval, event or overlap of keys of the site ends within ${NOTICE_DAYS} days.`,
  severity: "medium",
  enforcement: "advisory",
  remedy: "Renew it before its end.",
  frameworks: ["facility:W-03"],
  scope: "site",
  check: (_, site, on, today) => {
    const judgement = on(WHOLE_STACK);
    for (const { path, what, until, daysLeft, mend } of endingSoon(site, today).filter((end) => end.daysLeft >= 0)) {
      judgement.countChecked();
      const when = daysLeft === 0 ? "today" : `in ${daysLeft} ${daysLeft === 1 ? "day" : "days"}, on ${until}`;
      judgement.violation(new Field(undefined, path), `${what} ends ${when}; ${mend}`);
    }
  },
};
