import assert from "node:assert/strict";
import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { enginePolicies, findingSentence } from "#af/policies/engine";
import { Undetermined } from "#af/policies/model/field";
import type { KubernetesObject } from "#af/policies/model/objects";
import type { JudgementOf, ObjectRule, Rule, SiteRule, StackRule } from "#af/policies/model/rules";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "./expect";
import { waiverOf } from "./waiver";

const FACTS = {
  pack: "security",
  title: "Nothing is refused.",
  why: "Because.",
  sources: [],
  severity: "high",
  enforcement: "advisory",
  remedy: "Mend it.",
  frameworks: ["facility:X-01", "facility:X-02"],
} as const;
const refuse = (object: KubernetesObject, on: JudgementOf) => on(object).violation(object.root.at("data"), "is refused");

const ofObject: ObjectRule = {
  ...FACTS,
  name: "of-object",
  scope: "object",
  check: (object, judgement) => judgement.violation(object.root.at("data"), "is refused"),
};
const ofStack: StackRule = {
  ...FACTS,
  name: "of-stack",
  scope: "stack",
  check: (objects, on) => objects.forEach((object) => refuse(object, on)),
};
const ofSite: SiteRule = {
  ...FACTS,
  name: "of-site",
  scope: "site",
  check: (objects, site, on) => objects.forEach((object) => on(object).violation(object.root, `is refused at ${site.hub.host}`)),
};

const resource = (name: string, namespace = "work", kind = "ConfigMap"): ResourceValidationArgs & PolicyResource => {
  const described = {
    type: `kubernetes:core/v1:${kind}`,
    name,
    urn: `urn:pulumi:test::af::kubernetes:core/v1:${kind}::${namespace}-${name}`,
    props: { apiVersion: "v1", kind, metadata: { name, namespace }, data: { a: "b" } },
    opts: { protect: false },
  };
  return described as unknown as ResourceValidationArgs & PolicyResource;
};

/** What a policy of a rule reports of resources, by itself and as a stack. */
async function reported(rule: Rule, resources: readonly ReturnType<typeof resource>[], inventory: () => Site = () => SITE) {
  const [policy] = enginePolicies([rule], inventory);
  const said: (readonly [message: string, urn: string | undefined])[] = [];
  const report = (message: string, urn?: string) => void said.push([message, urn]);
  const { validateResource, validateStack } = policy as ResourceValidationPolicy & StackValidationPolicy;
  for (const each of resources) await [validateResource].flat()[0]?.(each, report);
  if (rule.scope !== "object") await validateStack({ resources } as unknown as StackValidationArgs, report);
  return said;
}

