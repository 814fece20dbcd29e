import assert from "node:assert/strict";
import { bytes, isQuantity, millicores } from "#af/capacity/quantity";
import { plain } from "#af/policies/engine-values";
import { Field } from "#af/policies/model/field";
import type { Figure } from "#af/policies/model/figures";
import { judge } from "#af/policies/judge";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { quotas } from "#af/policies/quotas/rules";
import type { Compared } from "#af/policies/model/rules";
import { readSite } from "#af/stacks/site/read";
import { recordProgram } from "#af/stacks/record";
import { SITES } from "../../support/site-config";

type Step = string | number;

for (const name of SITES) {
  describe(`the boundaries of ${name}'s own objects`, function () {
    this.timeout(60_000);
    const site = readSite(name);

    it("pass where there is exactly what is needed, and fail where there is one less, wherever a field says what there is", async function () {
      const { resources } = await recordProgram(site);
      const objects = resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
      const reached = new Map<string, number>();
      for (const rule of quotas) {
        const speaksOf = (changed: readonly KubernetesObject[], { path, figure }: Compared): boolean =>
          judge([rule], changed, { site }).findings.some(
            (finding) =>
              finding.path === path &&
              finding.figures?.some(({ resource, subject }) => resource === figure.resource && subject === figure.subject),
          );
        for (const compared of judge([rule], objects, { site }).comparisons) {
          const bound = boundOf(objects, compared);
          if (bound === undefined || compared.figure.need === 0n) continue;
          const { need } = compared.figure;
          assert.ok(!speaksOf(bound.withAmount(need), compared), `${rule.name} refuses ${compared.path} with all that is needed`);
          assert.ok(speaksOf(bound.withAmount(need - 1n), compared), `${rule.name} passes ${compared.path} with one less than is needed`);
          reached.set(rule.name, (reached.get(rule.name) ?? 0) + 1);
        }
      }
      const count = [...reached.values()].reduce((sum, fields) => sum + fields, 0);
      assert.ok(reached.size >= 3 && count >= 10, JSON.stringify([...reached]));
      if (this.test) this.test.title += ` (${count} fields, ${reached.size} rules)`;
    });
  });
}

/** The field whose value the rule read as the amount there is; undefined if no field says it. */
function boundOf(objects: readonly KubernetesObject[], { object, path, figure }: Compared) {
  const owner = objects.find(({ kind, name, namespace }) => kind === object.kind && name === object.name && namespace === object.namespace);
  const steps = owner && stepsTo(owner.root.raw(), path);
  if (owner === undefined || steps === undefined) return undefined;
  const value = at(owner.root.raw(), steps);
  if (amountOf(figure, value) !== figure.have) return undefined;
  return {
    withAmount: (amount: bigint): readonly KubernetesObject[] => {
      const raw = structuredClone(owner.root.raw());
      Reflect.set(
        at(raw, steps.slice(0, -1)) as object,
        steps.at(-1) ?? "",
        typeof value === "number" ? Number(amount) : written(figure, amount),
      );
      return objects.map((each) => (each === owner ? { ...owner, root: new Field(raw) } : each));
    },
  };
}

function amountOf({ unit }: Figure, value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  if (!isQuantity(String(value))) return undefined;
  return unit === "millicores" ? millicores(value) : bytes(value);
}

function written({ unit }: Figure, amount: bigint): string {
  return unit === "millicores" ? `${amount}m` : String(amount);
}

/** The steps of a path as findings write it. */
function stepsTo(root: unknown, path: string): readonly Step[] | undefined {
  const search = (value: unknown, steps: readonly Step[], field: Field): readonly Step[] | undefined => {
    if (field.path === path) return steps;
    if (Array.isArray(value)) {
      for (const [index, below] of field.items().entries()) {
        const found = search(value[index], [...steps, index], below);
        if (found) return found;
      }
      return undefined;
    }
    if (typeof value !== "object" || value === null) return undefined;
    for (const key of Object.keys(value)) {
      const found = search(Reflect.get(value, key), [...steps, key], field.at(key));
      if (found) return found;
    }
    return undefined;
  };
  return search(root, [], new Field(root));
}

function at(root: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>((value, step) => Reflect.get(value as object, step), root);
}
