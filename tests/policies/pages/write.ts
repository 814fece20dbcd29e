import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";
import type * as Examples from "./examples";
import type * as Page from "./page";

/**
 * Writes the pages about rules and their index, and removes those of rules that are gone; `npm run reference` calls it. The examples are those of
 * the tests, whose files describe tests too, which do not run here.
 */
function main(): void {
  const nothing = () => undefined;
  Object.assign(globalThis, { describe: nothing, it: nothing, before: nothing, after: nothing });
  const load = createRequire(__filename);
  const { ruleExamples } = load("./examples.ts") as typeof Examples;
  const { rulePages } = load("./page.ts") as typeof Page;
  // An example that throws leaves the pages as they are.
  const pages = Object.entries(rulePages(ruleExamples()));
  const folder = path.join(projectFolder(), "docs", "rules");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const [page, text] of pages) {
    fs.writeFileSync(path.join(projectFolder(), page), text);
    process.stdout.write(`${page}\n`);
  }
}

main();
