import assert from "node:assert/strict";
import { nameOf } from "#af/components/tenancy/settings";
import { judge } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { security } from "#af/policies/security/rules";
import { waiversInForce } from "#af/policies/waivers";
import { rolesOf } from "#af/stacks/site/parts";
import type { Waiver } from "#af/stacks/site/waivers";
import { SITE } from "./expect";
import { changed, DEFAULT_DENY, NAMESPACE, POD_SPEC, workload, type Data } from "./manifests";
import { dayFromNow, waiverOf } from "./waiver";

/** What a reader of a message can change. */
interface Situation {
  readonly waivers: readonly Waiver[];
  readonly objects: readonly Data[];
}

/** What the words of a message tell to do; what stands in the message is taken from there, by what the words in brackets match. */
type Follow = (situation: Situation, ...words: readonly string[]) => Situation;

const volume: Data = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "software" },
  spec: { capacity: { storage: "1Mi" }, hostPath: { path: "/cvmfs", type: "Directory" } },
};
const inHub = (of: Data): Data => changed(of, ["metadata", "namespace"], nameOf(SITE.tenancy, "hub"));
const mounting = workload("Deployment", { ...POD_SPEC, volumes: [{ name: "host", hostPath: { path: "/cvmfs" } }] });
const untagged = workload("Deployment", changed(POD_SPEC, ["containers", 0, "image"], "registry.example.org/group/program"));
const withPassword = workload("Deployment", changed(POD_SPEC, ["containers", 0, "env"], [{ name: "PASSWORD", value: "hunter2" }]));
const namespaces = rolesOf(SITE).map((role) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: nameOf(SITE.tenancy, role) } }));

const last = <T>(list: readonly T[], value?: T): T[] => [...list.slice(0, -1), ...(value === undefined ? [] : [value])];
const latest = ({ waivers }: Situation): Waiver => waivers.at(-1) ?? assert.fail();
/** Takes the last waiver out; with it what its rule refuses has to go, or another says so. */
const remove: Follow = ({ waivers, objects }) => ({ waivers: last(waivers), objects });
const write = (changes: Partial<Waiver>, situation: Situation): Situation => ({
  ...situation,
  waivers: last(situation.waivers, { ...latest(situation), ...changes }),
});
const without = (at: readonly (string | number)[]) => (objects: readonly Data[]) => objects.map((each) => changed(each, at, undefined));

