import { Field } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

/**
 * Row Q-51 of the catalogue of quotas (guide policies.md §2.4). Both sites are judged by the same rules with an inventory of their own. Most of it no site file
 * can do without, and a file that does is refused, path by path, by whoever reads it; here is what the file may leave out.
 */
export const inventoryIsWhole: SiteRule = {
  name: "inventory-is-whole",
  pack: "quotas",
  title: "The site file says everything of the hosts that the proofs reckon with.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Add the entry to the site file, as kubectl describe node shows it: what is not said cannot be proved.",
  frameworks: ["facility:Q-51"],
  scope: "site",
  check: (_, { nodes }, on) => {
    const judgement = on(WHOLE_STACK);
    for (const [pool, { capacity }] of Object.entries(nodes)) {
      judgement.countChecked();
      if (capacity.ephemeral === undefined)
        judgement.violation(new Field(undefined, `af:nodes.${pool}.capacity.ephemeral`), "is missing; allowed: a size such as 100Gi");
    }
  },
};
