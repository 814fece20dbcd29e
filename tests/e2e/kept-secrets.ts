import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectName } from "#af/sandbox/engine/stack-file";
import { formsOf } from "#af/tools/plan/secret-forms";
import type { TestSandbox } from "../sandbox/e2e/harness";
import { filesBelow } from "../support/files";

/** Secrets by what they are called in messages of the test. */
export type Secrets = ReadonlyMap<string, string>;

/** Where else than in the stack a secret could have been shown before. */
export interface Shown {
  /** All that commands have printed, refusals and errors among them. */
  readonly said: string[];
  /** File of an export of the state with its secrets in clear. */
  readonly clearState: string;
  /** File of the page of a plan that was compared with that export. */
  readonly page: string;
  /** Folder of the manifests of a plan. */
  readonly manifests: string;
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/**
 * Follows every secret of a stack in all its forms: those of the operator, which are in the configuration, and those that the stack has made, in the outputs of
 * generated passwords, bytes and keys.
 */
export function keepsEverySecret(sandbox: TestSandbox, { said, clearState, page, manifests }: Shown): void {
  const { site, folder } = sandbox;

  it("shows no secret in the state, a preview, the engine's events, logs, messages, manifests or the page", async () => {
    const run = async (...args: readonly string[]): Promise<string> => {
      const env = { AF_SANDBOX_OWNER: String(process.pid), PULUMI_DEBUG_COMMANDS: "true" };
      const finished = await sandbox.commandWith(env, ...args).finished;
      assert.equal(finished.code, 0, finished.stderr);
      said.push(finished.stderr);
      return finished.stdout;
    };
    const clear = fs.readFileSync(clearState, "utf8");
    const config = await run(
      "exec",
      site,
      "--",
      "pulumi",
      "config",
      "-s",
      site,
      "--config-file",
      folder.stackFile,
      "--show-secrets",
      "--json",
    );
    const secrets = new Map([...configured(config), ...generated(clear)]);
    for (const [name, contents] of secretObjects(clear))
      assert.ok(shownIn(contents, secrets).length > 0, `nothing in the Secret ${name} is followed`);
    const events = path.join(sandbox.base, "events");
    const updated = await run("up", site, "--", "--diff", "--event-log", events);
    const texts: readonly (readonly [where: string, text: string])[] = [
      ["a preview and an update", updated],
      ["the exported state", await run("exec", site, "--", "pulumi", "stack", "export", "-s", site)],
      ["messages", said.join("\n")],
      ...[events, page, folder.stackFile, ...[folder.state, folder.logs, manifests].flatMap(filesBelow)].map(
        (file) => [path.relative(sandbox.base, file), fs.readFileSync(file, "latin1")] as const,
      ),
    ];
    // What finds each of them where they are in clear finds them elsewhere too.
    assert.deepEqual(shownIn(clear + config, secrets), [...secrets.keys()]);
    assert.deepEqual(
      texts.flatMap(([where, text]) => shownIn(text, secrets).map((name) => `${where}: ${name}`)),
      [],
    );
    console.log(`      followed: ${secrets.size} secrets in ${texts.length} texts`);
  });
}

/** Names of the secrets that a text shows in some form, broken into lines or not. */
export function shownIn(text: string, secrets: Secrets): readonly string[] {
  const inOneLine = text.replaceAll(/[\r\n]/g, "");
  return [...secrets].flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form) || inOneLine.includes(form)) ? [name] : [],
  );
}

/** Secrets that an operator has set, of the configuration as the CLI prints it in clear. */
function configured(printed: string): Secrets {
  const config = parse(printed) as Readonly<Record<string, { readonly objectValue?: Readonly<Record<string, string>> }>>;
  return new Map(Object.entries(config[`${projectName()}:secrets`]?.objectValue ?? {}));
}

/** Texts that the state keeps as secrets and that random or tls have made; once each. */
function generated(clear: string): Secrets {
  const made = resourcesOf(clear).filter(({ type }) => /^(random|tls):/.test(type));
  const texts = made.flatMap(({ urn, outputs }) => secretsBelow(outputs).map((text) => [nameOf(urn), text] as const));
  return new Map(texts.map(([name, text], index) => [`${name} ${index}`, text]));
}

/** What each Secret of a state holds. */
function secretObjects(clear: string): readonly (readonly [name: string, contents: string])[] {
  return resourcesOf(clear)
    .filter(({ type }) => type === "kubernetes:core/v1:Secret")
    .map(({ urn, inputs }) => [nameOf(urn), secretsBelow(inputs).join("\n")]);
}

function resourcesOf(clear: string): readonly Resource[] {
  return (JSON.parse(clear) as { readonly deployment: { readonly resources: readonly Resource[] } }).deployment.resources;
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** All texts inside of what is kept as a secret, in a state in clear. */
function secretsBelow(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("plaintext" in value) return textsBelow(JSON.parse(String(value.plaintext)));
  return Object.values(value).flatMap(secretsBelow);
}

function textsBelow(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsBelow) : [];
}
