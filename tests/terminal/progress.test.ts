import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Progress, progressOf } from "#af/terminal/progress";

class Screen extends Writable {
  text = "";

  constructor(readonly isTTY: boolean) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe("progress of a long step", () => {
  it("is one line that is redrawn on a terminal", () => {
    const screen = new Screen(true);
    const progress = new Progress(screen);
    progress.step("building etcd (1 of 6)");
    progress.reword("building etcd (still)");
    progress.done("built etcd");
    assert.match(screen.text, /\r\x1b\[Kbuilding etcd \(1 of 6\) … 0\.\d s/);
    assert.ok(screen.text.includes("building etcd (still)"));
    assert.match(screen.text, /\r\x1b\[Kbuilt etcd {2}0\.\d s\n$/);
    assert.equal(screen.text.split("\n").length, 2);
  });

  it("never needs a second line, whatever the terminal", () => {
    for (const columns of [20, 80, undefined]) {
      const screen = Object.assign(new Screen(true), { columns });
      const progress = new Progress(screen);
      progress.step("building pulumi-resource-kubernetes ".repeat(5));
      progress.stop();
      const line = screen.text.split("\x1b[K")[1] ?? "";
      assert.ok(line.trimEnd().length < (columns ?? 80), line);
      assert.match(line, /^buildi.*…\s… 0\.\d s/);
    }
  });

  it("is a line now and then elsewhere, without control characters", async () => {
    const screen = new Screen(false);
    const progress = new Progress(screen, 30);
    progress.step("building pulumi");
    await sleep(110);
    progress.done();
    const lines = screen.text.trim().split("\n");
    assert.ok(lines.length >= 3, screen.text);
    assert.ok(lines.slice(0, -1).every((line) => /^building pulumi … \d\.\d s$/.test(line)));
    assert.doesNotMatch(screen.text, /[\r\x1b]/);
  });

  it("says nothing after it was stopped", async () => {
    const screen = new Screen(false);
    const progress = new Progress(screen, 10);
    progress.step("waiting");
    progress.stop();
    await sleep(40);
    progress.done("");
    assert.equal(screen.text, "");
  });
});

describe("the steps of a command", () => {
  it("are said only once the command has taken more than two seconds", () => {
    const screen = new Screen(true);
    const clock = Date.now;
    try {
      let now = 1_000_000;
      Date.now = () => now;
      const steps = progressOf("plan", screen);
      steps.step("running the program");
      now += 2_100;
      steps.step("judging");
    } finally {
      Date.now = clock;
    }
    assert.equal(screen.text, "plan: judging (2.1 s)\n");
  });
});
