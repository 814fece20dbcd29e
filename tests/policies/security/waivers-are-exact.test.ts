import assert from "node:assert/strict";
import fc from "fast-check";
import { judge, type PackVerdict } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import type { ObjectRule } from "#af/policies/model/rules";
import { security } from "#af/policies/security/rules";
import { waiversAreExact } from "#af/policies/security/waivers-are-exact";
import { parseSite } from "#af/stacks/site/parse";
import { rolesOf } from "#af/stacks/site/parts";
import { SiteError } from "#af/stacks/site/problems";
import { nameOf } from "#af/components/tenancy/settings";
import type { Waiver } from "#af/stacks/site/waivers";
import { siteConfig } from "../../support/site-config";
import { SITE } from "../expect";
import { changed, POD_SPEC, workload, type Data } from "../manifests";
import { dayFromNow, waiverOf } from "../waiver";

const volume: Data = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "software" },
  spec: { capacity: { storage: "1Mi" }, hostPath: { path: "/cvmfs", type: "Directory" } },
};
const privileged = workload("Deployment", changed(POD_SPEC, ["containers", 0, "securityContext", "privileged"], true));
const untagged = workload("Deployment", changed(POD_SPEC, ["containers", 0, "image"], "registry.example.org/group/program"));
const rules = security.filter(({ name }) =>
  ["no-host-paths", "no-privileged-containers", "images-are-exact", "waivers-are-exact"].includes(name),
);

/** The verdict of the rules, on a site with these waivers. */
function verdict(waivers: readonly Waiver[], objects: readonly Data[] = [volume]): PackVerdict {
  const site = { ...SITE, waivers: [...waivers] };
  return judge(
    rules,
    objects.flatMap((object) => objectsOf(object)),
    { site },
  );
}

const said = ({ findings }: PackVerdict) => findings.map(({ rule, path, message }) => `${rule} ${path}: ${message}`);

