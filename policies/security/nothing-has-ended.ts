import { endsOf } from "../../stacks/site/ends";
import { Field } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

export const nothingHasEnded: SiteRule = {
  name: "nothing-has-ended",
  pack: "security",
  title: "No credential, waiver, approval, event or overlap of keys of the site has ended.",
  why: "A facility with a credential of yesterday starts and serves nobody, and a waiver or an approval holds no longer than somebody answers for it.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Renew it and write its new end into the site file.",
  frameworks: ["facility:W-02"],
  scope: "site",
  check: (_, site, on, today) => {
    const judgement = on(WHOLE_STACK);
    for (const { path, what, until, daysLeft, mend } of endsOf(site, today)) {
      judgement.countChecked();
      if (daysLeft < 0) judgement.violation(new Field(undefined, path), `${what} ended on ${until}; ${mend}`);
    }
  },
};
