import { rolesHaveNoWildcards as rule } from "#af/policies/security/roles-have-no-wildcards";
import { neverSilent, nothingFound, onlyFinding } from "../expect";
import { changed } from "../manifests";
import { CLUSTER_ROLE, ROLE } from "../rights";

describe("roles-have-no-wildcards", () => {
  const within = (list: string, ...entries: readonly string[]) => [
    changed(changed(ROLE, ["rules", 0, "apiGroups"], ["example.org"]), ["rules", 0, list], entries),
  ];

  it("accepts names in every list, and no list", () => {
    nothingFound([ROLE, CLUSTER_ROLE], rule);
    nothingFound([changed(ROLE, ["rules"], undefined)], rule);
    nothingFound([changed(CLUSTER_ROLE, ["rules", 0], { nonResourceURLs: ["/metrics"], verbs: ["get"] })], rule);
    nothingFound(within("resources", "pods/*"), rule);
  });

  it("refuses a wildcard in every list, also among names", () => {
    for (const list of ["apiGroups", "resources", "verbs"]) {
      onlyFinding(within(list, "*"), rule, `rules[0].${list}[0]`, new RegExp(`^${list} has \\*; allowed: names$`));
      onlyFinding(within(list, "get", "*"), rule, `rules[0].${list}[1]`, /has \*/);
    }
    const everything = { nonResourceURLs: ["*"], verbs: ["get"] };
    onlyFinding([changed(CLUSTER_ROLE, ["rules", 0], everything)], rule, "rules[0].nonResourceURLs[0]", /^nonResourceURLs has \*/);
  });

  it("refuses one subresource of every resource", () => {
    onlyFinding(within("resources", "*/scale"), rule, "rules[0].resources[0]", /^resources has \*\/scale; allowed: names$/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, ROLE, ["rules"], {});
    neverSilent(rule, ROLE, ["rules", 0], "all");
    neverSilent(rule, ROLE, ["rules", 0, "verbs"], "*");
    neverSilent(rule, ROLE, ["rules", 0, "resources", 0], 1);
  });
});
