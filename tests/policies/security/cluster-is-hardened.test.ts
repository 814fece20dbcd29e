import assert from "node:assert/strict";
import fc from "fast-check";
import type { Hardening } from "#af/components/site/settings";
import { judge } from "#af/policies/judge";
import { RULES } from "#af/policies/packs";
import { clusterIsHardened as rule } from "#af/policies/security/cluster-is-hardened";
import { parseSite } from "#af/stacks/site/parse";
import { readSite } from "#af/stacks/site/read";
import { siteConfig, spoilt } from "../../support/site-config";
import { problemsOf } from "../../support/site-problems";
import { siteWith } from "../expect";
import { hardened } from "../hardening";

const PATH = ["site", "kubernetes", "hardening"] as const;
const TODAY = "2027-06-30";
const FACTS = ["secretsEncrypted", "auditLogged", "kubeletsAuthorize"] as const;

const said = (hardening: Hardening, today = TODAY) => {
  const { findings, checked } = judge([rule], [], { site: siteWith(PATH, hardening), today: new Date(`${today}T23:59:59Z`) });
  assert.equal(checked[rule.name], FACTS.length);
  for (const { enforcement, object } of findings) assert.deepEqual([enforcement, object.kind], ["advisory", "Stack"]);
  return findings.map(({ path, message }) => `${path.replace("af:site.kubernetes.hardening.", "")}: ${message}`);
};
const dayBefore = (days: number) => new Date(Date.parse(TODAY) - days * 86_400_000).toISOString().slice(0, 10);

describe("cluster-is-hardened", () => {
  it("finds nothing where somebody has looked at all three within a year, also today and on the last day of it", () => {
    for (const days of [0, 1, 364, 365]) assert.deepEqual(said(hardened(dayBefore(days))), [], `${days} days ago`);
  });

  it("calls undetermined what nobody has stated, and takes it for no yes", () => {
    for (const name of FACTS) {
      const { [name]: left, ...rest } = hardened(TODAY);
      assert.ok(left.holds);
      const [finding, ...more] = said(rest);
      assert.deepEqual(more, []);
      assert.match(
        finding ?? "",
        new RegExp(`^af:site.kubernetes.hardening: undetermined: af:site.kubernetes.hardening does not have ${name} \\(`),
      );
    }
    const [all, ...more] = said({});
    assert.deepEqual(more, [], "one cause, one finding");
    assert.deepEqual(
      FACTS.filter((name) => !all?.includes(`${name} (`)),
      [],
    );
  });

  it("tells what is not so and what that means", () => {
    const facts = hardened(TODAY);
    for (const [name, means] of [
      ["secretsEncrypted", /a backup of etcd has every Secret of the facility; allowed: that the API server encrypts Secrets/],
      ["auditLogged", /nobody can say which Secrets were read/],
      ["kubeletsAuthorize", /whoever reaches a host's kubelet runs commands in each pod there/],
    ] as const) {
      const [finding, ...more] = said({ ...facts, [name]: { ...facts[name], holds: false } });
      assert.deepEqual(more, []);
      assert.match(finding ?? "", new RegExp(`^${name}\\.holds: found false: `));
      assert.match(finding ?? "", means);
    }
  });

  it("tells a look that is older than a year with who looked, and one that is to come", () => {
    const [old, ...more] = said({ ...hardened(TODAY), auditLogged: { holds: true, owner: "Ada's group", checked: dayBefore(366) } });
    assert.deepEqual(more, []);
    assert.equal(
      old,
      `auditLogged.checked: Ada's group looked on 2026-06-29, 366 days ago; allowed: 365 at most, so look again whether the API server has an audit policy and keeps its log`,
    );
    const [coming] = said({ ...hardened(TODAY), auditLogged: { holds: true, owner: "Ada's group", checked: "2027-07-01" } });
    assert.match(coming ?? "", /^auditLogged\.checked: found 2027-07-01, which is to come; allowed: the day of the look/);
  });

  it("says nothing of a fact exactly where it holds and was seen within a year", () => {
    const fact = fc.option(fc.record({ holds: fc.boolean(), ago: fc.integer({ min: -400, max: 800 }) }), { nil: undefined });
    fc.assert(
      fc.property(fc.record({ secretsEncrypted: fact, auditLogged: fact, kubeletsAuthorize: fact }), (facts) => {
        const stated = Object.entries(facts).flatMap(([name, value]) =>
          value ? [[name, { holds: value.holds, owner: "somebody", checked: dayBefore(value.ago) }]] : [],
        );
        const findings = said(Object.fromEntries(stated) as Hardening);
        for (const name of FACTS) {
          const value = facts[name];
          const told = (each: string) => each.startsWith(`${name}.`) || (each.startsWith("af:") && each.includes(`${name} (`));
          const good = value !== undefined && value.holds && value.ago >= 0 && value.ago <= 365;
          assert.equal(findings.some(told), !good, `${name}: ${JSON.stringify(value)}`);
        }
      }),
    );
  });

  it("is stated by neither site, so that plan tells it, and stops neither", () => {
    for (const name of ["unl", "fnal"]) {
      const site = readSite(name);
      assert.deepEqual(site.site.kubernetes.hardening, {}, name);
      const { findings } = judge(RULES, [], { site });
      const own = findings.filter((finding) => finding.rule === rule.name);
      assert.deepEqual(
        own.map(({ enforcement }) => enforcement),
        ["advisory"],
      );
    }
  });

  it("is read from the site file only with who looked and when", () => {
    const config = siteConfig("unl");
    const full = spoilt(config, PATH, hardened(TODAY));
    assert.deepEqual(parseSite(full, "a test").site.kubernetes.hardening, hardened(TODAY));
    const fact = [...PATH, "secretsEncrypted"];
    for (const [key, value] of [
      ["holds", undefined],
      ["holds", "yes"],
      ["owner", undefined],
      ["owner", ""],
      ["checked", undefined],
      ["checked", "last week"],
      ["checked", "2027-02-30"],
      ["until", TODAY],
    ] as const)
      assert.deepEqual(
        problemsOf(spoilt(full, [...fact, key], value)).map(({ path }) => path),
        [`af:site.kubernetes.hardening.secretsEncrypted.${key}`],
        `${key}: ${String(value)}`,
      );
  });
});
