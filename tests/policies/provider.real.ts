import assert from "node:assert/strict";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { canonicalQuantity } from "#af/capacity/quantity";
import { judge } from "#af/policies/judge";
import { plain } from "#af/policies/engine-values";
import { UNKNOWN } from "#af/policies/model/field";
import { objectsOfResource } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { Finding, Rule } from "#af/policies/model/rules";
import { readSite } from "#af/stacks/site/read";
import { recordProgram } from "#af/stacks/record";
import type { Site } from "#af/stacks/site/schema";
import { toolsOrSkip } from "../sandbox/e2e/harness";
import { SITES } from "../support/site-config";
import { everyCase } from "./every-case";
import type { Data } from "./manifests";
import { providerForm } from "./provider-form";
import { RunningProvider } from "./running-provider";
import { writtenOtherwise } from "./written-otherwise";

/** A resource as a program registers it. */
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Data;
}

describe("Pulumi's Kubernetes provider", function () {
  this.timeout(120_000);
  let provider: RunningProvider | undefined;

  before(async function () {
    const tools = await toolsOrSkip(this);
    provider = await RunningProvider.start(tools["pulumi-resource-kubernetes"].path);
  });
  after(() => provider?.stop());

  const checked = async ({ urn, type, inputs }: Resource): Promise<Resource> => {
    assert.ok(provider);
    return { urn, type, inputs: await provider.checked(urn, inputs) };
  };

  it("is asked about every rule", () => {
    const known = new Set(cases.map(({ rule }) => rule.name));
    assert.deepEqual(
      RULES.map(({ name }) => name).filter((name) => !known.has(name)),
      [],
    );
  });

  it("is what the model says it is, with every object of every case, however it is written", async () => {
    for (const { rule, title, objects } of cases)
      for (const [choice, object] of objects.entries())
        for (const written of [object, writtenOtherwise(object, choice), writtenOtherwise(object, choice + 7)]) {
          const { inputs } = await checked(resourceOf(written));
          const modelled = resourceOf(providerForm(written)).inputs;
          assert.deepEqual(withoutDefaults(inputs), withoutDefaults(modelled), `${rule.name}, ${title}: ${JSON.stringify(written)}`);
        }
  });

  it("changes no finding of any rule, to the letter, however its objects are written", async () => {
    for (const { rule, title, site, objects } of cases) {
      const expected = said([rule], objects.map(resourceOf), site);
      const otherwise = objects.map((object, index) => resourceOf(writtenOtherwise(object, index + 3)));
      assert.deepEqual(said([rule], await all(otherwise, checked), site), expected, `${rule.name}: ${title}`);
    }
  });

  it("writes quantities as we do", async () => {
    const amounts = ["71680Mi", "5000m", "0.5", "1e3", "0Mi", "1000M", "1.5Gi", "1500Ki", "0.3Gi", "123456789", "100n", "0.1n", "12e-1"];
    const more = [
      "1500e3",
      "-5Gi",
      "1023Ki",
      "1023",
      "1024",
      "1024Ki",
      "1000000Mi",
      "1.0005Ki",
      "18446744073709551615m",
      "7E",
      "0.1",
      "2500u",
    ];
    const hard = Object.fromEntries([...amounts, ...more].map((amount, index) => [`count/${index}`, amount]));
    const { inputs } = await checked(
      resourceOf({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace: "work" }, spec: { hard } }),
    );
    const ours = Object.fromEntries(Object.entries(hard).map(([name, amount]) => [name, canonicalQuantity(amount)]));
    assert.deepEqual((inputs["spec"] as Data)["hard"], ours);
  });

  for (const name of SITES)
    it(`changes no finding about the objects of ${name}`, async () => {
      const site = readSite(name);
      const { resources } = await recordProgram(site);
      const ofKubernetes = resources.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
      assert.deepEqual(said(RULES, await all(ofKubernetes, checked), site), said(RULES, ofKubernetes, site));
    });
});

const cases = withoutTests(everyCase);

/** The tests beside the cases run elsewhere. */
function withoutTests<Result>(load: () => Result): Result {
  const own = globalThis.describe;
  globalThis.describe = (() => undefined) as unknown as typeof own;
  try {
    return load();
  } finally {
    globalThis.describe = own;
  }
}

function said(rules: readonly Rule[], resources: readonly Resource[], site: Site): readonly Finding[] {
  const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
  return judge(rules, objects, { site }).findings;
}

async function all(resources: readonly Resource[], change: (resource: Resource) => Promise<Resource>): Promise<readonly Resource[]> {
  const results: Resource[] = [];
  for (const resource of resources) results.push(await change(resource));
  return results;
}

function resourceOf(object: Data): Resource {
  const { apiVersion, kind, metadata } = object;
  const group = String(apiVersion).includes("/") ? String(apiVersion) : `core/${String(apiVersion)}`;
  const { name, namespace } = metadata as Data;
  const type = `kubernetes:${group}:${String(kind)}`;
  return {
    urn: `urn:pulumi:site::af::${type}::${typeof name === "string" ? name : "unnamed"}`,
    type,
    inputs: asTheEngine(group.startsWith("helm.sh/") ? { name, namespace, ...(object["spec"] as Data) } : object) as Data,
  };
}

/** With the mark of the engine in place of what is not known. */
function asTheEngine(value: unknown): unknown {
  if (value === UNKNOWN) return unknownValue;
  if (Array.isArray(value)) return value.map(asTheEngine);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asTheEngine(field)]));
}

/** Options of a Release that are off or empty: the model does not name all of them. */
function withoutDefaults(inputs: Data): unknown {
  const { data, ...rest } = plain(inputs) as Data;
  const release = "chart" in rest;
  return {
    ...(release
      ? Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== false && value !== "" && value !== undefined))
      : rest),
    ...(data !== undefined && { data }),
  };
}
