import * as fs from "node:fs";
import * as path from "node:path";

/** Files below a folder, and what in it was not looked at. */
export interface FilesBelow {
  /** Paths of YAML and JSON files, sorted. */
  readonly files: readonly string[];
  /** Files of other kinds, and links that lead back to where they are. */
  readonly skipped: readonly string[];
}

/** The YAML and JSON files below a folder. Links are followed, each folder once, so that a circle of links ends. */
export function filesBelow(folder: string): FilesBelow {
  const files: string[] = [];
  const skipped: string[] = [];
  const seen = new Set<string>();
  const enter = (place: string): void => {
    const real = fs.realpathSync(place);
    if (seen.has(real)) {
      skipped.push(place);
      return;
    }
    seen.add(real);
    for (const name of fs.readdirSync(place).sort()) {
      const below = path.join(place, name);
      const found = fs.statSync(below, { throwIfNoEntry: false });
      if (found?.isDirectory() === true) enter(below);
      else (found !== undefined && /\.(ya?ml|json)$/.test(name) ? files : skipped).push(below);
    }
  };
  enter(folder);
  return { files, skipped };
}
