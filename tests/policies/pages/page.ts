import assert from "node:assert/strict";
import { Document, isScalar } from "yaml";
import { EXCEPTIONS } from "#af/policies/exceptions";
import { judge } from "#af/policies/judge";
import { objectsOf, objectsOfResource, type KubernetesObject, type ResourceOptions } from "#af/policies/model/objects";
import { objectName, pageOf, PACKS, type Framework, type Pack, type Rule } from "#af/policies/model/rules";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig } from "../../support/site-config";
import type { Data } from "../manifests";
import { EXAMPLE_SITE, type Example, type Version } from "./examples";

/** What decides a rule, by its scope. */
const DECIDED_BY: Readonly<Record<Rule["scope"], string>> = {
  object: "each object alone",
  stack: "all objects together",
  site: "all objects and the site file together",
};

const PACK_TITLES: Readonly<Record<Pack, string>> = {
  quotas: "quotas: what the facility asks for is bounded, and the site has it",
  security: "security: nobody gets more of a host, the network or a secret than they need",
};

/** Said in every page, for whoever opens it in an editor. */
const GENERATED = "<!-- Generated from the rule and its cases by `npm run reference`; do not edit. -->";

/** The text of every page about rules, and of their index, by its path in the project. */
export function rulePages(examples: readonly Example[]): Readonly<Record<string, string>> {
  const rules = examples.map(({ rule }) => rule);
  return {
    "docs/rules/README.md": indexPage(rules),
    ...Object.fromEntries(examples.map((example) => [pageOf(example.rule.name), rulePage(example)])),
  };
}

function indexPage(rules: readonly Rule[]): string {
  const row = ({ name, title, severity, enforcement }: Rule) => `| [${name}](${name}.md) | ${title} | ${severity} | ${enforcement} |`;
  return [
    "# The rules",
    "",
    GENERATED,
    "",
    "What both policy packs ask of a facility. A page says why a rule is there, how to mend what breaks it, who else asks for it, and shows an example",
    "that it refuses and one that it accepts; a test hands both to `npm run -s policy`, or to the rule itself where it is about options of a resource, which no",
    "manifest has. A mandatory rule stops a preview and an `up`, an advisory one is said and stops nothing. A site with a reason of its own writes a",
    "[waiver](../waivers.md).",
    ...PACKS.flatMap((pack) => [
      "",
      `## ${PACK_TITLES[pack]}`,
      "",
      "| rule | what holds | severity | enforcement |",
      "|---|---|---|---|",
      ...rules.filter((rule) => rule.pack === pack).map(row),
    ]),
    "",
  ].join("\n");
}

function rulePage(example: Example): string {
  const { rule, accepted, refused } = example;
  const because = [...new Set(EXCEPTIONS.filter((exception) => exception.rule === rule.name).map((exception) => exception.because))];
  return [
    `# ${rule.name}`,
    "",
    GENERATED,
    "",
    rule.title,
    "",
    "| pack | severity | enforcement | decided by |",
    "|---|---|---|---|",
    `| ${rule.pack} | ${rule.severity} | ${rule.enforcement} | ${DECIDED_BY[rule.scope]} |`,
    "",
    "## Why",
    "",
    rule.why,
    ...rule.sources.flatMap((source) => ["", `Said upstream: <${source}>`]),
    "",
    "## Remedy",
    "",
    rule.remedy,
    "",
    "## Asked for by",
    "",
    ...rule.frameworks.map((framework) => `- ${frameworkText(framework)}`),
    ...(because.length === 0
      ? []
      : [
          "",
          "## Standing exceptions",
          "",
          "For upstream software that needs it, in `policies/exceptions.ts`:",
          "",
          ...because.map((reason) => `- ${reason}`),
        ]),
    "",
    "## Refused",
    "",
    commandText(example),
    ...blocks(refused, example),
    "",
    `> ${messageOf(example)}`,
    "",
    "## Accepted",
    "",
    differenceText(example),
    ...blocks(accepted),
    "",
  ].join("\n");
}

