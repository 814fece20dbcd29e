import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runTool } from "./run-tool";

/** The SDK of Pulumi takes longer to load than fifty site files to read, so commands that only read site files do without. */
describe("what a command about site files loads", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-loading-"));
  const probe = path.join(folder, "probe.cjs");
  before(() => {
    // A planner has a channel to whoever started it.
    const tell = `process.stderr.write("\\nLOADED " + JSON.stringify(Object.keys(require.cache)))`;
    fs.writeFileSync(probe, `process.on("exit", () => { if (process.send === undefined) ${tell}; });`);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const sdkLoadedBy = (tool: string, ...args: readonly string[]): readonly string[] => {
    const { code, stderr } = runTool(tool, args, { env: { NODE_OPTIONS: `--require ${probe}` } });
    assert.equal(code, 0, stderr);
    const loaded = JSON.parse(/^LOADED (.*)$/m.exec(stderr)?.[1] ?? "[]") as readonly string[];
    assert.ok(
      loaded.some((file) => file.includes(`${path.sep}yaml${path.sep}`)),
      "the probe sees what is loaded",
    );
    return loaded.filter((file) => file.includes(`${path.sep}@pulumi${path.sep}`));
  };

  for (const args of [
    ["site", "validate"],
    ["site", "explain", "unl", "hub.homes.size"],
    ["site", "affected", "--against", "HEAD"],
    ["plan", "unl", "fnal", "--kinds"],
  ])
    it(`${args.join(" ")}: not the SDK`, () => {
      const [tool = "", ...rest] = args;
      assert.deepEqual(sdkLoadedBy(tool, ...rest), []);
    });

  it("a plan that is made here: the SDK, which the probe sees", () => {
    assert.ok(sdkLoadedBy("plan", "fnal").length > 0);
  });
});
