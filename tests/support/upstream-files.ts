import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "#af/components/manifest";
import { schemaFolder } from "#af/tools/schemas/folder";
import { notChecked } from "./skipped";

/** The objects in one YAML file of the examples of another project; undefined where the file is missing. */
function upstreamObjects(...segments: readonly string[]): readonly Manifest[] | undefined {
  const schemas = schemaFolder();
  if ("missing" in schemas) return undefined;
  const file = path.join(path.dirname(schemas.crds), "examples", ...segments);
  if (!fs.existsSync(file)) return undefined;
  return parseAllDocuments(fs.readFileSync(file, "utf8"))
    .map((document) => document.toJS() as Manifest | null)
    .filter((object) => object !== null);
}

/**
 * The objects in one YAML file of the examples of another project, which lie beside the schemas and are no part of this one. Where the file is missing, the test is listed as not checked.
 * @param test the running test.
 */
export function upstreamObjectsFor(test: Mocha.Context, ...segments: readonly string[]): readonly Manifest[] {
  const found = upstreamObjects(...segments);
  if (found) return found;
  return notChecked(test, `no ${["examples", ...segments].join("/")} beside the schemas`);
}
