import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { projectFolder } from "#af/stacks/site/project";
import { changed, POD_SPEC, workload, type Data } from "../../policies/manifests";
import { siteConfig } from "../../support/site-config";
import { writeSettings } from "../site-files";
import { waiverOf } from "../../policies/waiver";
import type { ToolResult } from "../run-tool";

/** Names of files in which a reader of URIs, of XML or of a shell takes a part for something else. */
export const FILES = ["a <&> #b?.yaml", "c:d.yaml", "%41é😀.yaml", "folder/e f.yaml"] as const;
/** Name of the file that cannot be read. */
export const UNREAD = "odd <]]>.yaml";
/** Names of objects that no API server takes, and that a file can hold all the same. */
export const NAMES = ["first", `a]]><b attr="'&amp;'">`, "line\nbreak", "\u0001\ufffe\u0085\u2028", "é😀"] as const;

const broken = (name: string): Data => changed(workload("Deployment", { ...POD_SPEC, hostPID: true }), ["metadata", "name"], name);
const volume: Data = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "software" }, spec: { hostPath: { path: "/cvmfs" } } };

/** What `policy` prints in a folder of such files, one of which cannot be read, on a site that waives one violation. */
export function policyOnHostileFiles(folder: string, output: "sarif" | "junit" | "json"): ToolResult {
  fs.mkdirSync(path.join(folder, "folder"), { recursive: true });
  for (const [index, file] of FILES.entries())
    fs.writeFileSync(path.join(folder, file), NAMES.map((name) => stringify(broken(`${name}${index}`))).join("---\n"));
  fs.writeFileSync(path.join(folder, "volume.yaml"), `# a comment first\n---\n${stringify(volume)}`);
  fs.writeFileSync(path.join(folder, UNREAD), "replicas: 2\n");
  const site = writeSettings(path.join(folder, "..", path.basename(folder) + "-site"), "unl", {
    ...siteConfig("unl"),
    waivers: [waiverOf()],
  });
  const args = ["--site", site, "--output", output, ...FILES, "volume.yaml", UNREAD];
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(projectFolder(), "bin", "tools", "policy.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  fs.rmSync(path.dirname(site), { recursive: true });
  return { code: status, stdout, stderr };
}
