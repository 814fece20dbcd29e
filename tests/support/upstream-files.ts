import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "#af/components/manifest";
import { schemaFolder } from "#af/tools/schemas/folder";

/** Files of other projects that lie beside the schemas: examples, and charts as they render. They are not part of this project. */
export type UpstreamFolder = "examples" | "rendered";

/** The objects in one YAML file of another project; undefined where the file is missing. */
export function upstreamObjects(folder: UpstreamFolder, ...segments: readonly string[]): readonly Manifest[] | undefined {
  const schemas = schemaFolder();
  if ("missing" in schemas) return undefined;
  const file = path.join(path.dirname(schemas.crds), folder, ...segments);
  if (!fs.existsSync(file)) return undefined;
  return parseAllDocuments(fs.readFileSync(file, "utf8"))
    .map((document) => document.toJS() as Manifest | null)
    .filter((object) => object !== null);
}

/**
 * The objects in one YAML file of another project. Where the file is missing, the test is shown as skipped with the reason.
 * @param test the running test.
 */
export function upstreamObjectsFor(test: Mocha.Context, folder: UpstreamFolder, ...segments: readonly string[]): readonly Manifest[] {
  const found = upstreamObjects(folder, ...segments);
  if (found) return found;
  console.log(`      not checked: no ${[folder, ...segments].join("/")} beside the schemas`);
  return test.skip();
}
