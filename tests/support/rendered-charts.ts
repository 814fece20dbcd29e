import * as fs from "node:fs";
import * as path from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Manifest } from "#af/components/manifest";
import { projectFolder } from "#af/stacks/site/project";

/** What Helm made of a real chart and some values. */
export interface RenderedCase {
  readonly chart: string;
  /** Version of the chart that was rendered; the catalogue may name another. */
  readonly version: string;
  readonly case: string;
  readonly release: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly objects: readonly Manifest[];
}

/** The rendered charts beside the project, or why there are none. They are files of other projects and are not part of this one. */
export function renderedCases(env: Readonly<NodeJS.ProcessEnv> = process.env): readonly RenderedCase[] | { readonly missing: string } {
  const schemas = env["AF_SCHEMAS"] ?? path.join(projectFolder(), "..", "shared", "schemas");
  const folder = path.join(schemas, "rendered");
  const index = path.join(folder, "index.json");
  if (!fs.existsSync(index)) return { missing: `${index} does not exist; set AF_SCHEMAS to a folder with rendered charts` };
  const entries = JSON.parse(fs.readFileSync(index, "utf8")) as readonly Omit<RenderedCase, "values" | "objects">[];
  return entries.map((entry) => {
    const at = path.join(folder, entry.chart, entry.case);
    const read = (file: string) => fs.readFileSync(path.join(at, file), "utf8");
    return {
      ...entry,
      values: (parse(read("values.yaml")) ?? {}) as RenderedCase["values"],
      objects: parseAllDocuments(read("manifests.yaml")).flatMap((document) => {
        const object = document.toJS() as Manifest | null;
        return object === null ? [] : [{ ...object, metadata: { namespace: entry.namespace, ...object.metadata } }];
      }),
    };
  });
}
