// Runs the tests for Stryker, in one process. Stryker's own runner for mocha ends with mocha 11: it reads files of mocha 12 that have moved.
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core";
import { commonTokens, declareClassPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from "@stryker-mutator/api/test-runner";
import fc from "fast-check";
import Mocha from "mocha";

/** Milliseconds below which a test is asked before the others. */
const QUICK = 200;

/** In the copy of the project: what each test took without a mutant, for the process that follows one that had to be ended. */
const DURATIONS = "mutation-durations.json";

/** Milliseconds that quick tests of other sources may take together where slow ones are not asked, the quickest first. */
const QUICK_TOGETHER = 4000;

class MochaRunner {
  static inject = tokens(commonTokens.options);
  #files;
  /** Whether slow tests of other sources than the mutant's own are asked. */
  #asksSlow;
  #mocha;
  /** What the instrumented code reads and writes: which mutant is active, what is covered by which test. */
  #instrumenter = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
  /** Tests by their file and the title that they were loaded with. Some add to it what they have seen, and Stryker would not find them again. */
  #tests = new Map();
  /** Milliseconds that each test took without a mutant. */
  #durations = new Map();

  constructor(options) {
    this.#files = options.facility.tests;
    this.#asksSlow = options.facility.slow;
  }

  /** Loaded modules stay as they are, so a mutant that only a module's loading reaches would need a process of its own. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    const load = createRequire(path.resolve("package.json"));
    for (const file of ["./tests/unhandled.cjs", "./tests/generated.cjs"]) load(file);
    // One failure is enough; to look for a smaller one takes time.
    fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
    // Stryker ends what does not end, by the time that the same tests took without a mutant.
    this.#mocha = new Mocha({ reporter: class {}, timeout: 0 });
    this.#mocha.cleanReferencesAfterRun(false);
    for (const file of this.#files) this.#mocha.addFile(path.resolve(file));
    await this.#mocha.loadFilesAsync();
    const suites = [this.#mocha.suite];
    for (const suite of suites) {
      suites.push(...suite.suites);
      for (const test of suite.tests) this.#tests.set(test, `${path.relative("", test.file)} > ${test.fullTitle()}`);
    }
    const known = fs.existsSync(DURATIONS) ? JSON.parse(fs.readFileSync(DURATIONS, "utf8")) : {};
    for (const [test, title] of this.#tests) if (title in known) this.#durations.set(test, known[title]);
  }

  async dryRun({ coverageAnalysis, disableBail }) {
    const tests = await this.#run([...this.#tests.keys()], disableBail);
    const durations = [...this.#tests].map(([test, title]) => [title, this.#durations.get(test)]);
    fs.writeFileSync(DURATIONS, JSON.stringify(Object.fromEntries(durations)));
    const mutantCoverage = coverageAnalysis === "off" ? undefined : this.#instrumenter.mutantCoverage;
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  /** Asks the source's own tests first, then the quick ones of others: most mutants need no other. */
  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
    Object.assign(this.#instrumenter, { hitLimit, hitCount: hitLimit === undefined ? undefined : 0, activeMutant: activeMutant.id });
    const only = testFilter && new Set(testFilter);
    const chosen = [...this.#tests.keys()].filter((test) => only?.has(this.#tests.get(test)) ?? true);
    const source = path.relative("", activeMutant.fileName).replace(/^.*?bin\//, "");
    const isOwn = (test) => path.relative("", test.file) === `tests/${source.replace(/\.js$/, ".test.ts")}`;
    const isQuick = (test) => (this.#durations.get(test) ?? 0) < QUICK;
    const quick = chosen.filter((test) => !isOwn(test) && isQuick(test));
    const quickOthers = new Set(this.#asksSlow ? quick : this.#quickest(quick));
    const turns = [
      (test) => isOwn(test) && isQuick(test),
      (test) => isOwn(test) && !isQuick(test),
      (test) => quickOthers.has(test),
      (test) => !isOwn(test) && !isQuick(test) && this.#asksSlow,
    ];
    const results = [];
    for (const turn of turns) {
      if (!disableBail && results.some(({ status }) => status === TestStatus.Failed)) break;
      results.push(...(await this.#run(chosen.filter(turn), disableBail)));
    }
    const outOfBounds = determineHitLimitReached(this.#instrumenter.hitCount, hitLimit);
    return toMutantRunResult(outOfBounds ?? { status: DryRunStatus.Complete, tests: results });
  }

  /** As many of the tests as take no longer together than they may. */
  #quickest(tests) {
    const duration = (test) => this.#durations.get(test) ?? 0;
    let left = QUICK_TOGETHER;
    return [...tests].sort((a, b) => duration(a) - duration(b)).filter((test) => (left -= duration(test)) >= 0);
  }

  async #run(chosen, disableBail) {
    if (chosen.length === 0) return [];
    const suites = [this.#mocha.suite];
    for (const suite of suites) {
      suites.push(...suite.suites);
      suite.bail(!disableBail);
      suite.tests = chosen.filter((test) => test.parent === suite);
    }
    const results = [];
    const add = (test, status, more = {}) => {
      const name = this.#tests.get(test) ?? test.fullTitle();
      if (!this.#durations.has(test)) this.#durations.set(test, test.duration);
      // Stryker waits for a mutant by the time that its tests take, so those that are not asked count for nothing.
      const counts = this.#asksSlow || (test.duration ?? 0) < QUICK;
      results.push({ id: name, name, timeSpentMs: counts ? (test.duration ?? 0) : 0, status, ...more });
    };
    await new Promise((resolve) => {
      const running = this.#mocha.run(resolve);
      running.on("test", (test) => (this.#instrumenter.currentTestId = this.#tests.get(test)));
      running.on("pass", (test) => add(test, TestStatus.Success));
      running.on("pending", (test) => add(test, TestStatus.Skipped));
      running.on("fail", (test, error) => add(test, TestStatus.Failed, { failureMessage: String(error.stack ?? error.message) }));
    });
    this.#instrumenter.currentTestId = undefined;
    return results;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha-12", MochaRunner)];
