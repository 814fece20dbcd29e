import assert from "node:assert/strict";
import { changed } from "../../policies/manifests";
import { problemsOf } from "../../support/site-problems";
import type { Problem } from "#af/stacks/site/problems";
import { CASES, whole, type Case } from "./check-cases";
import { FOLLOWED, type Edit } from "./followed-words";

type Settings = Readonly<Record<string, unknown>>;

/** The beginning of a way out: what an operator is told to do, where a part of a sentence begins. */
const WAY_OUT =
  /(?:^|[;,:] |\bor )(?:add|choose|correct|drop|give|leave|let|list|lower|name|prove|raise|remove|set|take|tell|upgrade|widen|write)\b/;

describe("the ways out that problems of a site file tell in words", () => {
  const sound = whole ?? assert.fail("no site has every service");
  const edited = (settings: Settings, edit: Edit): Settings =>
    edit.reduce<Settings>((tree, [path, value]) => changed(tree, path, value), settings);
  const toldIn = ({ message }: Case, problems: readonly Problem[]) => problems.filter((problem) => message.test(problem.message));

  it("are followed below, each of them", () => {
    const told = CASES.flatMap((each) => toldIn(each, problemsOf(edited(sound, each.change))).map(({ message }) => ({ ...each, message })));
    const unfollowed = told.filter(({ what, message }) => WAY_OUT.test(message) && FOLLOWED[what] === undefined);
    assert.deepEqual([...new Set(unfollowed.map(({ what, message }) => `${what}: ${message}`))], []);
  });

  for (const [what, ways] of Object.entries(FOLLOWED))
    it(`end the problem: ${what}`, () => {
      const spoilt = CASES.find((each) => each.what === what) ?? assert.fail("there is no such case");
      const settings = edited(sound, spoilt.change);
      const before = problemsOf(settings);
      const told = toldIn(spoilt, before);
      assert.ok(told.length > 0);
      for (const [words, edit] of ways) {
        assert.ok(
          told.some(({ message }) => words.test(message)),
          String(words),
        );
        const left = problemsOf(edited(settings, edit));
        assert.deepEqual(toldIn(spoilt, left), [], String(words));
        // Some problems show only when others are gone; what comes then tells a way out too.
        const further = left.filter(({ path, message }) => !before.some((each) => each.path === path && each.message === message));
        assert.deepEqual(
          further.filter(({ message }) => !WAY_OUT.test(message)),
          [],
          String(words),
        );
      }
    });
});
