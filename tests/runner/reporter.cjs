// Mocha's spec reporter, plus one file with the counts and what failed, so that suites that run side by side can be added up. If the inner loop
// takes longer than it should, its slowest files are named, and so is each test that took more than half the time it may take.
const fs = require("node:fs");
const Mocha = require("mocha");

/** What a test that was ended by `notChecked` (tests/support/skipped.ts) has missed, itself or in a hook of a suite around it. */
function missingFor(test) {
  for (let each = test; each !== undefined; each = each.parent) if (each.notChecked !== undefined) return each.notChecked;
  return undefined;
}

/** So many lines of a failure's message are repeated at the end of a run, whose log may be kept only in part. */
const LINES_OF_MESSAGE = 12;

/** The message of a failure as far as it is repeated. */
function messageOf(error) {
  const lines = String(error?.message ?? error).split("\n");
  const rest = lines.length - LINES_OF_MESSAGE;
  return [...lines.slice(0, LINES_OF_MESSAGE), ...(rest > 0 ? [`... ${rest} lines more`] : [])].join("\n");
}

/** How much of its time a test or a hook took, if that was more than half; a machine half as fast would end it. Parallel runs do not tell the limit. */
function closeness(runnable) {
  const { duration = 0 } = runnable;
  const limit = typeof runnable.timeout === "function" ? runnable.timeout() : 0;
  return limit > 0 && duration > limit / 2 ? `${(duration / 1000).toFixed(0)} of ${limit / 1000} s` : undefined;
}

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const [skipped, notChecked] = [[], []];
    const broken = [];
    runner.on("pending", (test) => {
      const missing = missingFor(test);
      if (missing === undefined) skipped.push(test.fullTitle());
      else notChecked.push({ title: test.fullTitle(), missing });
    });
    runner.on("fail", (test, error) => broken.push({ title: test.fullTitle(), message: messageOf(error) }));
    const spent = new Map();
    const close = [];
    const add = (runnable) => {
      const { file, duration = 0 } = runnable;
      spent.set(file, (spent.get(file) ?? 0) + duration / 1000);
      const took = closeness(runnable);
      if (took !== undefined) close.push(`  ${runnable.fullTitle()}: ${took}`);
    };
    runner.on("test end", add);
    runner.on("hook end", add);
    runner.once("end", () => {
      const tooLong = this.stats.duration / 1000 > Number(process.env.AF_INNER_LOOP ?? Infinity);
      const slowest = [...spent].sort(([, a], [, b]) => b - a).slice(0, 5);
      if (tooLong)
        console.log(`too long for an inner loop; slowest: ${slowest.map(([name, s]) => `${name} (${s.toFixed(1)} s)`).join(", ")}`);
      if (close.length > 0) console.log(["close to their limit:", ...close].join("\n"));
      const file = process.env.AF_TEST_COUNTS;
      if (file)
        fs.writeFileSync(file, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures, skipped, notChecked, broken }));
    });
  }
};