describe("waivers-are-exact", () => {
  it("lets a waiver allow one field of one object with one value, and shows what it allows", () => {
    const { findings, waived } = verdict([waiverOf()]);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      waived.map(({ waiver, finding }) => [waiver.owner, finding.rule, finding.path]),
      [["operators of the storage", "no-host-paths", "spec.hostPath"]],
    );
    assert.deepEqual(verdict([waiverOf({ until: dayFromNow(0) })]).findings, [], "its last day counts");
  });

  it("compares the value of a field whose rule names no subject", () => {
    const waiver = waiverOf({
      rule: "images-are-exact",
      object: "Deployment work/program",
      field: "spec.template.spec.containers[0].image",
      allows: "registry.example.org/group/program",
    });
    assert.deepEqual(verdict([waiver], [untagged]).findings, []);
    assert.match(said(verdict([{ ...waiver, allows: "registry.example.org/group/other" }], [untagged])).join(), /does not hold registry/);
  });

  const drifted = changed(volume, ["spec", "hostPath", "path"], "/");
  const refused: Readonly<Record<string, readonly [waivers: readonly Waiver[], objects: readonly Data[], ...said: RegExp[]]>> = {
    "what the field holds now": [
      [waiverOf()],
      [drifted],
      /^no-host-paths spec/,
      /^waivers-are-exact af:waivers\[0\]: .*not hold \/cvmfs; mend the object, or if it is right as it is, write allows: "\/"/,
    ],
    "a value that is not named": [
      [waiverOf({ allows: undefined })],
      [volume],
      /^no-host-paths/,
      /would cover anything; write allows: "\/cvmfs"\. Found/,
    ],
    "another field": [
      [waiverOf({ field: "spec.local" })],
      [volume],
      /^no-host-paths/,
      /the rule refuses spec\.hostPath; correct its field/,
    ],
    "a field that the rule accepts": [
      [waiverOf()],
      [changed(volume, ["spec", "hostPath"], undefined)],
      /refuses nothing there; remove the waiver$/,
    ],
    "an end in the past": [[waiverOf({ until: dayFromNow(-1) })], [volume], /^no-host-paths spec\.hostPath/],
    "an end that is too far": [
      [waiverOf({ until: dayFromNow(181) })],
      [volume],
      /af:waivers\[0\]\.until: found .*181 days away; allowed for a rule of severity high: 180 at most, which is until "20/,
    ],
    "a rule that there is not": [
      [waiverOf({ rule: "no-host-path" })],
      [volume],
      /^no-host-paths/,
      /no rule that can be waived; allowed: .*no-host-paths/,
    ],
    arithmetic: [[waiverOf(), waiverOf({ rule: "users-fit-the-hosts" })], [volume], /does not fit by a waiver/],
    "a secret": [
      [waiverOf(), waiverOf({ rule: "no-secret-literals" })],
      [volume],
      /waivers\[1\]\.rule: nobody may waive no-secret-literals, so remove the waiver: /,
    ],
    "what the cluster's own admission refuses": [
      [waiverOf(), waiverOf({ rule: "one-default-class", object: "StorageClass first" })],
      [volume],
      /waivers\[1\]\.rule: nobody may waive one-default-class, so remove the waiver: the cluster's own admission refuses/,
    ],
    "the same twice": [[waiverOf(), waiverOf()], [volume], /af:waivers\[1\]: says what af:waivers\[0\] says; remove one/],
    "where programs of users run": [
      [waiverOf(), waiverOf({ object: `Deployment ${nameOf(SITE.tenancy, "hub")}/hub` })],
      [volume],
      /waivers\[1\]\.object: nobody may waive no-host-paths in /,
    ],
  };
  for (const [title, [waivers, objects, ...expected]] of Object.entries(refused))
    it(`refuses ${title}`, () => {
      const messages = said(verdict(waivers, objects));
      assert.equal(messages.length, expected.length, messages.join("\n"));
      expected.forEach((each, index) => assert.match(messages[index] ?? "", each));
    });

  it("speaks of its object alone, whatever the rule refuses elsewhere", () => {
    const others = [changed(drifted, ["metadata", "name"], "another"), untagged];
    assert.deepEqual(
      said(verdict([waiverOf({ field: "spec.local" })], [volume, ...others])).filter((each) => each.startsWith("waivers-are-exact")),
      ["waivers-are-exact af:waivers[0]: nothing uses it: the rule refuses spec.hostPath; correct its field, or remove the waiver"],
    );
    const [, , mismatch = ""] = said(verdict([waiverOf({ allows: "/data" })], [volume, ...others.slice(0, 1)]));
    assert.match(mismatch, /does not hold \/data; .*right as it is, write allows: "\/cvmfs"\. Found/);
  });

  it("says what each place holds that a rule refuses under one path, and of the whole object how to name it", () => {
    const [exact] = rules.filter(({ name }) => name === "no-host-paths");
    assert.ok(exact?.scope === "object");
    const twice: ObjectRule = {
      ...exact,
      check: ({ root }, judgement) => {
        judgement.violation(root, "is wrong");
        for (const subject of ["a", "b"]) judgement.violation(root.at("spec"), `holds ${subject}`, subject);
        judgement.violation(root.at("spec", "local"), "is missing");
      },
    };
    const waiving = (field: string) => {
      const site = { ...SITE, waivers: [waiverOf({ field })] };
      return judge([waiversAreExact([twice])], objectsOf(volume), { site }).findings.map(({ message }) => message);
    };
    assert.deepEqual(waiving("spec"), [
      'PersistentVolume software spec: the field does not hold /cvmfs; mend the object, or if it is right as it is, write allows: "a", or write allows: "b". Found: holds a; holds b',
    ]);
    assert.deepEqual(waiving("spec.local"), [
      "PersistentVolume software spec.local: the field does not hold /cvmfs; mend the object, or if it is right as it is, leave allows out. Found: is missing",
    ]);
    assert.deepEqual(waiving("status"), [
      "nothing uses it: the rule refuses the whole object (field: an empty text), spec, spec, spec.local; correct its field, or remove the waiver",
    ]);
  });

  it("misses an object only in a whole facility", () => {
    const elsewhere = waiverOf({ object: "PersistentVolume gone" });
    assert.deepEqual(said(verdict([waiverOf(), elsewhere])), []);
    const namespaces = rolesOf(SITE).map((role) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: nameOf(SITE.tenancy, role) },
    }));
    const named = namespaces.map((each) => ({ ...each, kind: "ConfigMap" }));
    for (const some of [namespaces.slice(1), named]) assert.deepEqual(said(verdict([waiverOf(), elsewhere], [volume, ...some])), []);
    assert.match(
      said(verdict([waiverOf(), elsewhere], [volume, ...namespaces])).join(),
      /af:waivers\[1\]: there is no PersistentVolume gone/,
    );
  });

  it("changes only what its waiver names, whatever other waivers there are", () => {
    const objects = [volume, privileged, changed(volume, ["metadata", "name"], "other")];
    const all: readonly Waiver[] = [
      waiverOf(),
      waiverOf({ object: "PersistentVolume other" }),
      waiverOf({
        rule: "no-privileged-containers",
        object: "Deployment work/program",
        field: "spec.template.spec.containers[0].securityContext.privileged",
        allows: "main",
        until: dayFromNow(80),
      }),
      waiverOf({ allows: "/" }),
    ];
    const violations = (waivers: readonly Waiver[]) =>
      verdict(waivers, objects)
        .findings.filter(({ rule }) => rule !== "waivers-are-exact")
        .map(({ rule, object, path }) => `${rule} ${object.name} ${path}`);
    assert.equal(violations([]).length, 3);
    assert.equal(violations(all).length, 0);
    fc.assert(
      fc.property(fc.subarray([...all]), fc.constantFrom(...all), (some, removed) => {
        const fewer = new Set(violations(some.filter((each) => each !== removed)));
        for (const violation of violations(some)) assert.ok(fewer.has(violation), "less is allowed with one waiver less");
        assert.equal(violations(some).length, 3 - some.filter(({ allows }) => allows !== "/").length);
      }),
    );
  });
});

describe("a waiver in a site file", () => {
  const problems = (changes: Readonly<Record<string, unknown>>): readonly string[] => {
    try {
      parseSite({ ...siteConfig("unl"), waivers: [{ ...waiverOf(), ...changes }] }, "test");
      return [];
    } catch (error) {
      assert.ok(error instanceof SiteError);
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
  };
  const wrong: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
    [{ object: "PersistentVolume *" }, /^af:waivers\[0\]\.object: found "PersistentVolume \*"; allowed: exactly one object/],
    [{ object: "PersistentVolume" }, /allowed: exactly one object/],
    [{ object: "PodList work/all" }, /allowed: exactly one object/],
    [{ object: "Pod work/" }, /allowed: exactly one object/],
    [{ owner: "" }, /\.owner: /],
    [{ reason: "because" }, /\.reason: .*15 characters/],
    [{ ticket: "soon" }, /\.ticket: .*https/],
    [{ until: "next year" }, /\.until: .*a date in quotes, such as/],
    [{ until: undefined }, /\.until: found nothing; allowed: a date/],
    [{ approver: "x" }, /approver: unknown key/],
  ];
  for (const [changes, message] of wrong)
    it(`is refused with ${JSON.stringify(changes)}`, () => {
      const [only, ...more] = problems(changes);
      assert.deepEqual(more, []);
      assert.match(only ?? "accepted", message);
    });

  it("is accepted whole", () => assert.deepEqual(problems({}), []));
});
