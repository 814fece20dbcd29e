#!/usr/bin/env node
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { projectFolder } from "../stacks/site/project";
import { ChangesDocument } from "./changes/document";
import { DriftDocument } from "./drift/document";
import { PlansDocument } from "./plan/document";
import { PolicyDocument } from "./policy-document";
import { sitePage } from "./reference/site-page";
import { siteSchema } from "./reference/site-schema";
import { ExplainDocument, ParityDocument, SitesDocument } from "./site/document";

/** The text of every generated reference page, by its path in the project. */
export function referencePages(): Readonly<Record<string, string>> {
  const documents = {
    plan: PlansDocument,
    changes: ChangesDocument,
    drift: DriftDocument,
    policy: PolicyDocument,
    sites: SitesDocument,
    explain: ExplainDocument,
    parity: ParityDocument,
  };
  const schemas = {
    ...Object.fromEntries(Object.entries(documents).map(([name, each]) => [name, z.toJSONSchema(each)])),
    site: siteSchema(),
  };
  return {
    ...Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [`docs/reference/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`]),
    ),
    "docs/reference/site.md": sitePage(),
  };
}

/** Writes all pages. A test fails if a page in the project differs from what this writes. */
function main(): void {
  for (const [page, text] of Object.entries(referencePages())) {
    const file = path.join(projectFolder(), page);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    process.stdout.write(`${page}\n`);
  }
}

if (require.main === module) main();
