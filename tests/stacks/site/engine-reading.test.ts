import assert from "node:assert/strict";
import { parseDocument, stringify } from "yaml";
import { readOtherwise } from "#af/stacks/site/engine-reading";
import { SiteError, siteIn } from "#af/stacks/site/read";
import { readStackText } from "#af/stacks/site/stack-file";
import { siteConfig, SITES } from "../../support/site-config";

const problemsOf = (text: string) => readOtherwise(parseDocument(text)).map(({ path, message }) => `${path}: ${message}`);

describe("values that Pulumi reads otherwise than they are written", () => {
  for (const [text, problem] of [
    [
      "af:expiry: { a: 2027-06-30 }",
      'af:expiry.a: found 2027-06-30 without quotes, which Pulumi reads as a time; allowed: "2027-06-30", in quotes',
    ],
    ["af:freeze:\n    - from: 2027-06-30T10:00:00Z", /^af:freeze\[0\]\.from: found 2027-06-30T10:00:00Z without quotes.* a time/],
    ["af:a: { b: [1, 010] }", 'af:a.b[1]: found 010 without quotes, which Pulumi reads as the number 8; allowed: 8, or "010" in quotes'],
    ["af:a: 1_000", /^af:a: found 1_000 .* the number 1000/],
    ["af:a: -0b11", /the number -3/],
    ["af:a: .inf", /^af:a: found \.inf, which Pulumi refuses; allowed: a finite number$/],
    ["af:a: !!timestamp 2027-06-30", /found the tag .*timestamp; allowed: no tag/],
    ["af:a: { 0755: x }", /\(the key\): found 0755/],
  ] as const)
    it(`are found: ${text}`, () => {
      const [found, ...others] = problemsOf(`config:\n  ${text}\n`);
      assert.deepEqual(others, []);
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found ?? "", problem);
    });

  it("are not those in quotes, nor numbers and words that both take alike", () =>
    assert.deepEqual(
      problemsOf(
        "config: { a: \"2027-06-30\", b: '0755', c: 0x1F, d: 1e3, e: yes, f: 12:30, g: 089, h: ~, i: 1.10, j: 100Gi, k: 0, l: !!str 5 }",
      ),
      [],
    ));

  it("are told together with what else is wrong with a site", () => {
    const [site = ""] = SITES;
    const config = Object.fromEntries(Object.entries(siteConfig(site)).map(([key, value]) => [`af:${key}`, value]));
    const text = stringify({ config: { ...config, "af:strange": 1, "af:expiry": { hubClientSecret: "2099-06-30" } } });
    assert.throws(
      () => siteIn(readStackText(text, "a test"), site),
      (error) =>
        error instanceof SiteError &&
        /found 2099-06-30 without quotes/.test(error.message) &&
        /af:strange: unknown key/.test(error.message),
    );
  });
});
