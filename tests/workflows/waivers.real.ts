import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";
import type { SitesDocument } from "#af/tools/site/document";
import { requirePrograms } from "../support/programs";
import { runStep, scriptsOf, type StepResult } from "./steps";

type SiteEntry = SitesDocument["sites"][number];

describe("The workflow of what ends soon", function () {
  this.timeout(120_000);
  let base = "";
  let temp = "";

  before(function () {
    requirePrograms(this, "jq", "bash");
    base = fs.mkdtempSync(path.join(os.tmpdir(), "af-ends-"));
    temp = path.join(base, "temp");
    for (const each of ["bin", "temp", "cwd"]) fs.mkdirSync(path.join(base, each));
    // Stands in for GitHub's client: it keeps what it is asked with the text of the issue, and knows the issues of a file.
    fs.writeFileSync(
      path.join(base, "bin", "gh"),
      `#!/bin/sh
case "$*" in
  "issue list"*) cat '${base}/known'; exit 0 ;;
esac
echo "$@" >> '${base}/asked'
case "$*" in *--body-file*) cat '${temp}/body.md' >> '${base}/asked' ;; esac
`,
      { mode: 0o755 },
    );
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  /** Runs the step that writes issues, on what validate says of sites; the titles are those of issues that are open. */
  function told(sites: readonly SiteEntry[], titles: readonly string[]): StepResult & { readonly asked: string } {
    fs.writeFileSync(path.join(temp, "sites.json"), JSON.stringify({ sites }));
    fs.writeFileSync(path.join(base, "known"), JSON.stringify(titles.map((title, index) => ({ number: index + 7, title }))));
    fs.rmSync(path.join(base, "asked"), { force: true });
    const step = scriptsOf("waivers", "ends").find(({ id }) => id === "issues");
    assert.ok(step);
    const env = { PATH: `${base}/bin:${process.env["PATH"] ?? ""}`, GH_REPO: "o/r", URL: "https://example.org/run", RUNNER_TEMP: temp };
    const result = runStep(step, path.join(base, "cwd"), env);
    const asked = path.join(base, "asked");
    return { ...result, asked: fs.existsSync(asked) ? fs.readFileSync(asked, "utf8") : "" };
  }

  const quiet: SiteEntry = { name: "quiet", problems: [], endingSoon: [] };
  const ending: SiteEntry = {
    name: "ending",
    problems: [],
    endingSoon: [{ path: "af:waivers[0].until", name: "no-host-paths for PersistentVolume cvmfs", until: "2027-01-02" }],
  };

  it("opens one issue for a site of which something ends, and none for the others", () => {
    const { code, asked, log } = told([quiet, ending], []);
    assert.equal(code, 0, log);
    assert.equal(
      asked,
      "issue create --title ending: what ends soon --body-file " +
        `${temp}/body.md\n- \`af:waivers[0].until\`: no-host-paths for PersistentVolume cvmfs ends on 2027-01-02\n\nhttps://example.org/run\n`,
    );
  });

  it("writes that issue anew, and closes it when nothing ends any more", () => {
    const again = told([quiet, ending], ["ending: what ends soon", "not ending: what ends soon"]);
    assert.match(again.asked, /^issue edit 7 --body-file/);
    assert.doesNotMatch(again.asked, /create|close/);
    const over = told([{ ...ending, endingSoon: [] }], ["ending: what ends soon"]);
    assert.match(over.asked, /^issue close 7 --comment Nothing ends/);
    assert.equal(told([quiet], []).asked, "");
  });

  it("tells a site file that is wrong, without pasting what it says into a shell, and fails", () => {
    const { code, asked } = told([{ ...quiet, problems: [{ path: "af:hub", message: 'found `$(touch /tmp/x)` "quoted"' }] }, ending], []);
    assert.equal(code, 1);
    assert.match(asked, /- \*\*wrong\*\* `af:hub`: found `\$\(touch \/tmp\/x\)` "quoted"/);
    assert.match(asked, /--title ending: what ends soon/, "the others are told all the same");
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
