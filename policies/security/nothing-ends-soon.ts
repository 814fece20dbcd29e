import { NOTICE_DAYS } from "../../stacks/site/days";
import { endsOf } from "../../stacks/site/ends";
import { Field } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

export const nothingEndsSoon: SiteRule = {
  name: "nothing-ends-soon",
  pack: "security",
  title: `No credential, waiver, approval, event or overlap of keys of the site ends within ${NOTICE_DAYS} days.`,
  why: "What ends tomorrow stops the facility, or the next `up`, at a bad moment.",
  sources: [],
  severity: "medium",
  enforcement: "advisory",
  remedy: "Renew it before its end.",
  frameworks: ["facility:W-03"],
  scope: "site",
  check: (_, site, on, today) => {
    const judgement = on(WHOLE_STACK);
    for (const { path, what, until, daysLeft, mend } of endsOf(site, today)) {
      judgement.countChecked();
      if (daysLeft < 0 || daysLeft > NOTICE_DAYS) continue;
      const when = daysLeft === 0 ? "today" : `in ${daysLeft} ${daysLeft === 1 ? "day" : "days"}, on ${until}`;
      judgement.violation(new Field(undefined, path), `${what} ends ${when}; ${mend}`);
    }
  },
};
