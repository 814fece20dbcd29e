import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";
import type { SitesDocument } from "#af/tools/site/document";
import { requirePrograms } from "../support/programs";
import { runStep, scriptsOf, type StepResult } from "./steps";
import { Tracker } from "./tracker";

type SiteEntry = SitesDocument["sites"][number];

describe("The workflow of what ends soon", function () {
  this.timeout(120_000);
  let base = "";
  let temp = "";
  let tracker: Tracker;

  before(function () {
    requirePrograms(this, "jq", "bash");
  });
  beforeEach(() => {
    base = fs.mkdtempSync(path.join(os.tmpdir(), "af-ends-"));
    temp = path.join(base, "temp");
    for (const each of ["temp", "cwd"]) fs.mkdirSync(path.join(base, each));
    tracker = new Tracker(base);
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

  /** Runs the step that writes issues, on what validate says of sites. */
  function told(...sites: readonly SiteEntry[]): StepResult {
    fs.writeFileSync(path.join(temp, "sites.json"), JSON.stringify({ sites }));
    const step = scriptsOf("waivers", "ends").find(({ id }) => id === "issues");
    assert.ok(step);
    const PATH = `${tracker.bin}${path.delimiter}${process.env["PATH"] ?? ""}`;
    return runStep(step, path.join(base, "cwd"), { PATH, GH_REPO: "o/r", URL: "https://example.org/run", RUNNER_TEMP: temp });
  }

  const quiet: SiteEntry = { name: "quiet", problems: [], endingSoon: [] };
  const ending: SiteEntry = {
    name: "ending",
    problems: [],
    endingSoon: [{ path: "af:waivers[0].until", name: "no-host-paths for PersistentVolume cvmfs", until: "2027-01-02" }],
  };

  it("opens one issue for a site of which something ends, and none for the others", () => {
    const { code, log } = told(quiet, ending);
    assert.equal(code, 0, log);
    assert.deepEqual(tracker.issues(), [
      {
        number: 1,
        title: "ending: what ends soon",
        body: "- `af:waivers[0].until`: no-host-paths for PersistentVolume cvmfs ends on 2027-01-02\n\nhttps://example.org/run\n",
        state: "open",
        comments: [],
      },
    ]);
  });

  it("writes that issue anew, and closes it when nothing ends any more", () => {
    const other: SiteEntry = { ...ending, name: "not ending" };
    told(other, ending);
    const [later] = ending.endingSoon;
    assert.ok(later);
    told(other, { ...ending, endingSoon: [{ ...later, until: "2027-01-09" }] });
    assert.deepEqual(
      tracker.issues().map(({ body }) => /ends on (.*)/.exec(body)?.[1]),
      ["2027-01-02", "2027-01-09"],
    );
    told(other, { ...ending, endingSoon: [] });
    assert.deepEqual(
      tracker.issues().map(({ state, comments }) => [state, comments]),
      [
        ["open", []],
        ["closed", ["Nothing ends within 30 days any more: https://example.org/run"]],
      ],
    );
    // A site of which nothing has ended has no issue to close.
    const { code, log } = told(quiet);
    assert.equal(code, 0, log);
    assert.equal(tracker.issues().length, 2);
  });

  it("tells a site file that is wrong, without pasting what it says into a shell, and fails", () => {
    const { code } = told({ ...quiet, problems: [{ path: "af:hub", message: 'found `$(touch /tmp/x)` "quoted"' }] }, ending);
    assert.equal(code, 1);
    const [wrong, other] = tracker.issues();
    assert.match(wrong?.body ?? "", /- \*\*wrong\*\* `af:hub`: found `\$\(touch \/tmp\/x\)` "quoted"/);
    assert.equal(other?.title, "ending: what ends soon", "the others are told all the same");
  });

  it("asks validate itself about every site of the project", () => {
    const step = scriptsOf("waivers", "ends").find(({ id }) => id === "validate");
    assert.ok(step);
    const { code, log } = runStep(step, path.join(base, "cwd"), { RUNNER_TEMP: temp });
    assert.equal(code, 1, "without the project there is nothing to ask");
    assert.match(log, /site\.js/);
    const result = runStep({ ...step, run: `cd '${projectFolder()}'\n${step.run ?? ""}` }, path.join(base, "cwd"), { RUNNER_TEMP: temp });
    assert.equal(result.code, 0, result.log);
    const { sites } = JSON.parse(fs.readFileSync(path.join(temp, "sites.json"), "utf8")) as SitesDocument;
    assert.deepEqual(
      sites.map(({ problems }) => problems),
      sites.map(() => []),
    );
  });
});
