import assert from "node:assert/strict";
import fc from "fast-check";
import { objectsOf } from "#af/policies/model/objects";
import type { Site } from "#af/stacks/site/schema";
import { capacityOf, type CapacityAnswer } from "#af/tools/plan/capacity";
import { whoWaits } from "#af/tools/plan/waits";
import { SITE } from "../policies/expect";
import { HUB_STACK } from "../policies/facility-objects";
import { changed, workload, type Data } from "../policies/manifests";

const TEMPLATE = ["spec", "template"] as const;
const HOSTNAME = "kubernetes.io/hostname";

interface Asked {
  readonly replicas: number;
  readonly cpu: number;
  readonly spread: boolean;
}

/** Pods of one workload, which may have to be spread over the hosts. */
function program({ replicas, cpu, spread }: Asked, index: number): Data {
  const labels = { app: `program-${index}` };
  const even = { maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: labels } };
  return [
    [["metadata", "name"], labels.app],
    [["spec", "replicas"], replicas],
    [[...TEMPLATE, "metadata"], { labels }],
    [[...TEMPLATE, "spec", "containers", 0, "resources", "requests", "cpu"], String(cpu)],
    ...(spread ? ([[[...TEMPLATE, "spec", "topologySpreadConstraints"], [even]]] as const) : []),
  ].reduce<Data>((object, [steps, value]) => changed(object, steps as readonly (string | number)[], value), workload("Deployment"));
}

/** The site with so many users, of whom so many have a large server; undefined if the site file does not say. */
function siteWith(concurrent: number, large: number | undefined): Site {
  const [first, second] = SITE.hub.profiles;
  const profiles = [first, { ...second, atOnce: large }].map((profile) => JSON.parse(JSON.stringify(profile)) as unknown);
  return changed(changed(SITE, ["hub", "users", "concurrent"], concurrent), ["hub", "profiles"], profiles) as unknown as Site;
}

/** What an answer must not say beside its numbers. */
function contradictions({ verdict, need, have, note, waits }: CapacityAnswer): readonly string[] {
  const fits = verdict === "fits" || verdict === "at risk";
  return [
    ...(fits && have < need ? [`${verdict}, although ${have} of ${need} have a place`] : []),
    ...(verdict === "does not fit" && have >= need ? [`does not fit, although ${have} of ${need} have a place`] : []),
    ...(verdict === "not settled" && !/the search ended|none is counted/.test(note) ? ["not settled, without a reason"] : []),
    ...waits.filter((wait) => wait.waiting > wait.of || (wait.verdict === "does not fit" && wait.waiting < 1)).map(whoWaits),
    ...(verdict === "fits" ? waits.map(whoWaits) : []),
  ];
}

describe("the verdicts of a plan, and their numbers", function () {
  this.timeout(120_000);

  it("never contradict each other, on generated facilities", () => {
    const asked = fc.record({ replicas: fc.integer({ min: 0, max: 24 }), cpu: fc.constantFrom(1, 7, 20), spread: fc.boolean() });
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(asked, { maxLength: 3 }),
        fc.integer({ min: 0, max: 120 }),
        fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
        (programs, users, large) => {
          const site = siteWith(Math.max(users, large ?? 0), large);
          const { answers } = capacityOf(
            [...HUB_STACK, ...programs.map(program)].flatMap((object) => objectsOf(object)),
            site,
          );
          for (const answer of answers) {
            seen.add(`${answer.question}: ${answer.verdict}`);
            assert.deepEqual(contradictions(answer), [], JSON.stringify({ ...answer, waits: answer.waits.map(whoWaits) }));
            if ((large ?? 0) === 0) assert.doesNotMatch(answer.note, /gone with it:.*\blarge\b/, answer.note);
          }
        },
      ),
      { numRuns: 60, seed: 20_201_129 },
    );
    for (const verdict of ["fits", "does not fit"]) assert.ok(seen.has(`everything: ${verdict}`), [...seen].join());
  });

  it("do not call a profile of which none is counted one that fits", () => {
    const { answers } = capacityOf(
      HUB_STACK.flatMap((object) => objectsOf(object)),
      siteWith(20, undefined),
    );
    const large = answers.find(({ about }) => about === "servers of large");
    assert.deepEqual([large?.verdict, large?.need], ["not settled", 0]);
    assert.match(large?.note ?? "", /atOnce/);
  });
});
