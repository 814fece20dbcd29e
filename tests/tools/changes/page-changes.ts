import { changesBetween } from "#af/changes/changes";
import { changesDocument, type ChangesDocument } from "#af/tools/changes/document";
import { plannedResources, plannedState } from "#af/tools/changes/planned-state";
import { verdictChanges } from "#af/tools/changes/verdicts";
import { documentOf, type Plan } from "#af/tools/plan/plan";

/** Changes of some sites that hold every kind of line: the last third of what each has comes, and everything else goes. */
export function changesFor(plans: readonly Plan[]): ChangesDocument {
  return changesDocument(
    "another state",
    plans.map((plan) => {
      const after = plannedState(documentOf(plan), plan.site.site.name);
      const resources = plannedResources(after);
      const third = Math.floor(resources.length / 3);
      const changes = changesBetween(resources.slice(third), resources.slice(0, 2 * third));
      return {
        site: plan.site.site.name,
        isNew: false,
        changes,
        unfitApprovals: [],
        verdicts: verdictChanges({ ...after, findings: [] }, after),
      };
    }),
  );
}
