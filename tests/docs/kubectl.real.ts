import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { KUBECTL } from "#af/sandbox/tools/tool";
import { commandsOfDocument, commandsOfSource, type Told } from "./commands";
import { OurCommands } from "./our-commands";
import { documentTexts, sourceTexts } from "./texts";
import { requireBuilt } from "../support/built-program";

/** Path of the program. */
let kubectl: string;

describe("kubectl's commands that texts tell people to run", function () {
  this.timeout(600_000);
  let told: readonly Told[];

  before(async function () {
    kubectl = await requireBuilt(this, KUBECTL);
    const ours = await OurCommands.load();
    told = [...documentTexts().flatMap((text) => commandsOfDocument(text, ours)), ...sourceTexts().flatMap(commandsOfSource)].filter(
      ({ words: [program] }) => program === "kubectl",
    );
  });

  it("are kubectl's, with options that it has", () => {
    assert.ok(told.length > 20, `${told.length} commands`);
    const problems = told.flatMap(({ file, line, words }) =>
      problemsOfKubectl(words.slice(1)).map((problem) => `${file}:${line}: ${problem}`),
    );
    assert.deepEqual(problems, []);
  });

  it("are refused for a command and an option that kubectl does not take", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["rollot restart", /there is no kubectl rollot/],
      ["rollout restarts deployment", /there is no kubectl rollout restarts/],
      ["drain x --ignore-daemonset", /kubectl drain has no option --ignore-daemonset/],
      ["-n x logss", /there is no kubectl logss/],
    ];
    for (const [text, message] of wrong) assert.match(problemsOfKubectl(text.split(" ")).join(), message, text);
  });

  it("drain a host of everything that the facility runs there", () => {
    const drains = told.filter(({ words }) => words[1] === "drain");
    assert.ok(drains.length > 0);
    // Each of them is a refusal of kubectl's own where such a pod is on the host.
    for (const { words } of drains)
      for (const option of ["--ignore-daemonsets", "--delete-emptydir-data", "--force"]) assert.ok(words.includes(option), words.join(" "));
  });
});

const helps = new Map<string, string | undefined>();

/** What kubectl says of a command; undefined if there is none. */
function help(words: readonly string[]): string | undefined {
  const command = words.join(" ");
  if (!helps.has(command)) {
    const { status, stdout } = spawnSync(kubectl, words[0] === "options" ? words : [...words, "--help"], { encoding: "utf8" });
    helps.set(command, status === 0 ? stdout : undefined);
  }
  return helps.get(command);
}

/** What kubectl's own help says against a command; options of all commands may stand before it, with their values. */
function problemsOfKubectl(words: readonly string[]): readonly string[] {
  const rest = words[0] === "-n" ? words.slice(2) : [...words];
  const command: string[] = [];
  for (let [next] = rest; next !== undefined && /^[a-z]/.test(next) && listsCommands(help(command)); [next] = rest) {
    const below = help([...command, next]);
    if (below === undefined || below === help(command)) return [`there is no kubectl ${[...command, next].join(" ")}`];
    command.push(next);
    rest.shift();
  }
  const known = [...optionsOf(help(command)), ...optionsOf(help(["options"])), "--"];
  return rest
    .slice(0, rest.includes("--") ? rest.indexOf("--") : rest.length)
    .filter((word) => /^--?[a-z]/i.test(word))
    .map((word) => word.split("=")[0] ?? "")
    .filter((option) => !known.includes(option))
    .map((option) => `kubectl ${command.join(" ")} has no option ${option}`);
}

function listsCommands(text = ""): boolean {
  return /Commands.*:$/m.test(text);
}

function optionsOf(text = ""): readonly string[] {
  return [...text.matchAll(/^ {4}(?:(-\w), )?(--[\w-]+)=/gm)].flatMap(([, short, long = ""]) =>
    short === undefined ? [long] : [short, long],
  );
}
