import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";

/** Where definitions of custom resources and schemas of chart values lie; they are other projects' files and not part of this one. */
export interface SchemaFolder {
  readonly crds: string;
  readonly charts: string;
}

/** The folder, or why there is none. `AF_SCHEMAS` names another than the one beside the project. */
export function schemaFolder(environment: NodeJS.ProcessEnv = process.env): SchemaFolder | { readonly missing: string } {
  const folder = environment["AF_SCHEMAS"] ?? path.join(projectFolder(), "..", "shared", "schemas");
  const [crds, charts] = [path.join(folder, "crds"), path.join(folder, "charts")];
  if (fs.existsSync(crds) && fs.existsSync(charts)) return { crds, charts };
  return { missing: `${folder} has no folders crds and charts; set AF_SCHEMAS to a folder that has` };
}
