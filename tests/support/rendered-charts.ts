import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { Manifest } from "#af/components/manifest";
import { projectFolder } from "#af/stacks/site/project";
import { objectsIn } from "#af/tools/charts/helm";

/** What Helm made of a real chart and some values. */
export interface RenderedCase {
  readonly chart: string;
  /** Version of the chart that was rendered; the catalogue may name another. */
  readonly version: string;
  readonly case: string;
  readonly release: string;
  readonly namespace: string;
  /** Read from its file at each use, and so are the objects. */
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
    const read = (file: string) => fs.readFileSync(path.join(folder, entry.chart, entry.case, file), "utf8");
    return {
      ...entry,
      get values() {
        return (parse(read("values.yaml")) ?? {}) as RenderedCase["values"];
      },
      get objects() {
        return objectsIn(read("manifests.yaml"), entry.namespace);
      },
    };
  });
}
