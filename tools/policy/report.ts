import * as fs from "node:fs";
import * as path from "node:path";
import type { PackVerdict } from "../../policies/judge";
import type { ObjectReference } from "../../policies/model/rules";
import type { ReadObjects } from "../read-objects";

/** Where something was found. */
export interface Place {
  /** The file, by its whole path. */
  readonly file: string;
  /** Line on which the object's document begins, from 1. */
  readonly line: number;
}

/** What `policy` has come to, for any form of output. */
export interface PolicyReport {
  readonly verdict: PackVerdict;
  /** What could not be read and is not judged, a line each. */
  readonly unread: readonly string[];
  /** Where an object was read; for what belongs to no file, the first of all. */
  readonly placeOf: (object: ObjectReference) => Place;
}

/** The report of a verdict on objects that were read from files. */
export function policyReport(verdict: PackVerdict, { sources, unread }: ReadObjects): PolicyReport {
  const places = new Map(
    sources.flatMap(({ source, line, objects }) => objects.map((object) => [keyOf(object), { file: path.resolve(source), line }] as const)),
  );
  const first = { file: path.resolve(sources[0]?.source ?? "."), line: 1 };
  return { verdict, unread, placeOf: (object) => places.get(keyOf(object)) ?? first };
}

/** What tells an object apart from all others. */
export function keyOf({ apiVersion, kind, namespace, name }: ObjectReference): string {
  return [apiVersion, kind, namespace, name].join(" ");
}

/** A file from the folder of the call, for people. */
export function fromHere(file: string): string {
  return path.relative(process.cwd(), file).split(path.sep).join("/");
}

/** A file from the root of the repository in which the call is made, where GitHub looks for it; undefined for one that is not in it. */
export function inRepository(file: string): string | undefined {
  const found = path.relative(repositoryRoot(process.cwd()), file);
  return found.startsWith("..") || path.isAbsolute(found) ? undefined : found.split(path.sep).join("/");
}

/** The nearest folder that git has checked something out into, from a folder up; the folder itself where there is none. */
function repositoryRoot(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    // In a worktree it is a file.
    if (fs.existsSync(path.join(at, ".git"))) return at;
    if (at === path.dirname(at)) return folder;
  }
}
