import * as fs from "node:fs";
import * as path from "node:path";

/** Writes a file below a folder, with the folders between, and tells where it is. */
export function fileWriter(folder: string): (name: string, text: string) => string {
  return (name, text) => {
    const place = path.join(folder, name);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text);
    return place;
  };
}
