import assert from "node:assert/strict";
import { enginePolicies } from "#af/policies/engine";
import { inventoryIsWhole } from "#af/policies/quotas/inventory-is-whole";
import { quotas } from "#af/policies/quotas/rules";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { SITE } from "../expect";
import { NAMESPACE } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: inventoryIsWhole,
  passes: [NAMESPACE],
  refused: Object.keys(SITE.nodes).map((pool) => ({
    of: "site",
    at: ["nodes", pool, "capacity", "ephemeral"],
    value: undefined,
    path: `af:nodes.${pool}.capacity.ephemeral`,
    message: /^is missing; allowed: a size such as 100Gi$/,
  })),
  unknown: [],
};

describeCases(cases);

/** Keys that every site file must have, because the proofs of the rules need them. */
const DEMANDED = ["capacity.cpu", "capacity.memory", "hosts", "rack", "runs"];

for (const name of SITES) {
  describe(`the inventory of ${name}`, () => {
    const config = siteConfig(name);
    const pools = Object.keys(config["nodes"] as object);
    const rest = [
      ["hub", "users", "registered"],
      ["hub", "users", "concurrent"],
      ["site", "kubernetes", "podCidr"],
      ["site", "kubernetes", "serviceCidr"],
    ];
    const paths = [...pools.flatMap((pool) => DEMANDED.map((entry) => ["nodes", pool, ...entry.split(".")])), ...rest];

    it(`is asked for by every rule of the site, entry by entry (${paths.length} entries): a missing one is a violation with its path`, () => {
      const rules = quotas.filter(({ scope }) => scope === "site");
      for (const path of paths) {
        const policies = enginePolicies(rules, () => parseSite(spoilt(config, path, undefined), name));
        const said = policies.flatMap((policy) => {
          const messages: string[] = [];
          if ("validateStack" in policy)
            void policy.validateStack(
              { resources: [], getConfig: () => assert.fail(), stackTags: new Map(), notApplicable: () => assert.fail() },
              (message) => messages.push(message),
            );
          return messages;
        });
        assert.equal(said.length, rules.length, path.join("."));
        for (const message of said) assert.ok(message.includes(`af:${path.join(".")}`), message);
      }
    });
  });
}
