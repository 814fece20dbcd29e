import * as fs from "node:fs";
import * as path from "node:path";

/** An issue as the stand-in keeps it. */
export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly comments: readonly string[];
}

/** A comment on a pull request. */
export interface Comment {
  readonly id: number;
  readonly body: string;
}

/**
 * Stands in for GitHub's client, its issues, its pull requests and what runs leave behind: it does what it is asked, keeps the result, and refuses every command that it does not know, so that
 * a workflow that asks something else fails.
 */
export class Tracker {
  /** The folder to put first on PATH. */
  readonly bin: string;
  /** The folder of what runs leave behind, each in a folder of its name. */
  readonly artifacts: string;
  private readonly file: string;

  /** @param heads the commits of open pull requests, the first of which is number 1. */
  constructor(folder: string, heads: readonly string[] = []) {
    this.bin = path.join(folder, "gh-bin");
    this.artifacts = path.join(folder, "artifacts");
    this.file = path.join(folder, "tracker.json");
    for (const each of [this.bin, this.artifacts]) fs.mkdirSync(each);
    const pulls = heads.map((headRefOid, index) => ({ number: index + 1, headRefOid, state: "open" }));
    fs.writeFileSync(this.file, JSON.stringify({ issues: [], pulls, comments: [] }));
    const given = `const [FILE, ARTIFACTS] = ${JSON.stringify([this.file, this.artifacts])};`;
    fs.writeFileSync(path.join(this.bin, "gh"), `#!${process.execPath}\n${given}\n${CLIENT}`, { mode: 0o755 });
  }

  issues(): readonly Issue[] {
    return this.kept().issues;
  }

  comments(): readonly Comment[] {
    return this.kept().comments;
  }

  private kept(): { readonly issues: readonly Issue[]; readonly comments: readonly Comment[] } {
    return JSON.parse(fs.readFileSync(this.file, "utf8")) as { readonly issues: readonly Issue[]; readonly comments: readonly Comment[] };
  }
}

/** Knows only what the workflows ask: https://cli.github.com/manual/ */
const CLIENT = String.raw`
const fs = require("node:fs");
const path = require("node:path");
const { spawnSync } = require("node:child_process");
const { parseArgs } = require("node:util");
const text = { type: "string" };
const { values, positionals: [subject, verb, number] } = parseArgs({
  allowPositionals: true,
  options: {
    state: text, limit: text, json: text, jq: text, title: text, "body-file": text, comment: text,
    name: text, dir: text, method: text, field: text, paginate: { type: "boolean" },
  },
});
const kept = JSON.parse(fs.readFileSync(FILE, "utf8"));
const { issues, pulls, comments } = kept;
const refuse = () => {
  process.stderr.write("unknown: gh " + process.argv.slice(2).join(" ") + "\n");
  process.exit(1);
};
const one = () => issues.find((each) => String(each.number) === number) ?? refuse();
const body = () => fs.readFileSync(values["body-file"], "utf8");
const answer = (list) => {
  const input = JSON.stringify(list);
  process.stdout.write(values.jq === undefined ? input : spawnSync("jq", ["-r", values.jq], { input, encoding: "utf8" }).stdout);
};
const listed = (all) =>
  answer(all.filter(({ state }) => state === values.state).map((each) => Object.fromEntries(values.json.split(",").map((key) => [key, each[key]]))));
const said = () => fs.readFileSync(/^body=@(.*)$/.exec(values.field)[1], "utf8");
const asked = [subject, verb].join(" ");
if (asked === "issue list") listed(issues);
else if (asked === "issue create") issues.push({ number: issues.length + 1, title: values.title, body: body(), state: "open", comments: [] });
else if (asked === "issue edit") one().body = body();
else if (asked === "issue close") Object.assign(one(), { state: "closed", comments: [...one().comments, values.comment] });
else if (asked === "pr list") listed(pulls);
else if (asked === "run download") fs.cpSync(path.join(ARTIFACTS, values.name), values.dir, { recursive: true });
else if (subject === "api" && values.paginate) answer(comments.map((each) => ({ ...each, user: { login: "github-actions[bot]" } })));
else if (subject === "api" && values.method === "POST") comments.push({ id: comments.length + 1, body: said() });
else if (subject === "api" && values.method === "PATCH") (comments.find(({ id }) => verb.endsWith("/" + id)) ?? refuse()).body = said();
else refuse();
fs.writeFileSync(FILE, JSON.stringify(kept));
`;
