import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { hookFolder } from "#af/components/hub/hook";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { pathsOf, siteConfig, spoilt, valueAt } from "../../support/site-config";
import { PYTHON, SNI_SITE, subjectOf } from "./subjects";
import { withPlayedServer } from "./running-hub";

const REQUIREMENTS = path.join(PYTHON, "hub.txt");

/** Packages of the hub's image whose modules the hook imports. Everything else is Python's own. */
const IMPORTED = ["PyJWT", "aiohttp", "cryptography", "jupyterhub", "jupyterhub-kubespawner", "kubernetes_asyncio", "tornado"];

interface Answer {
  readonly said: readonly string[];
  readonly imported: readonly string[];
}

describe("the Python of the hook", function () {
  this.timeout(300_000);
  let environment: PythonEnvironment;
  const values = (): JupyterHubValues => subjectOf(SNI_SITE, siteConfig(SNI_SITE)).hub;

  before(async function () {
    environment = await pythonEnvironment(this, REQUIREMENTS);
  });

  async function asked(settings: readonly unknown[]): Promise<Answer> {
    return (await environment.ask(path.join(PYTHON, "hook_settings.py"), { hook: hookFolder(), settings })) as Answer;
  }

  it("imports only what the hub's image has", async () => {
    const { imported } = await asked([]);
    assert.deepEqual(imported, IMPORTED);
    const image = fs.readFileSync(REQUIREMENTS, "utf8");
    for (const name of IMPORTED) assert.match(image, new RegExp(`^${name}==`, "m"));
  });

  it("takes what the values say, and refuses every key that is missing, too many or of another type, by its name", async () => {
    const af = values().custom?.af as Record<string, unknown>;
    const spoils = pathsOf(af).flatMap((path) => {
      const name = `custom.af.${path.join(".")}`;
      const value = valueAt(af, path);
      const of = (problem: unknown, says: string) => [spoilt(af, path, problem), `${name}${says}`] as const;
      if (typeof value === "object")
        return [
          // The only key that a site may lack.
          ...(path.at(-1) === "accessPoint" ? [] : [of(undefined, ": missing")]),
          of("a text", ": 'a text'"),
          of({ ...value, more: 1 }, ".more: not known"),
        ];
      return [of(undefined, ": missing"), of(true, ": True"), of({}, ": {}"), of(typeof value === "string" ? "" : 0, ": ")];
    });
    const { said } = await asked([af, ...spoils.map(([settings]) => settings), null]);
    assert.equal(said[0], "");
    assert.deepEqual((await asked([spoilt(af, ["tokens", "accessPoint"], undefined)])).said, [""]);
    for (const [index, [, says]] of spoils.entries()) assert.ok(said[index + 1]?.includes(says), `${says}: ${said[index + 1]}`);
    assert.match(said.at(-1) ?? "", /^custom\.af: None/);
    assert.ok(spoils.length > 30);
  });

  it("takes a day for the life of a user's token for the access point, and no hour more", async () => {
    const af = values().custom?.af as Record<string, unknown>;
    const { said } = await asked([1, 24, 25, 24 * 365].map((hours) => spoilt(af, ["tokens", "accessPoint", "hours"], hours)));
    const refused = (hours: number) => `custom.af.tokens.accessPoint.hours: ${hours}; allowed: at most 24`;
    assert.deepEqual(said, ["", "", refused(25), refused(24 * 365)]);
  });

  it("lets a user's certificates open the user's own programs and no others, also with the flags of Python 3.13", async () => {
    const { matrix, lives } = (await environment.ask(path.join(PYTHON, "hook_certificates.py"), { hook: hookFolder() })) as {
      readonly matrix: Readonly<Record<string, string>>;
      readonly lives: Readonly<Record<string, boolean>>;
    };
    const pairs = Object.entries(matrix).filter(([title]) => title.includes(" that trusts "));
    assert.equal(pairs.length, 2 * 2 * 2 * 2 * 3 * 2);
    for (const [title, end] of pairs) {
      const [, caller, owner] = /of (\w+) that trusts .* of (\w+)$/.exec(title) ?? assert.fail(title);
      if (caller === owner) assert.equal(end, "open", title);
      // A stolen root makes the caller trust the program, and the program still refuses the caller.
      else
        assert.equal(
          end,
          title.includes("stolen") ? "unable to get local issuer certificate" : "self-signed certificate in certificate chain",
        );
    }
    for (const python of ["3.12", "3.13"]) {
      for (const name of ["alice.dask.example.edu", "dask-alice", "localhost"])
        assert.equal(matrix[`${python}: by the name ${name}`], "open");
      assert.match(matrix[`${python}: by the name bob.dask.example.edu`] ?? "", /[Hh]ostname mismatch/);
      assert.match(matrix[`${python}: a client's certificate that listens`] ?? "", /purpose/);
    }
    const { "0": new_, "13": young, ...others } = lives;
    assert.deepEqual([new_, young], [true, true]);
    assert.deepEqual(new Set(Object.values(others)), new Set([false]));
  });

  it("names what belongs to 10 000 users distinctly and validly", async () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 90 }),
      fc.string({ minLength: 1, maxLength: 90, unit: "grapheme" }),
      fc.emailAddress(),
    );
    const users = [...new Set(fc.sample(text, 12_000))].slice(0, 10_000);
    assert.equal(users.length, 10_000);
    const labels = ["component", "hub.jupyter.org/username", "hub.jupyter.org/servername"];
    const given = { scenario: "many", users, labels, values: values(), namespace: "hub" };
    const told = (await withPlayedServer((env) =>
      environment.ask(path.join(PYTHON, "hook_scenarios.py"), given, env),
    )) as readonly (readonly string[])[];
    assert.equal(told.length, users.length);
    for (const [index, [namespace, ...names]] of told.entries()) {
      const [root = "", server = "", scheduler = "", worker = "", route = "", ...values] = names;
      assert.equal(namespace, "hub");
      for (const label of [root, server, route, ...scheduler.split("."), ...worker.split(".")])
        assert.match(label, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, `${users[index]}: ${label}`);
      for (const value of values) assert.match(value, /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, `${users[index]}: ${value}`);
    }
    for (const column of [1, 2, 3, 4, 5, 7]) assert.equal(new Set(told.map((row) => row[column])).size, users.length, `column ${column}`);
  });
});
