import { serviceAccountTokensEnd as rule } from "#af/policies/security/service-account-tokens-end";
import { neverSilent, nothingFound, onlyFinding } from "../expect";
import { changed } from "../manifests";
import { SECRET } from "../rights";

describe("service-account-tokens-end", () => {
  it("accepts other types, and none", () => {
    for (const type of ["Opaque", "kubernetes.io/tls", undefined]) nothingFound([changed(SECRET, ["type"], type)], rule);
  });

  it("refuses a Secret that the API server fills with a token", () => {
    const token = changed(SECRET, ["type"], "kubernetes.io/service-account-token");
    onlyFinding([token], rule, "type", /^the type is kubernetes\.io\/service-account-token, a token without an end; allowed: other types$/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, SECRET, ["type"], 1);
  });
});
