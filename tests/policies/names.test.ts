import assert from "node:assert/strict";
import { inspect } from "node:util";
import { INHERITED, PLAIN, renamed, wordsOf } from "../support/renamed";
import { verdictOn } from "./expect";
import { everyCase } from "./every-case";

const told = (verdict: unknown) => inspect(verdict, { depth: null, maxArrayLength: null, maxStringLength: null });

describe("a name that every object of JavaScript answers to, in objects", function () {
  this.timeout(120_000);
  // Cases that differ in a number alone have the same words.
  for (const { rule, title, site, objects } of everyCase().filter((each) => !/ of \d+$| is not known$/.test(each.title)))
    it(`is a name as any other: ${rule.name}, ${title}`, () => {
      for (const word of wordsOf(objects)) {
        const said = (name: string) => told(verdictOn(renamed(objects, word, name), [rule], site));
        assert.equal(said(INHERITED).replaceAll(INHERITED, PLAIN), said(PLAIN), `${word} is ${INHERITED}`);
      }
    });
});
