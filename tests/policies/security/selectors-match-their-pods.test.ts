import { selectorsMatchTheirPods as rule } from "#af/policies/security/selectors-match-their-pods";
import { neverSilent, nothingFound, onlyFinding } from "../expect";
import { changed, workload } from "../manifests";

const DEPLOYMENT = changed(
  changed(workload("Deployment"), ["spec", "selector"], { matchLabels: { app: "program" } }),
  ["spec", "template", "metadata", "labels"],
  { app: "program", part: "one" },
);

describe("selectors-match-their-pods", () => {
  it("accepts a selector of the template's labels", () => {
    nothingFound([DEPLOYMENT], rule);
    nothingFound(
      [changed(DEPLOYMENT, ["spec", "selector"], { matchExpressions: [{ key: "part", operator: "In", values: ["one"] }] })],
      rule,
    );
  });

  it("refuses a selector of other pods", () => {
    const message = /^selects other pods than those of the template; allowed: labels of the template$/;
    onlyFinding([changed(DEPLOYMENT, ["spec", "selector", "matchLabels", "app"], "other")], rule, "spec.selector", message);
    onlyFinding([changed(DEPLOYMENT, ["spec", "template", "metadata", "labels"], undefined)], rule, "spec.selector", message);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, DEPLOYMENT, ["spec", "selector", "matchLabels"], "app");
    neverSilent(rule, DEPLOYMENT, ["spec", "template", "metadata", "labels", "app"], 1);
  });
});
