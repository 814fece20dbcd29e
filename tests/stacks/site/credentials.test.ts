import assert from "node:assert/strict";
import { credentialsOf } from "#af/stacks/site/credentials";
import { endingSoon } from "#af/stacks/site/ends";
import { SiteError } from "#af/stacks/site/problems";
import { readSite } from "#af/stacks/site/read";
import { declaredSecrets } from "#af/stacks/site/secrets";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../../support/site-config";

describe("when credentials end", () => {
  const endingOf = (candidate: string) => declaredSecrets(readSite(candidate)).filter(({ ends }) => ends);
  const name = SITES.find((candidate) => endingOf(candidate).length > 1) ?? "";
  const site = (expiry: unknown) => parseSite({ ...siteConfig(name), expiry }, name);
  const ending = endingOf(name);
  const lasting = declaredSecrets(site({})).filter(({ ends }) => !ends);

  it("is counted in days, to the last one, first things first", () => {
    const [first, second] = ending;
    assert.ok(first && second);
    const dated = site({ [first.name]: "2027-03-31", [second.name]: "2027-03-02" });
    const days = credentialsOf(dated, new Date("2027-03-01T12:00:00Z")).map(({ name: credential, daysLeft }) => [credential, daysLeft]);
    assert.deepEqual(days, [
      [second.name, 1],
      [first.name, 30],
    ]);
    assert.equal(credentialsOf(dated, new Date("2027-03-02T12:00:00Z"))[0]?.daysLeft, 0);
    assert.equal(credentialsOf(dated, new Date("2027-03-03T01:00:00Z"))[0]?.daysLeft, -1);
  });

  it("is worth a word from 30 days before", () => {
    const [credential] = ending;
    assert.ok(credential);
    const dated = site({ [credential.name]: "2027-03-31" });
    assert.equal(endingSoon(dated, new Date("2027-02-28T12:00:00Z")).length, 0);
    assert.equal(endingSoon(dated, new Date("2027-03-01T12:00:00Z")).length, 1);
  });

  it("is refused for a secret that the site has not, or that does not end, and for what is no date", () => {
    assert.ok(lasting[0]);
    const refused = (expiry: unknown, path: string, message: RegExp) =>
      assert.throws(
        () => site(expiry),
        (error) => error instanceof SiteError && error.problems.some((problem) => problem.path === path && message.test(problem.message)),
      );
    refused({ nonsense: "2027-01-01" }, "af:expiry.nonsense", /no such secret, or the secret does not expire; allowed: .*hubClientSecret/);
    refused({ [lasting[0].name]: "2027-01-01" }, `af:expiry.${lasting[0].name}`, /does not expire/);
    refused(
      { hubClientSecret: "next year" },
      "af:expiry.hubClientSecret",
      /found "next year"; allowed: a date in quotes, such as "2027-06-30"/,
    );
  });
});
