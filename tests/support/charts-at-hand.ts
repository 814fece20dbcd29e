import * as fs from "node:fs";
import * as path from "node:path";

/** The unpacked chart of a name in the folder that AF_CHARTS names; undefined, and said, where there is none. */
export function chartAtHand(name: string): string | undefined {
  const folder = path.join(process.env["AF_CHARTS"] ?? "", name);
  if (process.env["AF_CHARTS"] !== undefined && fs.existsSync(path.join(folder, "Chart.yaml"))) return folder;
  console.log(`      not checked against the chart itself: AF_CHARTS names no folder with ${name}/Chart.yaml`);
  return undefined;
}