/** What the words of messages mean. Each message has at least one of them, and all that it has are followed, one at a time. */
const ADVICE: readonly (readonly [words: RegExp, follow: Follow])[] = [
  [/write allows: ("[^"]*")/, (situation, allows) => write({ allows: JSON.parse(allows ?? "") as string }, situation)],
  [/which is until "([\d-]+)"/, (situation, until) => write({ until: until ?? "" }, situation)],
  [/the rule refuses (\S+?); correct its field/, (situation, field) => write({ field: field ?? "" }, situation)],
  [
    /no rule that can be waived; allowed: (.*)\./,
    (situation, rules) => write({ rule: rules?.split(", ").find((each) => each === "no-host-paths") ?? "" }, situation),
  ],
  [/there is no (.*); correct the name/, (situation) => write({ object: "PersistentVolume software" }, situation)],
  [/says what (af:waivers\[\d\]) says; remove one of them/, remove],
  [/agree to it anew and write its new end here/, (situation) => write({ until: dayFromNow(100) }, situation)],
  [/remove the waiver/, remove],
];

/** A message about a waiver, and the object as its own rule asks for it. */
interface Told extends Situation {
  readonly mended: (objects: readonly Data[]) => readonly Data[];
}

const told = (waivers: readonly Waiver[], objects: readonly Data[], mended: Told["mended"]): Told => ({ waivers, objects, mended });
const noHostPath = without(["spec", "hostPath"]);
const container = ["spec", "template", "spec", "containers", 0];

const SITUATIONS: Readonly<Record<string, Told>> = {
  "another value than is allowed": told([waiverOf({ allows: "/" })], [volume], noHostPath),
  "no value": told([waiverOf({ allows: undefined })], [volume], noHostPath),
  "no value where the rule names no subject": told(
    [
      waiverOf({
        rule: "images-are-exact",
        object: "Deployment work/program",
        field: "spec.template.spec.containers[0].image",
        allows: undefined,
      }),
    ],
    [untagged],
    (objects) => objects.map((each) => changed(each, [...container, "image"], "registry.example.org/group/program:1.2")),
  ),
  "another field": told([waiverOf({ field: "spec.local" })], [volume], noHostPath),
  "nothing refused": told([waiverOf()], noHostPath([volume]), noHostPath),
  "an end in the past": told([waiverOf({ until: dayFromNow(-1) })], [volume], noHostPath),
  "an end soon": told([waiverOf({ until: dayFromNow(20) })], [volume], noHostPath),
  "an end too far": told([waiverOf({ until: dayFromNow(400) })], [volume], noHostPath),
  "a rule that there is not": told([waiverOf({ rule: "no-host-path" })], [volume], noHostPath),
  arithmetic: told([waiverOf({ rule: "users-fit-the-hosts" })], [volume], noHostPath),
  "the same twice": told([waiverOf(), waiverOf()], [volume], (objects) => objects),
  "no such object": told([waiverOf({ object: "PersistentVolume gone" })], [volume, ...namespaces], noHostPath),
  "a secret": told(
    [waiverOf({ rule: "no-secret-literals", object: "Deployment work/program" })],
    [withPassword],
    without([...container, "env"]),
  ),
  "what default-deny refuses": told(
    [waiverOf({ rule: "namespaces-deny-by-default", object: "Namespace work" })],
    [NAMESPACE],
    (objects) => [...objects, DEFAULT_DENY],
  ),
  "where programs of users run": told(
    [waiverOf({ object: `Deployment ${nameOf(SITE.tenancy, "hub")}/program` })],
    [inHub(mounting)],
    without(["spec", "template", "spec", "volumes"]),
  ),
};

const ABOUT_WAIVERS = ["waivers-are-exact", "nothing-has-ended", "nothing-ends-soon"];

/** What is said of waivers, and by the rules that these waive. */
function said(
  { waivers, objects }: Situation,
  rules: readonly string[],
): { readonly ofWaivers: readonly string[]; readonly ofObjects: readonly string[] } {
  const site = { ...SITE, waivers: [...waivers], expiry: {} };
  const judged = security.filter(({ name }) => ABOUT_WAIVERS.includes(name) || rules.includes(name));
  const { findings } = judge(
    judged,
    objects.flatMap((each) => objectsOf(each)),
    { site, waivers: waiversInForce(site, new Date()) },
  );
  const text = (ours: boolean) =>
    findings
      .filter(({ rule, path }) => ours === (ABOUT_WAIVERS.includes(rule) && path.startsWith("af:waivers")))
      .map(({ rule, path, message }) => `${rule} ${path}: ${message}`);
  return { ofWaivers: text(true), ofObjects: text(false) };
}

describe("what is told of a waiver", () => {
  const followed = new Set<RegExp>();

  for (const [title, situation] of Object.entries(SITUATIONS))
    it(`helps whoever follows it: ${title}`, () => {
      const rules = [latest(situation).rule, "no-host-paths"].filter((name) => security.some((rule) => rule.name === name));
      const { ofWaivers } = said(situation, rules);
      assert.equal(ofWaivers.length, 1, ofWaivers.join("\n"));
      const [message = ""] = ofWaivers;
      const ways = ADVICE.flatMap(([words, follow]) => {
        const found = words.exec(message);
        return found ? [{ words, after: follow(situation, ...found.slice(1)) }] : [];
      });
      assert.ok(ways.length > 0, `nothing is told to do: ${message}`);
      for (const { words, after } of ways) {
        followed.add(words);
        const shorter = after.waivers.length < situation.waivers.length;
        // Who removes a waiver mends what it was for, as its rule says.
        const whole = shorter ? { ...after, objects: situation.mended(after.objects) } : after;
        const left = said(whole, rules);
        assert.deepEqual(left.ofWaivers, [], `${message}\n${String(words)}`);
        if (shorter || !/users-fit/.test(message)) assert.deepEqual(left.ofObjects, [], `${message}\n${String(words)}`);
      }
    });

  it("has been followed in all of its words", () => {
    assert.deepEqual(
      ADVICE.map(([words]) => words).filter((words) => !followed.has(words)),
      [],
    );
  });
});
