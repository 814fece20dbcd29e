import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { requireTools } from "../sandbox/plugins/control-plane";
import { commandsOfDocument, commandsOfSource, commandsOfWorkflow, type Told } from "./commands";
import { OurCommands } from "./our-commands";
import { documentTexts, sourceTexts, workflowTexts } from "./texts";

describe("Pulumi's commands that texts tell people to run", function () {
  this.timeout(120_000);
  let help: (words: readonly string[]) => string;
  let told: readonly Told[];

  before(async function () {
    const { pulumi } = await requireTools(this, "pulumi");
    const known = new Map<string, string>();
    help = (words) => {
      const command = words.join(" ");
      const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
      const text = known.get(command) ?? execFileSync(pulumi?.path ?? "", [...words, "--help"], { encoding: "utf8", env });
      known.set(command, text);
      return text;
    };
    const ours = await OurCommands.load();
    told = [
      ...documentTexts().flatMap((text) => commandsOfDocument(text, ours)),
      ...workflowTexts().flatMap(commandsOfWorkflow),
      ...sourceTexts().flatMap(commandsOfSource),
    ].filter(({ words: [program] }) => program === "pulumi");
  });

  const problemsOf = ({ file, line, words }: Told) =>
    problemsOfPulumi(words.slice(1), help).map((problem) => `${file}:${line}: ${words.join(" ")}: ${problem}`);

  it("are Pulumi's, with options that it has", () => {
    assert.ok(told.length > 15);
    assert.deepEqual(told.flatMap(problemsOf), []);
  });

  it("are refused for a command, an option and a missing value that Pulumi does not take", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["pulumi upp -s unl", /there is no pulumi upp/],
      ["pulumi config sett x", /there is no pulumi config sett/],
      ["pulumi up --policy-packs x", /no option --policy-packs/],
      ["pulumi destroy -s", /-s needs a value/],
    ];
    for (const [text, message] of wrong) assert.match(problemsOfPulumi(text.split(" ").slice(1), help).join(), message);
  });
});

/** What Pulumi's own help says against a command. Of a word that is no command it shows the same as without; options that take a value have a type. */
function problemsOfPulumi(words: readonly string[], help: (words: readonly string[]) => string): readonly string[] {
  const command: string[] = [];
  const rest = [...words];
  for (let [next] = rest; next !== undefined && !next.startsWith("-") && listsCommands(help(command)); [next] = rest) {
    if (help([...command, next]) === help(command)) return [`there is no pulumi ${[...command, next].join(" ")}`];
    command.push(next);
    rest.shift();
  }
  const options = optionsOf(help(command));
  return rest.flatMap((word, index) => {
    if (!word.startsWith("-") || word === "--") return [];
    const [name = "", value] = word.split("=");
    const option = options.find(({ names }) => names.includes(name));
    if (option === undefined) return [`pulumi ${command.join(" ")} has no option ${name}`];
    const given = value ?? rest[index + 1];
    return option.takesValue && (given === undefined || given.startsWith("-")) ? [`${name} needs a value`] : [];
  });
}

function listsCommands(help: string): boolean {
  return /Commands:$/m.test(help);
}

function optionsOf(help: string): readonly { readonly names: readonly string[]; readonly takesValue: boolean }[] {
  return [...help.matchAll(/^ +(?:(-\w), )?(--[\w-]+)(?: ([\w:]+))?(\[=\S+\])?(?: {2,}|$)/gm)].map(
    ([, short, long = "", type, optional]) => ({
      names: short === undefined ? [long] : [short, long],
      takesValue: type !== undefined && optional === undefined,
    }),
  );
}
