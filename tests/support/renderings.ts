import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { schemaFolder } from "#af/tools/schemas/folder";

/** What Helm made of a real chart and some values. */
export interface Rendering {
  readonly chart: string;
  readonly version: string;
  /** Name of the site whose values were given, or of a variation. */
  readonly case: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly manifests: readonly Readonly<Record<string, unknown>>[];
}

/** The renderings beside the schemas; undefined where there are none, and a test then says what it did not check. */
export function renderings(): readonly Rendering[] | undefined {
  const folder = schemaFolder();
  if ("missing" in folder) return undefined;
  const root = path.join(folder.charts, "..", "rendered");
  const index = path.join(root, "index.json");
  if (!fs.existsSync(index)) return undefined;
  const cases = JSON.parse(fs.readFileSync(index, "utf8")) as readonly Omit<Rendering, "values" | "manifests">[];
  return cases.map((each) => {
    const read = (file: string): readonly Readonly<Record<string, unknown>>[] =>
      parseAllDocuments(fs.readFileSync(path.join(root, each.chart, each.case, file), "utf8")).flatMap((document) => {
        const value = document.toJS() as Record<string, unknown> | null;
        return value === null ? [] : [value];
      });
    return { ...each, values: read("values.yaml")[0] ?? {}, manifests: read("manifests.yaml") };
  });
}
