import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { merge } from "../../components/delivery/helm-chart";
import type { Schema } from "./prune";

/** What a chart publishes about its values. */
export interface ChartSchema {
  readonly schema: Schema;
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** The schema and the default values of a chart; undefined for a chart without a schema. A process reads a chart once. */
export function chartSchema(folder: string, chart: string): ChartSchema | undefined {
  const file = path.join(folder, chart, "values.schema.json");
  if (!fs.existsSync(file)) return undefined;
  const defaults = path.join(folder, chart, "values.yaml");
  const read = known.get(file) ?? {
    schema: JSON.parse(fs.readFileSync(file, "utf8")) as Schema,
    defaults: fs.existsSync(defaults) ? (parse(fs.readFileSync(defaults, "utf8")) as Record<string, unknown>) : {},
  };
  known.set(file, read);
  return read;
}

const known = new Map<string, ChartSchema>();

/**
 * Values as Helm checks them: the given ones over the chart's own, where a null removes a default
 * (https://helm.sh/docs/chart_template_guide/values_files/#deleting-a-default-key).
 */
export function effectiveValues({ defaults }: ChartSchema, values: unknown): unknown {
  const given = typeof values === "object" && values !== null ? Object.fromEntries(Object.entries(values)) : {};
  return withoutNulls(merge(defaults, given), given);
}

/** Removes the keys that the given values set to null; nulls of the chart's own values stay, as in Helm. */
function withoutNulls(
  merged: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(merged)
      .filter(([name]) => given[name] !== null)
      .map(([name, value]) => {
        const below = given[name];
        return [name, isTree(value) && isTree(below) ? withoutNulls(value, below) : value];
      }),
  );
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
