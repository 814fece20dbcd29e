import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";

/** Folders of CustomResourceDefinitions and of charts' value schemas. They are files of other projects and are not part of this one. */
export interface SchemaFolder {
  readonly crds: string;
  readonly charts: string;
}

/** Finds the folders that AF_SCHEMAS names, or those beside the project, or says why there are none. */
export function schemaFolder(environment: NodeJS.ProcessEnv = process.env): SchemaFolder | { readonly missing: string } {
  const folder = environment["AF_SCHEMAS"] ?? path.join(projectFolder(), "..", "shared", "schemas");
  const [crds, charts] = [path.join(folder, "crds"), path.join(folder, "charts")];
  if (fs.existsSync(crds) && fs.existsSync(charts)) return { crds, charts };
  return { missing: `${folder} has no folders crds and charts; set AF_SCHEMAS to a folder that has` };
}
