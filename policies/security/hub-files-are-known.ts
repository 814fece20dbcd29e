import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hookFolder } from "../../components/hub/hook";
import { releaseOf } from "../model/objects";
import type { ObjectRule } from "../model/rules";

export const hubFilesAreKnown: ObjectRule = {
  name: "hub-files-are-known",
  pack: "security",
  title: "Every file that the hub's chart puts into the hub is one of this project's, to the last letter.",
  why: "The hub runs such files with its own rights: they decide what every user's pod may do, and no rule reads their code. Those of components/hub/hook are reviewed and tested here.",
  sources: ["https://z2jh.jupyter.org/en/stable/resources/reference.html#hub-extrafiles"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Put the file into components/hub/hook, with its tests, or remove it from hub.extraFiles.",
  frameworks: ["facility:F-23"],
  scope: "object",
  check: (object, judgement) => {
    const release = releaseOf(object);
    if (release?.chart !== "jupyterhub") return;
    const own = ownFiles();
    for (const [name, file] of release.values.at("hub", "extraFiles").entries())
      for (const kind of ["stringData", "binaryData", "data"])
        judgement.attempt(() => {
          const content = file.at(kind);
          if (!content.given) return;
          judgement.countChecked();
          if (kind !== "stringData" || !own.has(content.text() ?? ""))
            judgement.violation(
              content,
              `${name} is no file of this project, so nobody can see what the hub does with it; allowed: stringData of the files in components/hub/hook`,
            );
        });
  },
};

/** Texts of all files that the project may put into the hub. */
function ownFiles(): ReadonlySet<string> {
  const entries = readdirSync(hookFolder(), { recursive: true, withFileTypes: true });
  return new Set(entries.flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), "utf8")] : [])));
}
