import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";

/** Folders and files that a clone does not have. */
const NOT_CLONED = /^(\.git|\.sandbox|node_modules|test-output)$/;

/** Path of a copy of the project in a folder, as a workflow has it after `npm ci`, without a repository. */
export function clonedProject(base: string): string {
  const [root, clone] = [projectFolder(), path.join(base, "clone")];
  fs.mkdirSync(clone);
  // With their times, so that what is built counts as built.
  for (const name of fs.readdirSync(root).filter((each) => !NOT_CLONED.test(each)))
    fs.cpSync(path.join(root, name), path.join(clone, name), { recursive: true, preserveTimestamps: true });
  fs.symlinkSync(path.join(root, "node_modules"), path.join(clone, "node_modules"), "dir");
  return clone;
}
