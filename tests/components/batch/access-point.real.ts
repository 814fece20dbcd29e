import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import * as path from "node:path";
import { hookFolder } from "#af/components/hub/hook";
import { tokenIssuer } from "#af/components/batch/settings";
import { readSite } from "#af/stacks/site/read";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { configOf, IMAGE, MAIN, OWN } from "./image-files";

const PYTHON = path.resolve(__dirname, "python");
const HUB_PYTHON = path.resolve(__dirname, "..", "hub", "python");
const KEY = Buffer.from("a key of the facility's".repeat(3));
const HOUR = 3600;

/** A token that the key signs, whatever it claims: the hook's minter makes no token of a longer life. */
function signed(kid: string, claims: Readonly<Record<string, unknown>>): string {
  // HTCondor's file of a key is combined with these bytes.
  const plain = KEY.map((each, index) => each ^ (Buffer.from("deadbeef", "hex")[index % 4] ?? 0));
  const key = Buffer.from(hkdfSync("sha256", plain, "htcondor", "master jwt", 32));
  const text = [{ alg: "HS256", kid }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

/** What the holder of a token asks of the daemon. */
interface Ask {
  readonly token: string;
  readonly what: "may" | "fetch" | "request" | "exchange";
  /** The right that is asked for, the identity of a requested token, or the token to be exchanged. */
  readonly of?: string;
}

interface Answer {
  readonly is?: string;
  readonly may?: boolean;
  readonly queued?: boolean;
  readonly token?: string;
  readonly refused?: string;
}

describe("The access point, as HTCondor's own daemon code that reads its configuration", function () {
  this.timeout(600_000);
  const site = readSite("unl");
  const { keyId, trustDomain, uidDomain, hours } = tokenIssuer(site.batch) ?? assert.fail("no access point");
  const now = Math.floor(Date.now() / 1000);
  let condor: PythonEnvironment;
  let hub: PythonEnvironment;
  let token: (hoursAgo: number) => Promise<string>;

  before(async function () {
    condor = await pythonEnvironment(this, path.join(PYTHON, "htcondor.txt"));
    hub = await pythonEnvironment(this, path.join(HUB_PYTHON, "hub.txt"));
    token = async (hoursAgo) => {
      const claims = [keyId, "alice", trustDomain, ["READ", "WRITE"], hours * HOUR, now - hoursAgo * HOUR, uidDomain];
      const requests = [{ key: KEY.toString("base64"), jti: "0".repeat(32), arguments: claims }];
      const [made] = (await hub.ask(path.join(HUB_PYTHON, "mints.py"), { hook: hookFolder(), requests })) as readonly string[];
      return made ?? assert.fail();
    };
  });

  async function answers(asks: readonly Ask[], text = configOf(site)): Promise<readonly Answer[]> {
    const given = { main: MAIN, files: { ...IMAGE, [OWN]: text }, keys: { [keyId]: KEY.toString("base64") }, asks };
    return (await condor.ask(path.join(PYTHON, "access_point.py"), given)) as readonly Answer[];
  }

  /** A token of HTCondor's own minter, as an administrator makes one with condor_token_create. */
  async function administrators(lifetime: number): Promise<string> {
    const requests = [{ subject: `alice@${uidDomain}`, scopes: [], lifetime }];
    const made = await condor.ask(path.join(PYTHON, "own_minter.py"), {
      keyId,
      key: KEY.toString("base64"),
      issuer: trustDomain,
      requests,
    });
    return (made as readonly string[])[0] ?? assert.fail();
  }

  /** A token of alice's with all its rights and an end of anybody's choice; none where it is undefined. */
  const ending = (hoursAgo: number, life: number | undefined) => {
    const iat = now - hoursAgo * HOUR;
    const names = { iss: trustDomain, sub: `alice@${uidDomain}`, scope: "condor:/READ condor:/WRITE", jti: "1".repeat(32) };
    return signed(keyId, { ...names, iat, ...(life !== undefined && { exp: iat + life * HOUR }) });
  };

  it("takes the holder of the hook's token for the user, who reads and writes, and gives no other right", async () => {
    const alices = await token(0);
    const rights = ["READ", "WRITE", "ADMINISTRATOR", "DAEMON", "NEGOTIATOR", "CONFIG", "ADVERTISE_SCHEDD", "ADVERTISE_MASTER"];
    const told = await answers(rights.map((of) => ({ token: alices, what: "may", of })));
    assert.deepEqual(
      rights.filter((_, index) => told[index]?.may === true),
      ["READ", "WRITE"],
    );
    assert.deepEqual([...new Set(told.flatMap(({ is }) => is ?? []))], [`alice@${uidDomain}`]);
  });

  it("refuses a token that is older than a day, whatever end it names, and takes one of this day", async () => {
    const year = 365 * 24;
    const made = [await token(23), await token(25), await administrators(-1)];
    const tokens = [...made, ending(23, year), ending(25, year), ending(25, undefined)];
    const told = await answers(tokens.map((each) => ({ token: each, what: "may", of: "WRITE" })));
    assert.deepEqual(
      told.map(({ may }) => may === true),
      [true, false, true, true, false, false],
    );
  });

  it("gives a user no token in exchange for another, which would have an end and rights that the hub did not choose", async () => {
    const alices = await token(0);
    const asks: readonly Ask[] = [
      { token: alices, what: "fetch" },
      { token: alices, what: "request", of: `alice@${uidDomain}` },
      { token: alices, what: "exchange", of: alices },
    ];
    assert.deepEqual(
      (await answers(asks)).map(({ refused, ...rest }) => [refused?.split(":").at(-1), rest]),
      [
        ["Token fetch disabled.", {}],
        ["Token request disabled.", {}],
        ["SciToken exchange disabled.", {}],
      ],
    );
  });

  it("would take the old token and give out new ones without those lines, so the answers above are the lines' doing", async () => {
    const bare = configOf(site)
      .split("\n")
      .filter((line) => !/^SEC_(TOKEN_MAX_AGE|ENABLE_)/.test(line))
      .join("\n");
    const alices = await token(0);
    const asks: readonly Ask[] = [
      { token: ending(25, 365 * 24), what: "may", of: "WRITE" },
      { token: alices, what: "fetch" },
      { token: alices, what: "request", of: `alice@${uidDomain}` },
    ];
    const [old, fetched, requested] = await answers(asks, bare);
    assert.deepEqual([old?.may, fetched?.token?.split(".").length, requested?.queued], [true, 3, true]);
  });
});
