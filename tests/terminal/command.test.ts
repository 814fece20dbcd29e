import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { projectFolder } from "#af/stacks/site/project";
import { CommandFailure, EXIT, reasonOf, UsageError } from "#af/terminal/failure";

/** What a command of its own process prints and ends with when its action runs `body`. */
function ran(body: string, ...args: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const script = `
    const { Command } = require("commander");
    const { runCommand } = require("#af/terminal/command");
    const { CommandFailure, UsageError } = require("#af/terminal/failure");
    class Mistake extends Error {}
    const command = new Command("try").exitOverride();
    command.command("go").argument("<what>").action(async () => { ${body} });
    void runCommand(command, ${JSON.stringify(args)}, [Mistake]);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: projectFolder(), encoding: "utf8" });
  return { code: status, stdout, stderr };
}

describe("a command", function () {
  this.timeout(30_000);

  it("ends with the code of a failure and prints its message and nothing else", () => {
    assert.deepEqual(ran(`throw new UsageError("no such site; allowed: unl")`, "go", "x"), {
      code: EXIT.wrongInput,
      stdout: "",
      stderr: "no such site; allowed: unl\n",
    });
    assert.deepEqual(ran(`throw new CommandFailure("it did not start")`, "go", "x").code, EXIT.fails);
    assert.deepEqual(ran(`throw new CommandFailure("", 130)`, "go", "x"), { code: 130, stdout: "", stderr: "" });
  });

  it("takes further errors for mistakes of whoever called", () => {
    assert.deepEqual(ran(`throw new Mistake("the file is wrong")`, "go", "x"), {
      code: EXIT.wrongInput,
      stdout: "",
      stderr: "the file is wrong\n",
    });
  });

  it("shows a defect in full", () => {
    const { code, stderr } = ran(`throw new TypeError("a defect")`, "go", "x");
    assert.equal(code, EXIT.fails);
    assert.match(stderr, /TypeError: a defect\n +at /);
  });

  it("ends with 2 where an argument is wrong, and with 0 where help was asked for", () => {
    const missing = ran("", "go");
    assert.equal(missing.code, EXIT.wrongInput);
    assert.match(missing.stderr, /missing required argument 'what'/);
    const help = ran("", "go", "--help");
    assert.equal(help.code, EXIT.passes);
    assert.match(help.stdout, /Usage: try go/);
  });

  it("keeps the code that its action sets", () => {
    assert.equal(ran("process.exitCode = 7;", "go", "x").code, 7);
  });
});

describe("a failure", () => {
  it("has the name of its class", () => {
    assert.equal(new UsageError("x").name, "UsageError");
    assert.ok(new UsageError("x") instanceof CommandFailure);
  });
});

describe("the reason of an error", () => {
  it("is one line, whatever was thrown", () => {
    assert.equal(reasonOf(new Error("one\n   two\n")), "one two");
    assert.equal(reasonOf("text"), "text");
    assert.equal(reasonOf(undefined), "undefined");
  });
});
