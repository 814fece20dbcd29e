// What property tests generate comes from a seed. In CI it is always the same one, so that a change is judged for what it changes; each run by hand, and the
// weekly run of CI, has another. After a failed test its seed is printed, and with that `AF_SEED` the same values are generated again.
const fc = require("fast-check");

const FIXED = 20_200;
const given = process.env.AF_SEED;
if (given !== undefined && given !== "" && !/^\d{1,9}$/.test(given))
  throw new Error(`AF_SEED is ${given}; allowed: a number of 1 to 9 digits`);
const seed = given ? Number(given) : process.env.CI === "true" ? FIXED : Math.floor(Math.random() * 1e9);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

exports.mochaHooks = {
  afterEach() {
    if (this.currentTest?.state === "failed") console.log(`      generated with AF_SEED=${seed}`);
  },
};
