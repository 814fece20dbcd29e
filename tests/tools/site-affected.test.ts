import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";
import { affectedBy, reachOf } from "#af/tools/site/affected";
import { runTool } from "./run-tool";
import { skipped } from "../support/skipped";

/** Every file that git keeps; undefined where the project is no repository. */
function trackedFiles(): readonly string[] | undefined {
  try {
    const listed = execFileSync("git", ["ls-files", "-z"], { cwd: projectFolder(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return listed.split("\0").filter((file) => file !== "");
  } catch {
    return undefined;
  }
}

/** Every source of the project that a program loads, itself among them: paths from the project's folder. */
function loadedBy(entry: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  const text = fs.readFileSync(path.join(projectFolder(), entry), "utf8");
  for (const [, from, imported] of text.matchAll(/from "(\.[^"]+)"|import\("(\.[^"]+)"\)/g)) {
    const target = from ?? imported ?? "";
    const base = path.posix.join(path.posix.dirname(entry), target.replace(/\.js$/, ""));
    const file = [`${base}.ts`, `${base}/index.ts`, base].find(
      (each) => fs.existsSync(path.join(projectFolder(), each)) && fs.statSync(path.join(projectFolder(), each)).isFile(),
    );
    if (file?.endsWith(".ts")) loadedBy(file, found);
  }
  return found;
}

describe("The sites that a change reaches", function () {
  this.timeout(60_000);

  it("are known for every file that git keeps", function () {
    const files = trackedFiles() ?? skipped(this, "the project is no repository of git here");
    assert.ok(files.length > 500);
    const unknown = files.filter((file) => {
      const reach = reachOf(file);
      return reach.kind === "every site" && !reach.known;
    });
    assert.deepEqual(unknown, [], "say in tools/site/affected.ts what these decide");
  });

  it("are all, for every source that the program and the packs load", () => {
    const loaded = ["index.ts", "policies/quotas/index.ts", "policies/security/index.ts"].flatMap((entry) => [...loadedBy(entry)]);
    assert.ok(loaded.length > 200, `${loaded.length} files`);
    assert.deepEqual(
      loaded.filter((file) => reachOf(file).kind !== "every site"),
      [],
    );
  });

  it("are those of the file, all for a file that nobody has thought of, and none for what deploys nothing", () => {
    const sites = ["fnal", "unl", "xyz"];
    assert.deepEqual(affectedBy(["Pulumi.unl.yaml", "docs/packing.md"], sites), ["unl"]);
    assert.deepEqual(affectedBy(["Pulumi.gone.yaml"], sites), []);
    assert.deepEqual(affectedBy(["docs/packing.md", "README.md", ".github/workflows/ci.yml"], sites), []);
    assert.deepEqual(affectedBy(["new-folder/thing.ts"], sites), sites);
    assert.deepEqual(affectedBy(["components/hub/hub.ts"], sites), sites);
  });

  it("are printed for a matrix, and an unknown state is refused", function () {
    if (trackedFiles() === undefined) skipped(this, "the project is no repository of git here");
    const { code, stdout } = runTool("site", ["affected", "--against", "HEAD", "--json"]);
    assert.equal(code, 0);
    assert.ok(Array.isArray(JSON.parse(stdout)));
    const refused = runTool("site", ["affected", "--against", "no-such-branch"]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /found the state no-such-branch; allowed/);
  });
});
