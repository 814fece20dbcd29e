import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { RULES } from "#af/policies/packs";
import { objectsOf, WHOLE_STACK, type KubernetesObject } from "#af/policies/model/objects";
import {
  CATALOGUES,
  ENFORCEMENTS,
  everyContainer,
  everyPod,
  objectName,
  PACKS,
  pageOf,
  runRule,
  SEVERITIES,
  type Judgement,
  type JudgementOf,
  type Rule,
} from "#af/policies/model/rules";
import { projectFolder } from "#af/stacks/site/project";
import { KINDS, SITE } from "../expect";
import { CONTAINER, NAMESPACE, workload } from "../manifests";

describe("every rule", () => {
  for (const rule of RULES) {
    it(`${rule.name} says what it is`, () => {
      assert.match(rule.name, /^[a-z]+(-[a-z]+)+$/);
      assert.match(rule.title, /^[A-Z].{20,}\.$/, "the title is a sentence");
      assert.match(rule.remedy, /^[A-Z].{20,}[^ ]$/, "the remedy is a sentence");
      assert.match(rule.why, /^[A-Z].{20,}\.$/, "the reason is a sentence");
      for (const source of rule.sources) assert.match(source, /^https:\/\/[^ ]+$/);
      assert.ok((PACKS as readonly string[]).includes(rule.pack));
      assert.ok((SEVERITIES as readonly string[]).includes(rule.severity));
      assert.ok((ENFORCEMENTS as readonly string[]).includes(rule.enforcement));
      assert.ok(rule.frameworks.length > 0);
      for (const framework of rule.frameworks) {
        assert.match(framework, /^(PSS:(baseline|restricted):[a-z-]+|[A-Za-z]+:[A-Z]*[\w.-]+)$/);
        assert.ok((CATALOGUES as readonly string[]).includes(framework.split(":")[0] ?? ""), framework);
      }
      // The engine uses this name for all policies together, in the configuration of a pack.
      assert.notEqual(rule.name, "all");
    });
  }

  it("has a name of its own", () => {
    assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
  });

  it("is the one of its file, in the folder of its pack, and has its cases", () => {
    for (const pack of PACKS) {
      const folder = path.join(projectFolder(), "policies", pack);
      const files = fs.readdirSync(folder).filter((file) => fs.readFileSync(path.join(folder, file), "utf8").includes('scope: "'));
      const rules = RULES.filter((rule) => rule.pack === pack).map(({ name }) => `${name}.ts`);
      assert.deepEqual(files.sort(), rules.sort());
      const folderOfTests = path.join(__dirname, "..", pack);
      const tests = fs.readdirSync(folderOfTests).map((file) => ({ file, text: fs.readFileSync(path.join(folderOfTests, file), "utf8") }));
      for (const rule of RULES.filter((each) => each.pack === pack).map(({ name }) => name))
        assert.ok(
          tests.some(({ file, text }) => file === `${rule}.test.ts` || text.includes(`describe("${rule}"`)),
          `no cases of ${rule}`,
        );
    }
  });

  it("that is critical or high is mandatory", () => {
    for (const rule of RULES.filter(({ severity }) => severity === "critical" || severity === "high"))
      assert.equal(rule.enforcement, "mandatory", rule.name);
  });
});