function commandText({ rule, accepted: { settings }, today }: Example): string {
  if (rule.ofOptions) return "A preview and `npm run -s plan` say what is quoted below of such a resource, here written as in Pulumi YAML.";
  const keys = Object.keys(settings).map((key) => `\`af:${key}\``);
  const day = today === undefined ? "" : ` on ${today}`;
  if (keys.length > 0)
    return `With this in place of ${keys.join(", ")} in \`Pulumi.${EXAMPLE_SITE}.yaml\`, \`npm run -s policy -- --site ${EXAMPLE_SITE} objects.yaml\` says${day} what is quoted below.`;
  return `\`npm run -s policy -- ${rule.scope === "site" ? `--site ${EXAMPLE_SITE} ` : ""}objects.yaml\` says what is quoted below.`;
}

/** The one field in which the examples differ, with its value if that is short. */
function differenceText({ accepted, field, at: { of, steps } }: Example): string {
  const whole: unknown = of === "settings" ? accepted.settings : accepted.objects[of];
  const value = steps.reduce<unknown>((at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined), whole);
  if (value === undefined) return `Without \`${field}\`; nothing else differs.`;
  const text = typeof value === "object" ? "" : JSON.stringify(value).replace(/^"|"$/g, "");
  const short = text !== "" && !/\\n|`/.test(text);
  return short ? `With \`${field}: ${text}\`; nothing else differs.` : `With another \`${field}\`; nothing else differs.`;
}

/** What the rule says of the example that it refuses. */
function messageOf({ rule, refused: { objects, settings }, today }: Example): string {
  const { findings } = judge(
    [rule],
    objects.flatMap((object) => (rule.ofOptions ? resourceObjects(object) : objectsOf(object))),
    {
      site: parseSite({ ...siteConfig(EXAMPLE_SITE), ...settings }, EXAMPLE_SITE),
      ...(today !== undefined && { today: new Date(`${today}T12:00:00Z`) }),
    },
  );
  const [finding] = findings;
  assert.ok(finding && findings.length === 1, `${rule.name}: its example has ${findings.length} findings`);
  return `${objectName(finding.object)}${finding.path === "" ? "" : ` ${finding.path}`}: ${finding.message}`;
}

/** The objects of a resource that is written as in Pulumi YAML (https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/#resources). */
export function resourceObjects({ type, properties, options }: Data): readonly KubernetesObject[] {
  return objectsOfResource(String(type), properties, `urn:pulumi:site::af::${String(type)}::example`, options as ResourceOptions);
}

/** The settings and the objects of an example, each in a block of YAML; the field that is refused is marked. */
function blocks({ objects, settings }: Version, marked?: Example): readonly string[] {
  const keys = Object.entries(settings);
  const mark = marked?.at;
  const ofSettings =
    keys.length === 0
      ? []
      : [yamlOf(Object.fromEntries(keys.map(([key, value]) => [`af:${key}`, value])), mark?.of === "settings" ? prefixed(mark.steps) : [])];
  const ofObjects = objects.map((object, index) => yamlOf(object, mark?.of === index ? mark.steps : [])).join("---\n");
  return [...ofSettings, ofObjects].flatMap((text) => ["", "```yaml", text.trimEnd(), "```"]);
}

function prefixed([key, ...rest]: Example["at"]["steps"]): Example["at"]["steps"] {
  return [`af:${key}`, ...rest];
}

function yamlOf(value: unknown, marked: Example["at"]["steps"]): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  const node = marked.length === 0 ? undefined : document.getIn(marked, true);
  if (isScalar(node)) node.comment = " refused";
  return document.toString({ lineWidth: 0 });
}

/** A check of a catalogue in words, with where the catalogue is: docs/sources.md, Policies. */
function frameworkText(framework: Framework): string {
  const [catalogue = "", ...rest] = framework.split(":");
  const check = rest.join(", ");
  const texts: Readonly<Record<string, string>> = {
    PSS: "[Pod Security Standards](https://kubernetes.io/docs/concepts/security/pod-security-standards/)",
    CIS: "[CIS Kubernetes Benchmark](https://www.cisecurity.org/benchmark/kubernetes) 1.9",
    NSA: "[NSA/CISA Kubernetes Hardening Guidance](https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF)",
    Kubescape: "[Kubescape](https://github.com/kubescape/regolibrary/tree/master/controls)",
    Checkov: "[Checkov](https://github.com/bridgecrewio/checkov)",
    Trivy: "[Trivy](https://github.com/aquasecurity/trivy-checks)",
    facility: "this project's own list of checks",
  };
  return `${texts[catalogue]}: ${check}`;
}
