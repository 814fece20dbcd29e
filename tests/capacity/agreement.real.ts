import assert from "node:assert/strict";
import { messagesOf } from "./agreement/claims";
import { classesOf, dump, examine, turnsOf, type Examination } from "./agreement/examination";
import { facilityOf, NAMESPACES, SPARED, VOLUMES } from "./agreement/facilities";
import { budgetOf, volumeOf } from "./agreement/objects";
import { RealScheduler } from "./agreement/scheduler";
import { siteFacilityOf } from "./agreement/site";

/** The seed of the first facility; each further one has the next number. To draw one again, set its seed and a count of 1. */
const SEED = Number(process.env["AF_AGREEMENT_SEED"] ?? 20_261_124);
const FACILITIES = Number(process.env["AF_AGREEMENT_FACILITIES"] ?? 40);
const SITES = ["unl", "fnal"];
/** Milliseconds; a facility takes about 1.3 s on two cores. */
const PATIENCE = 30 * 60_000;

describe("the packer and the real scheduler", function () {
  this.timeout(PATIENCE);
  const scheduler = new RealScheduler();
  before(async function () {
    await scheduler.start(this);
    await scheduler.provide([
      ...NAMESPACES.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
      ...NAMESPACES.flatMap((namespace) => VOLUMES.flatMap((terms) => volumeOf(namespace, terms))),
      budgetOf(SPARED),
    ]);
  });
  after(() => scheduler.stop());

  it(`agree about ${FACILITIES} facilities`, async () => {
    const examinations: Examination[] = [];
    const contradicted: string[] = [];
    for (let seed = SEED; seed < SEED + FACILITIES; seed += 1) {
      const facility = facilityOf(seed);
      await scheduler.provide(classesOf(facility.pods));
      const examination = await examine(scheduler, facility, turnsOf(facility.pods), seed);
      examinations.push(examination);
      if (examination.problems.length > 0) contradicted.push([...examination.problems, dump(seed, facility)].join("\n"));
      if (examinations.length % 20 === 0)
        console.log(`      ${examinations.length} of ${FACILITIES}: ${contradicted.length} contradicted; ${summary(examinations)}`);
    }
    assert.equal(contradicted.length, 0, contradicted.join("\n"));
  });

  for (const name of SITES)
    it(`agree about ${name}`, async () => {
      const site = await siteFacilityOf(name);
      await scheduler.provide(site.surroundings);
      const examination = await examine(scheduler, site, site.turns, SEED);
      console.log(`      ${name}, ${site.turns.length} pods on ${site.hosts.length} hosts: ${summary([examination])}`);
      assert.equal(examination.problems.length, 0, examination.problems.join("\n"));
    });
});

/** What was found, for people to read. */
function summary(examinations: readonly Examination[]): string {
  const of = (verdict: string) => examinations.filter(({ proof }) => proof.verdict === verdict);
  const leaving = of("at risk").filter(({ outcomes }) => outcomes.some(({ waiting }) => waiting.length > 0));
  const total = (count: (examination: Examination) => number) => examinations.reduce((sum, each) => sum + count(each), 0);
  const foretold = examinations.flatMap(({ proof, outcomes }) => outcomes.flatMap((outcome) => messagesOf(proof, outcome)));
  const share = (same: (text: string) => string) => foretold.filter(({ said, heard }) => same(said) === same(heard)).length;
  const reasons = (message: string) =>
    [...message.matchAll(/(?<=: |, )\d+ ([^,]*?)(?=,|\.$)/g)]
      .map(([, reason]) => reason)
      .sort()
      .join();
  return [
    `${of("fits").length} fit`,
    `${of("at risk").length} at risk (${leaving.length} left pods waiting)`,
    `${of("does not fit").length} do not fit (of ${foretold.length} messages ${share(reasons)} foretold with the same reasons, ${share(String)} to the letter)`,
    `${total(({ replays }) => replays)} failing orders tried`,
    `${total(({ outcomes }) => outcomes.reduce((sum, { evictions }) => sum + evictions, 0))} evictions`,
  ].join(", ");
}