describe("policies of the engine", () => {
  it("have the facts of their rules, and look at resources or at the stack", () => {
    const policies = enginePolicies([ofObject, ofStack, ofSite], () => SITE);
    for (const { validateResource, validateStack, ...facts } of policies as readonly (ResourceValidationPolicy &
      Partial<StackValidationPolicy>)[]) {
      assert.deepEqual(facts, {
        name: facts.name,
        description: "Nothing is refused.",
        enforcementLevel: "advisory",
        severity: "high",
        remediationSteps: "Mend it.",
        tags: ["facility:X-01", "facility:X-02"],
      });
      assert.equal(validateResource !== undefined, facts.name === "of-object");
      assert.equal(validateStack === undefined, facts.name === "of-object");
    }
    assert.deepEqual(
      policies.map(({ name }) => name),
      ["of-object", "of-stack", "of-site"],
    );
  });

  it("report what is wrong with a resource once, in one sentence", async () => {
    assert.deepEqual(await reported(ofObject, [resource("a")]), [["ConfigMap work/a data: is refused. Mend it.", undefined]]);
  });

  it("report what is wrong with a stack of the resource that has it, and nothing before the stack is whole", async () => {
    const resources = [resource("a"), resource("a", "other"), resource("b"), resource("b", "work", "Secret")];
    const said = await reported(ofStack, resources);
    assert.deepEqual(said.map(([message, urn]) => `${message} ${urn?.split("::").slice(2).join(" ")}`).sort(), [
      "ConfigMap other/a data: is refused. Mend it. kubernetes:core/v1:ConfigMap other-a",
      "ConfigMap work/a data: is refused. Mend it. kubernetes:core/v1:ConfigMap work-a",
      "ConfigMap work/b data: is refused. Mend it. kubernetes:core/v1:ConfigMap work-b",
      "Secret work/b data: is refused. Mend it. kubernetes:core/v1:Secret work-b",
    ]);
  });

  it("judge the stack by what the program declares, not by what the API server made of it", async () => {
    const told: StackRule = {
      ...ofStack,
      check: (objects, on) => {
        for (const object of objects) on(object).violation(object.root, object.root.at("data", "a").text() ?? "");
      },
    };
    const [policy] = enginePolicies([told], () => SITE);
    const { validateResource, validateStack } = policy as ResourceValidationPolicy & StackValidationPolicy;
    const said: string[] = [];
    const report = (message: string) => void said.push(message);
    await [validateResource].flat()[0]?.(resource("a"), report);
    const later = { ...resource("a"), props: { ...resource("a").props, data: { a: "of somebody else" } } };
    await validateStack({ resources: [later] } as unknown as StackValidationArgs, report);
    assert.deepEqual(said, ["ConfigMap work/a: b. Mend it."]);
  });

  it("do not judge a stack by what the API server made of it where the rule that keeps what is declared is disabled", async () => {
    const policies = enginePolicies([ofSite, ofStack], () => SITE) as readonly (ResourceValidationPolicy & StackValidationPolicy)[];
    assert.deepEqual(
      policies.map(({ validateResource }) => validateResource !== undefined),
      [true, false],
    );
    const said: string[] = [];
    const judged = (resources: readonly unknown[]) =>
      policies[1]?.validateStack({ resources } as unknown as StackValidationArgs, (message) => void said.push(message));
    await judged([resource("a")]);
    assert.deepEqual(said, [
      "cannot be judged: of-site, the first rule of the pack, keeps for all what the program declares, and is disabled. " +
        "Take it out of what --policy-pack-config disables; waivers in the site file let single objects pass.",
    ]);
    await judged([]);
    assert.equal(said.length, 1, "a stack without a resource has nothing to keep");
    await [policies[0]?.validateResource].flat()[0]?.(resource("a"), () => assert.fail("keeping says nothing"));
    await judged([resource("a")]);
    assert.equal(said[1], "ConfigMap work/a data: is refused. Mend it.");
  });

  it("report of the whole stack without a resource", async () => {
    const whole: StackRule = {
      ...ofStack,
      check: (_, on) =>
        on({ ...({} as KubernetesObject), apiVersion: "", kind: "stack", namespace: "", name: "" }).attempt(() => {
          throw new Undetermined("af:x", "is not given");
        }),
    };
    const [[message, urn] = []] = await reported(whole, [resource("a")]);
    assert.match(message ?? "", /af:x: undetermined: af:x is not given/);
    assert.equal(urn, undefined);
  });

  it("judge by the site, and say so where there is none", async () => {
    assert.deepEqual(
      (await reported(ofSite, [resource("a")])).map(([message]) => message),
      [`ConfigMap work/a: is refused at ${SITE.hub.host}. Mend it.`],
    );
    const lost = () => {
      throw new Error("no configuration");
    };
    const [[message, urn] = [], ...more] = await reported(ofSite, [resource("a")], lost);
    assert.match(message ?? "", /^cannot be judged without the site's inventory: .*no configuration/);
    assert.deepEqual([urn, more], [undefined, []]);
    // A rule that needs no site judges all the same.
    for (const rule of [ofObject, ofStack]) assert.equal((await reported(rule, [resource("a")], lost)).length, 1);
  });

  it("read the site once for rules that need none, for its waivers hold there too", async () => {
    let read = 0;
    const waiver = waiverOf({ rule: "of-object", object: "ConfigMap work/a", field: "data", allows: '{"a":"b"}' });
    const site = { ...SITE, waivers: [waiver, { ...waiver, rule: "of-stack" }] };
    const inventory = () => {
      read += 1;
      return site;
    };
    for (const rule of [ofObject, ofStack]) {
      read = 0;
      const said = await reported(rule, [resource("a"), resource("b")], inventory);
      assert.deepEqual(
        said.map(([message]) => message),
        ["ConfigMap work/b data: is refused. Mend it."],
      );
      assert.equal(read, 1);
    }
    const lost = () => {
      read += 1;
      throw new Error("no configuration");
    };
    read = 0;
    await reported(ofObject, [resource("a"), resource("b")], lost);
    assert.equal(read, 1, "nor is one that cannot be read asked for again");
  });

  it("are sentences with a path only where there is one", () => {
    const finding = { object: { apiVersion: "v1", kind: "Pod", namespace: "n", name: "p" }, message: "is wrong", remedy: "Mend it." };
    const said = (path: string) => findingSentence({ ...FACTS, ...finding, rule: "r", path });
    assert.deepEqual([said(""), said("spec")], ["Pod n/p: is wrong. Mend it.", "Pod n/p spec: is wrong. Mend it."]);
  });
});
