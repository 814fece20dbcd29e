import { Field } from "../model/field";
import { WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";

export const inventoryIsWhole: SiteRule = {
  name: "inventory-is-whole",
  pack: "quotas",
  title: "The site file says everything about its hosts that the proofs need.",
  why: "A site file may leave out few things about its hosts, and what it leaves out cannot be proved. Everything else is required where the file is read.",
  sources: [],
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
