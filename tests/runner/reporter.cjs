// Mocha's spec reporter, plus one file with the counts and what failed, so that suites that run side by side can be added up.
const fs = require("node:fs");
const Mocha = require("mocha");

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    const broken = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    runner.on("fail", (test, error) => broken.push({ title: test.fullTitle(), message: String(error?.message ?? error).split("\n")[0] }));
    runner.once("end", () => {
      const file = process.env.AF_TEST_COUNTS;
      if (file) fs.writeFileSync(file, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures, skipped, broken }));
    });
  }
};
