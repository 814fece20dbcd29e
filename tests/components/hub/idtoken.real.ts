import assert from "node:assert/strict";
import * as path from "node:path";
import { hookFolder } from "#af/components/hub/hook";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { PYTHON } from "./subjects";

const CONDOR = path.resolve(__dirname, "..", "batch", "python");

/** A key with a NUL within, one at its end and one byte above ASCII: a key is any bytes. */
const KEY = Buffer.from([0xfe, 0, 0x41, 0x0a, ...Array.from({ length: 60 }, (_, at) => (at * 37) % 256), 0]).toString("base64");

interface Claims {
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Claims;
}

describe("IDTOKENs of persons", function () {
  this.timeout(600_000);
  let condor: PythonEnvironment;
  let hub: PythonEnvironment;

  before(async function () {
    condor = await pythonEnvironment(this, path.join(CONDOR, "htcondor.txt"));
    hub = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
  });

  async function asked<Answer>(requests: readonly unknown[]): Promise<readonly Answer[]> {
    return (await hub.ask(path.join(PYTHON, "mints.py"), { hook: hookFolder(), requests })) as readonly Answer[];
  }

  for (const keyId of ["facility", "POOL"])
    it(`are those of HTCondor's own minter, with a key of the name ${keyId}`, async () => {
      const requests = [
        { subject: "alice@uid.example.edu", scopes: ["READ", "WRITE"], lifetime: 3600 },
        { subject: "b.o-b_2@uid.example.edu", scopes: ["WRITE"], lifetime: 1 },
      ];
      const given = { keyId, key: KEY, issuer: "trust.example.edu", requests };
      const theirs = (await condor.ask(path.join(CONDOR, "own_minter.py"), given)) as readonly string[];
      assert.equal(theirs.length, requests.length);
      const ours = await asked<string>(
        requests.map(({ subject, scopes, lifetime }, at) => {
          const { iat, jti } = claimsOf(theirs[at] ?? "");
          const [person, domain] = subject.split("@");
          return { key: KEY, jti, arguments: [keyId, person, "trust.example.edu", scopes, lifetime, iat, domain] };
        }),
      );
      // HTCondor's library writes a slash as `\/`, so that the texts differ where the claims do not, and with the texts the signatures.
      const read = async (tokens: readonly string[]) => asked<unknown>(tokens.map((token) => ({ key: KEY, keyId, token })));
      assert.deepEqual(await read(ours), await read(theirs));
      for (const [at, token] of ours.entries()) assert.equal(claimsOf(token).exp, claimsOf(token).iat + (requests[at]?.lifetime ?? NaN));
    });

  it("are refused for HTCondor itself, for no person, and without a scope or an end, by the name of what is wrong", async () => {
    const good = ["facility", "alice", "example.edu", ["READ"], 60, 1_800_000_000] as const;
    const names = [
      "",
      "root",
      "condor",
      "Condor",
      "condor_pool",
      "alice@example.edu",
      "a\nb",
      "a b",
      "a,b",
      "a/b",
      "-a",
      "alice\n",
      "x".repeat(256),
    ];
    const spoils: readonly (readonly [number, unknown, string])[] = [
      ...names.map((name) => [1, name, "subject"] as const),
      ...["", "../POOL", "a b"].map((keyId) => [0, keyId, "key_id"] as const),
      ...["", "a b", "a,b"].map((issuer) => [2, issuer, "issuer"] as const),
      ...[[], "READ", ["ADMINISTRATOR"], ["READ", "DAEMON"], [""]].map((scopes) => [3, scopes, "scopes"] as const),
      ...[0, -1, 1.5, null, true, 86_401, 10 ** 9].map((seconds) => [4, seconds, "lifetime_seconds"] as const),
      ...[0, null].map((now) => [5, now, "now"] as const),
    ];
    const jti = "0".repeat(32);
    const requests = spoils.map(([at, value]) => ({ key: KEY, jti, arguments: good.map((each, index) => (index === at ? value : each)) }));
    const said = await asked<string>([{ key: KEY, jti, arguments: good }, { key: "", jti, arguments: good }, ...requests]);
    assert.equal(claimsOf(said[0] ?? "").exp, 1_800_000_060);
    const [whole] = await asked<string>([{ key: KEY, jti, arguments: good.map((each, index) => (index === 4 ? 86_400 : each)) }]);
    assert.equal(claimsOf(whole ?? "").exp, 1_800_086_400);
    assert.match(said[1] ?? "", /^refused: key: empty/);
    for (const [index, [, value, what]] of spoils.entries())
      assert.match(said[index + 2] ?? "", new RegExp(`^refused: (.*; )?${what}: `), JSON.stringify(value));
  });
});
