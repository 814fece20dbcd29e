import * as fs from "node:fs";
import * as path from "node:path";

/**
 * The nearest folder at or above another one that holds a file or folder of a name. The compiler copies nothing but code, so a source and its
 * compiled copy look upwards for what lies beside the sources.
 * @throws {Error} if there is none.
 */
export function nearestFolder(from: string, name: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, name))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no ${name} above ${from}`);
  }
}