describe("running a rule", () => {
  const [namespace, pod] = [NAMESPACE, workload("Pod")].map((object) => objectsOf(object)[0] ?? assert.fail());
  assert.ok(namespace && pod);
  const today = new Date("2030-01-02");
  const facts = {
    name: "a-rule",
    pack: "quotas",
    title: "",
    why: "",
    sources: [],
    severity: "low",
    enforcement: "advisory",
    remedy: "",
    frameworks: ["facility:F-1"],
  } as const;
  /** What a rule did: each attempt with the object, and what the check itself said. */
  const done = (ruleOf: (say: (text: string) => void) => Rule, site?: typeof SITE): readonly string[] => {
    const said: string[] = [];
    const on: JudgementOf = ({ kind }: KubernetesObject): Judgement => ({
      violation: (_, message) => void said.push(`violation of ${kind}: ${message}`),
      compared: () => undefined,
      countChecked: () => void said.push(`checked ${kind}`),
      attempt: (check) => {
        said.push(`attempt ${kind}`);
        try {
          check();
        } catch {
          said.push("failed");
        }
      },
    });
    runRule(
      ruleOf((text) => said.push(text)),
      [namespace, pod],
      site,
      on,
      today,
    );
    return said;
  };

  it("about one object asks it of each, and goes on where one cannot be read", () => {
    const check = ({ kind, root }: KubernetesObject, judgement: Judgement) => {
      judgement.violation(root, kind);
      if (kind === "Namespace") throw new Error("unreadable");
    };
    assert.deepEqual(
      done(() => ({ ...facts, scope: "object", check })),
      ["attempt Namespace", "violation of Namespace: Namespace", "failed", "attempt Pod", "violation of Pod: Pod"],
    );
  });

  it("about all objects asks it once, of the whole stack", () => {
    assert.deepEqual(
      done((say) => ({
        ...facts,
        scope: "stack",
        check: (objects, on) => {
          say(objects.map(({ kind }) => kind).join());
          on(objects[1] ?? WHOLE_STACK).countChecked();
          throw new Error("unreadable");
        },
      })),
      ["attempt Stack", "Namespace,Pod", "checked Pod", "failed"],
    );
  });

  it("about a site asks it once where there is a site, and not without one", () => {
    const rule = (say: (text: string) => void): Rule => ({
      ...facts,
      scope: "site",
      check: (objects, site, on, day) => {
        say(`${objects.length} ${site.site.name} ${day.toISOString()}`);
        on(WHOLE_STACK).countChecked();
      },
    });
    assert.deepEqual(done(rule, SITE), ["attempt Stack", `2 ${SITE.site.name} 2030-01-02T00:00:00.000Z`, "checked Stack"]);
    assert.deepEqual(done(rule), []);
  });

  it("about every pod counts each, whatever kind has it", () => {
    const check = everyPod(({ spec, object }, judgement) => {
      judgement.violation(spec, object.kind);
    });
    assert.deepEqual(
      done(() => ({ ...facts, scope: "object", check })),
      ["attempt Namespace", "attempt Pod", "checked Pod", "violation of Pod: Pod"],
    );
    const seen: string[] = [];
    const judgement = { violation: (_: unknown, kind: string) => seen.push(kind), countChecked: () => undefined } as unknown as Judgement;
    for (const kind of KINDS) check(objectsOf(workload(kind))[0] ?? assert.fail(), judgement);
    assert.deepEqual(seen, KINDS);
  });

  it("about every container counts each, and goes on where one cannot be read", () => {
    const check = everyContainer(({ name, field }, judgement) => {
      judgement.violation(field, name);
      if (name === "first") throw new Error("unreadable");
    });
    const spec = { initContainers: [{ ...CONTAINER, name: "first" }], containers: [CONTAINER] };
    const several = objectsOf(workload("Pod", spec))[0] ?? assert.fail();
    assert.deepEqual(
      done(() => ({
        ...facts,
        scope: "object",
        check: (object, judgement) => {
          check(object.kind === "Pod" ? several : object, judgement);
        },
      })),
      [
        ...["attempt Namespace", "attempt Pod"],
        ...["checked Pod", "attempt Pod", "violation of Pod: first", "failed"],
        ...["checked Pod", "attempt Pod", "violation of Pod: main"],
      ],
    );
  });
});

describe("what messages name", () => {
  it("is an object by kind, namespace and name, as far as they are known, or the stack", () => {
    const name = (kind: string, namespace: string, own: string, apiVersion = "v1") =>
      objectName({ apiVersion, kind, namespace, name: own });
    assert.deepEqual(
      [
        name("ConfigMap", "work", "a"),
        name("Namespace", "", "a"),
        name("ConfigMap", "work", ""),
        name("Namespace", "", ""),
        name("Stack", "", "", ""),
        name("Stack", "", "a", "pulumi.com/v1"),
      ],
      ["ConfigMap work/a", "Namespace a", "ConfigMap work/(name not known yet)", "Namespace (name not known yet)", "the stack", "Stack a"],
    );
  });

  it("is the page about a rule, which is there", () => {
    for (const { name } of RULES) assert.ok(fs.statSync(path.join(projectFolder(), pageOf(name))).isFile(), name);
  });
});
