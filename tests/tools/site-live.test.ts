import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { projectFolder } from "#af/stacks/site/project";
import type { SitesDocument } from "#af/tools/site/document";
import type { Data } from "../policies/manifests";
import { siteConfig, SITES, spoilt } from "../support/site-config";
import type { Answer } from "./dns-responder";
import { runTool, type ToolResult } from "./run-tool";
import { writeSettings } from "./site-files";

/** A site whose users' schedulers have names of their own, and what it says of them. */
const SITE = "unl";
const ADDRESS = "129.93.183.29";
const [SCHEDULERS, WORKERS] = ["dask.coffea.casa", "dask-worker.coffea.casa"] as const;

describe("site validate --live", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-live-names-"));
  const started: ChildProcess[] = [];
  after(() => {
    for (const child of started) child.kill();
    fs.rmSync(folder, { recursive: true });
  });

  /** Starts a DNS server with these answers; its address. */
  async function server(answers: Readonly<Record<string, Answer>>): Promise<string> {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", path.join(__dirname, "dns-responder.ts"), JSON.stringify(answers)], {
      cwd: projectFolder(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(child);
    const [line] = (await once(child.stdout ?? assert.fail(), "data")) as [Buffer];
    return line.toString().trim();
  }

  /** Validates a site before a DNS server that answers so, as text. */
  const validated = async (schedulers: Answer, workers: Answer): Promise<ToolResult> =>
    runTool("site", ["validate", SITE, "--live", "--resolver", await server({ [SCHEDULERS]: schedulers, [WORKERS]: workers })]);

  it("finds names right that lead to the ingress", async () => {
    const { code, stdout } = await validated([ADDRESS], [ADDRESS]);
    assert.equal(code, 0, stdout);
    assert.equal(
      stdout,
      [
        `${SITE}: right`,
        `  right: af:hub.dask.domain: *.${SCHEDULERS} leads to ${ADDRESS}`,
        `  right: af:hub.dask.workerDomain: *.${WORKERS} leads to ${ADDRESS}\n`,
      ].join("\n"),
    );
  });

  const mend = (domain: string) => `make a record for \\*\\.${domain} with the address ${ADDRESS} \\(af:platform\\.ingress\\.address\\)`;
  for (const [what, answer, said] of [
    ["another address", ["192.0.2.1"], `wrong: .* leads to 192\\.0\\.2\\.1, not to ${ADDRESS} alone; ${mend(WORKERS)}`],
    ["another address too", [ADDRESS, "192.0.2.1"], `wrong: .* leads to ${ADDRESS}, 192\\.0\\.2\\.1, not to ${ADDRESS} alone`],
    ["no address", [], `missing: .* has no address; ${mend(WORKERS)}`],
    ["no such name", "no such name", `missing: .* has no address; ${mend(WORKERS)}`],
    ["a server that is silent", "silent", "unknown: .* the DNS server gives no answer \\(ETIMEOUT\\); ask another one with --resolver"],
  ] as readonly (readonly [string, Answer, string])[])
    it(`says so of ${what}, beside a name that is right`, async () => {
      const { code, stdout, stderr } = await validated([ADDRESS], answer);
      assert.equal(code, 2);
      assert.match(stdout, new RegExp(`^  right: af:hub\\.dask\\.domain: `, "m"));
      assert.match(stdout, new RegExp(`^  ${said.replace(": .*", `: af:hub\\.dask\\.workerDomain: \\*\\.${WORKERS}`)}`, "m"));
      assert.doesNotMatch(stdout + stderr, /\n +at /);
    });

  it("is not right where the server refuses, or nobody listens", async () => {
    const refuses = runTool("site", ["validate", SITE, "--live", "--resolver", await server({})]);
    const away = runTool("site", ["validate", SITE, "--live", "--resolver", "127.0.0.1:1"]);
    for (const { code, stdout } of [refuses, away]) {
      assert.equal(code, 2);
      assert.match(stdout, /unknown: .* gives no answer \((EREFUSED|ECONNREFUSED)\)/);
    }
  });

  it("compares with nothing where the load balancer chooses the address", async () => {
    const file = writeSettings(folder, SITE, spoilt(siteConfig(SITE), ["platform", "ingress", "address"], undefined));
    const { code, stdout } = runTool("site", ["validate", file, "--live", "--resolver", await server({ [SCHEDULERS]: [ADDRESS] })]);
    assert.equal(code, 2);
    assert.match(stdout, /unknown: af:hub\.dask\.domain: .* the load balancer chooses the address; set af:platform\.ingress\.address/);
  });

  it("asks nothing of a site whose users have no such names, nor of one whose file is wrong", () => {
    const other = SITES.find((name) => name !== SITE) ?? assert.fail();
    const { code, stdout } = runTool("site", ["validate", other, "--live", "--resolver", "127.0.0.1:1"]);
    assert.deepEqual([code, stdout], [0, `${other}: right\n  nothing to ask the DNS for: no user has a name of its own\n`]);
    const wrong = writeSettings(folder, SITE, spoilt(siteConfig(SITE), ["hub", "hosst"], "x"));
    const second = runTool("site", ["validate", wrong, "--live", "--resolver", "127.0.0.1:1"]);
    assert.equal(second.code, 2);
    assert.doesNotMatch(second.stdout, /DNS/);
  });

  it("prints the published document", async () => {
    const address = await server({ [SCHEDULERS]: [ADDRESS], [WORKERS]: [] });
    const { code, stdout } = runTool("site", ["validate", SITE, "--live", "--resolver", address, "--json"]);
    assert.equal(code, 2);
    const document = JSON.parse(stdout) as SitesDocument;
    assert.deepEqual(
      document.sites[0]?.live?.map(({ state }) => state),
      ["right", "missing"],
    );
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/sites.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    assert.ok(validate(document), JSON.stringify(validate.errors));
  });

  it("refuses a server that is no address, and one without --live", () => {
    const name = runTool("site", ["validate", SITE, "--live", "--resolver", "dns.example.edu"]);
    assert.equal(name.code, 2);
    assert.match(name.stderr, /--resolver dns\.example\.edu is no address; allowed: an address such as 192\.0\.2\.53/);
    const alone = runTool("site", ["validate", SITE, "--resolver", "192.0.2.53"]);
    assert.equal(alone.code, 2);
    assert.match(alone.stderr, /give --live too, or leave it out/);
  });
});
