import * as path from "node:path";
import type { PackVerdict } from "../../policies/judge";
import type { ObjectReference } from "../../policies/model/rules";
import type { ReadObjects } from "../read-objects";

/** Where something was found. */
export interface Place {
  /** The file, from the folder of the call. */
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
    sources.flatMap(({ source, line, objects }) => objects.map((object) => [keyOf(object), { file: fromHere(source), line }] as const)),
  );
  const first = { file: fromHere(sources[0]?.source ?? "."), line: 1 };
  return { verdict, unread, placeOf: (object) => places.get(keyOf(object)) ?? first };
}

function keyOf({ apiVersion, kind, namespace, name }: ObjectReference): string {
  return [apiVersion, kind, namespace, name].join(" ");
}

function fromHere(file: string): string {
  return path.relative(process.cwd(), path.resolve(file)).split(path.sep).join("/");
}
