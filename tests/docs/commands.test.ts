import assert from "node:assert/strict";
import { commandsOfDocument, commandsOfSource, commandsOfWorkflow, problemsOfCommand, type Told } from "./commands";
import { OurCommands } from "./our-commands";
import { documentTexts, fences, sourceTexts, workflowTexts } from "./texts";

describe("commands that texts tell people to run", function () {
  this.timeout(60_000);
  let ours: OurCommands;
  before(async () => {
    ours = await OurCommands.load();
  });

  const problemsOf = (commands: readonly Told[]) => commands.flatMap((command) => problemsOfCommand(command, ours));
  const inDocument = (text: string) => problemsOf(commandsOfDocument({ file: "a.md", text }, ours));

  it("are accepted, in documents", () => {
    const commands = documentTexts().flatMap((text) => commandsOfDocument(text, ours));
    assert.ok(commands.length > 30);
    assert.deepEqual(problemsOf(commands), []);
  });

  it("are accepted, in workflows", () => {
    const commands = workflowTexts().flatMap(commandsOfWorkflow);
    assert.ok(commands.length > 5);
    assert.deepEqual(problemsOf(commands), []);
  });

  it("never bring a site up without a preview, which is where rules for the whole stack can still stop it", () => {
    const skips = /\bpulumi up\b.* (--skip-preview|-[djy]*f\b)|SKIP_PREVIEW/;
    assert.match("pulumi up --stack unl -yf", skips);
    const told = [...workflowTexts(), ...documentTexts().flatMap(fences)];
    assert.ok(told.some(({ text }) => /\bpulumi up\b/.test(text)));
    for (const { file, text } of told) assert.doesNotMatch(text.replaceAll("\\\n", " "), skips, file);
  });

  it("are accepted, in messages and comments of the source", () => {
    const commands = sourceTexts().flatMap(commandsOfSource);
    assert.ok(commands.length > 10);
    assert.deepEqual(problemsOf(commands), []);
  });

  it("are accepted with their options, placeholders and what is passed on", () => {
    const right = [
      "`npm run -s plan -- unl --html unl.html`, `npm run -s site -- parity <site> <other> --strict`, `site new --help`",
      "`npm run sandbox -- exec unl -- kubectl get pods -A`, `exec unl -- kubectl get pods -A`, `npm test`, `plan --html`",
      "```sh\nnpm run -s policy -- FILE --json   # judged\nnpm run -s site -- new <site> --yes \\\n  --pool 'workers=node[01-06]:32:128Gi'\n```\n",
    ];
    assert.deepEqual(right.flatMap(inDocument), []);
  });

  it("are refused for a script, an option, an argument, a site and a file that there is not", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["`npm run plans`", /^a\.md:1: npm run plans: package\.json has no script plans; allowed: .*\bplan\b/],
      ["\n`npm run -s plan -- unl --htm x`", /^a\.md:2: .*unknown option '--htm'/],
      ["`npm run -s plan -- nowhere`", /there is no site nowhere/],
      ["`npm run -s plan unl`", /unl needs -- before it/],
      ["`npm run -s plan -- unl nowhere`", /there is no site nowhere/],
      ["`npm run -s site -- parity unl fnal unl`", /too many arguments/],
      ["`npm run -s site -- validat unl`", /unknown command 'validat'/],
      ["`npm run -s site -- parity unl`", /missing required argument 'second'/],
      ["`status`, `status unl --purge`", /unknown option '--purge'/],
      ["```sh\nnpm ci && npm run sandbox -- upp unl  # all of it\n```\n", /^a\.md:2: .*unknown command 'upp'/],
      ["`pulumi preview --policy-pack policies/quota`", /there is no policies\/quota\/PulumiPolicy\.yaml/],
      ["`node tests/none.mjs`", /there is no tests\/none\.mjs/],
    ];
    for (const [text, message] of wrong) {
      const problems = inDocument(text);
      assert.equal(problems.length, 1, `${text} ${problems.join()}`);
      assert.match(problems[0] ?? "", message);
    }
    const [source = ""] = problemsOf(commandsOfSource({ file: "a.ts", text: 'say("look: npm run -s site -- explains unl, and then")' }));
    assert.match(source, /unknown command 'explains'/);
  });
});
