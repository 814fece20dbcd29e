import assert from "node:assert/strict";
import { inspect } from "node:util";
import { verdictOn } from "./expect";
import { everyCase } from "./every-case";
import type { Data } from "./manifests";

/** What every object of JavaScript answers to, and may also be the name of a namespace, a label, a volume or a setting. */
const INHERITED = "constructor";
/** A word as long and nearly in the same place of an alphabet, to which no object answers. */
const PLAIN = "constructos";

/** All words of plain data: what its fields are called, and their texts. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(wordsOf)];
}

/** The same data with another word wherever one stands. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (typeof value === "string") return value === from ? to : value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, from, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key === from ? to : key, renamed(below, from, to)]));
}

const told = (verdict: unknown) => inspect(verdict, { depth: null, maxArrayLength: null, maxStringLength: null });

describe("a name that every object of JavaScript answers to", function () {
  this.timeout(120_000);
  // Cases that differ in a number alone have the same words.
  for (const { rule, title, site, objects } of everyCase().filter((each) => !/ of \d+$| is not known$/.test(each.title)))
    it(`is a name as any other: ${rule.name}, ${title}`, () => {
      for (const word of new Set(objects.flatMap(wordsOf))) {
        const said = (name: string) =>
          told(
            verdictOn(
              objects.map((object) => renamed(object, word, name) as Data),
              [rule],
              site,
            ),
          );
        assert.equal(said(INHERITED).replaceAll(INHERITED, PLAIN), said(PLAIN), `${word} is ${INHERITED}`);
      }
    });
});
