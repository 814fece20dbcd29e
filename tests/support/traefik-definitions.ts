import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import type { ClusterObject } from "#af/sandbox/cluster/client";

const FILE = "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml";

/** The definitions of Traefik's kinds. @param sources folder of Traefik's sources. */
export function traefikDefinitions(sources: string): readonly ClusterObject[] {
  return parseAllDocuments(fs.readFileSync(path.join(sources, FILE), "utf8")).map((each) => each.toJS() as ClusterObject);
}
