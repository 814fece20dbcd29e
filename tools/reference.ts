#!/usr/bin/env node
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { projectFolder } from "../stacks/project";
import { PlanDocument } from "./plan/document";
import { PolicyDocument } from "./policy-document";
import { SitesDocument } from "./site-document";

/** Generated reference pages by their path in the project. */
export function referencePages(): Readonly<Record<string, string>> {
  const schemas = { plan: PlanDocument, policy: PolicyDocument, sites: SitesDocument };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      `docs/reference/${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
    ]),
  );
}

/** Writes all pages; a test fails where one is not as it would be written. */
function main(): void {
  for (const [page, text] of Object.entries(referencePages())) {
    const file = path.join(projectFolder(), page);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    process.stdout.write(`${page}\n`);
  }
}

if (require.main === module) main();
