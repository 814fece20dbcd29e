import { recordProgram, type Recording } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { readSite } from "#af/stacks/site/read";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { SITES } from "./site-config";
import { KINDS, settingsOfKind } from "./site-kinds";

/** The program of every site of the project, and of a site of every kind of {@link KINDS}. Titles that change the same settings are recorded once. */
export function everyRecording(): Promise<ReadonlyMap<string, Recording>> {
  return (recorded ??= record());
}

/** Several suites of one run ask for them. */
let recorded: Promise<ReadonlyMap<string, Recording>> | undefined;

async function record(): Promise<ReadonlyMap<string, Recording>> {
  const recordings = new Map<string, Recording>();
  for (const site of SITES) recordings.set(site, await recordProgram(readSite(site)));
  const seen = new Set<string>();
  for (const [title, changes] of Object.entries(KINDS)) {
    const text = JSON.stringify(changes);
    if (seen.has(text)) continue;
    seen.add(text);
    recordings.set(title, await recordProgram(parseSite(await settingsOfKind(title), "a test")));
  }
  return recordings;
}

/** An object that the program of some site writes, and the first title that has it. */
export interface WrittenObject {
  readonly title: string;
  readonly object: KubernetesObject;
  /** What the program declares, with {@link UNKNOWN} where a value is not known before `up`. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Each object that any of the programs writes, once, whatever the number of sites that have it. What charts and operators make is left out. */
export function everyObject(recordings: ReadonlyMap<string, Recording>): readonly WrittenObject[] {
  const written = new Map<string, WrittenObject>();
  for (const [title, { resources }] of recordings) {
    for (const { type, inputs, urn } of resources) {
      for (const object of objectsOfResource(type, plain(inputs), urn)) {
        if (object.origin !== undefined) continue;
        const manifest = object.root.raw() as Readonly<Record<string, unknown>>;
        const text = JSON.stringify(manifest, (_, value: unknown) => (typeof value === "symbol" ? String(value) : value));
        if (!written.has(text)) written.set(text, { title, object, manifest });
      }
    }
  }
  return [...written.values()];
}
