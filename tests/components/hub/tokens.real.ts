import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { scheddConfig } from "#af/components/batch/schedd-config";
import { hookFolder, type HookSettings } from "#af/components/hub/hook";
import { pythonEnvironment, type PythonEnvironment } from "../../support/python";
import { SecretVolume } from "../../support/secret-volume";
import { siteConfig } from "../../support/site-config";
import { StartedProgram } from "../../support/started-program";
import { PYTHON, SNI_SITE, subjectOf } from "./subjects";

const run = promisify(execFile);

/** What a look at a user's tokens leaves; times are in seconds since the first look, that of the login in hours. */
interface Look {
  readonly files: readonly string[];
  /** Id of the key that has signed the token for the access point. */
  readonly kid: string | null;
  readonly condor: { readonly iat: number; readonly exp: number; readonly jti: string; readonly [claim: string]: unknown };
  readonly login: number | null;
  readonly kept: Readonly<Record<string, unknown>>;
  readonly log: readonly string[];
}

interface Step {
  readonly hours: number;
  /** New bytes of the key that signs, in base64. */
  readonly key?: string;
  /** The key that signs from now on: the hub has restarted with its id. */
  readonly keyId?: string;
  readonly refuses?: boolean;
  /** A token for the access point that is in the Secret before the look, with times in seconds from it; the key above signs it. */
  readonly present?: { readonly claims: Readonly<Record<string, string>>; readonly seconds: Readonly<Record<string, number>> };
}

const [KEY, NEXT_KEY] = ["a key", "the next key"].map((text) => Buffer.from(text.repeat(8)).toString("base64"));

describe("the tokens of a user's pod", function () {
  this.timeout(600_000);
  const { site, hub } = subjectOf(SNI_SITE, siteConfig(SNI_SITE));
  const settings = hub.custom?.af as HookSettings;
  let environment: PythonEnvironment;

  before(async function () {
    environment = await pythonEnvironment(this, path.join(PYTHON, "hub.txt"));
  });

  async function looks(steps: readonly Step[], more: object = {}): Promise<readonly Look[]> {
    const given = { hook: hookFolder(), settings, user: "alice", state: { refresh_token: "r" }, steps, ...more };
    return (await environment.ask(path.join(PYTHON, "user_tokens.py"), given)) as readonly Look[];
  }

  it("has one for the access point, of the user alone, which ends, and the next one after half of its life or with a new key", async () => {
    const hours = [0, 1, 11, 13, 14, 14, 15];
    const told = await looks(
      hours.map((each, index) => ({ hours: each, ...(index === 0 && { key: KEY }), ...(index === 5 && { key: NEXT_KEY }) })),
    );
    const { accessPoint } = settings.tokens;
    const { uidDomain, trustDomain } = accessPoint ?? assert.fail("no access point");
    for (const { condor } of told) {
      assert.equal(condor["sub"], `alice@${uidDomain}`);
      assert.equal(condor["iss"], trustDomain);
      assert.equal(condor["scope"], "condor:/READ condor:/WRITE");
      assert.equal(condor.exp - condor.iat, 24 * 3600);
    }
    assert.deepEqual(
      told.map(({ condor }) => condor.iat / 3600),
      [0, 0, 0, 13, 13, 14, 14],
    );
  });

  it("keeps one that is there if the hub could have made it, and has a new one in place of any other", async () => {
    const { uidDomain = "", trustDomain = "" } = settings.tokens.accessPoint ?? {};
    const claims = { sub: `alice@${uidDomain}`, iss: trustDomain, scope: "condor:/READ condor:/WRITE", jti: "there before" };
    const day = { iat: -3600, exp: 23 * 3600 };
    const present: Readonly<Record<string, NonNullable<Step["present"]>>> = {
      "the same": { claims, seconds: day },
      "a second longer": { claims, seconds: { ...day, exp: day.exp + 1 } },
      "a year": { claims, seconds: { ...day, exp: 365 * 86400 } },
      "no end": { claims, seconds: { iat: day.iat } },
      "no begin": { claims, seconds: { exp: day.exp } },
      "more rights": { claims: { ...claims, scope: `${claims.scope} condor:/ADMINISTRATOR` }, seconds: day },
      "no limit of rights": { claims: { sub: claims.sub, iss: claims.iss, jti: claims.jti }, seconds: day },
      "another user": { claims: { ...claims, sub: `bob@${uidDomain}` }, seconds: day },
    };
    const steps = Object.values(present).map((each) => ({ hours: 0, key: KEY, present: each }));
    const told = await looks(steps);
    assert.deepEqual(
      Object.keys(present).filter((_, index) => told[index]?.condor.jti === "there before"),
      ["the same"],
    );
    for (const { condor } of told) assert.ok(condor.exp - condor.iat <= 24 * 3600);
  });

  it("has one of the new key as soon as the hub signs with another id, and none of the key before any more", async () => {
    const steps = [{ hours: 0, key: KEY }, { hours: 1 }, { hours: 2, keyId: "facility-2", key: NEXT_KEY }, { hours: 3 }];
    const told = await looks(steps);
    assert.deepEqual(
      told.map(({ kid, condor }) => [kid, condor.iat / 3600]),
      [
        ["facility", 0],
        ["facility", 0],
        ["facility-2", 2],
        ["facility-2", 2],
      ],
    );
  });

  it("is signed as the access point of the site knows it, by a key that is in the hub's pod and in no user's", () => {
    const { batch } = site;
    assert.ok(batch.kind === "htcondor" && batch.schedd.kind === "dedicated");
    const lines = scheddConfig(batch, batch.schedd).split("\n");
    const { accessPoint = assert.fail() } = settings.tokens;
    for (const line of [
      `SEC_TOKEN_ISSUER_KEY = ${accessPoint.keyId}`,
      `TRUST_DOMAIN = ${accessPoint.trustDomain}`,
      `UID_DOMAIN = ${accessPoint.uidDomain}`,
    ])
      assert.ok(lines.includes(line), line);
    const { extraVolumes: [volume] = [], extraVolumeMounts: [mount] = [] } = hub.hub;
    assert.equal(mount?.name, volume?.name);
    assert.equal(mount?.subPath, undefined, "the kubelet does not follow changes of a subPath");
    assert.equal(accessPoint.keyFile, `${mount?.mountPath}/${accessPoint.keyId}`);
    assert.ok(!JSON.stringify(hub.singleuser).includes(volume?.secret?.secretName ?? assert.fail()));
  });

  it("starts without one for the access point where there is no key, or where the user's name is that of a daemon, and says so", async () => {
    for (const [more, says] of [
      [{}, /No such file/],
      [{ user: "condor" }, /speaks for HTCondor itself/],
    ] as const) {
      const [told] = await looks([{ hours: 0, ...("user" in more && { key: KEY }) }], more);
      assert.deepEqual(told?.files, ["access_token", "copy-tokens.sh"]);
      assert.match(told.log.join("\n"), says);
    }
  });

  it("has the login's own, renewed after half of its life, and keeps what the hub knows of the user", async () => {
    const hours = [0, 0.4, 0.6, 0.9, 1.2];
    const steps = hours.map((each) => ({ hours: each, key: KEY, refuses: each === 0.6 }));
    const told = await looks(steps);
    assert.deepEqual(
      told.map(({ login }) => login),
      [0, 0, 0, 0.9, 0.9],
    );
    assert.match(told[2]?.log.join() ?? "", /gives no new token/);
    assert.deepEqual(told.at(-1)?.kept, { oauth_user: { name: "someone" }, refresh_token: "r+" });
    const kept = await looks([{ hours: 0.6, key: KEY }], { state: { refresh_token: "kept" } });
    assert.equal(kept[0]?.kept["refresh_token"], "kept");
  });

  it("has the login's own as it is without a refresh token, and none without a state of the login", async () => {
    const [old] = await looks([{ hours: 5, key: KEY }], { state: { refresh_token: null } });
    assert.equal(old?.login, 0);
    const [none] = await looks([{ hours: 0, key: KEY }], { state: null });
    assert.deepEqual(none?.files, ["condor_token", "copy-tokens.sh"]);
  });

  it("is copied for the user alone before the server starts, and again when the kubelet has changed it", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-tokens-"));
    const [secret, copies] = [path.join(folder, "secret"), path.join(folder, "copies")] as const;
    const volume = new SecretVolume(secret);
    const inBase64 = (texts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text).toString("base64")]));
    const copied = (): Readonly<Record<string, string>> =>
      Object.fromEntries(
        ["access_token", "tokens.d/condor_token"].flatMap((name) => {
          const file = path.join(copies, name);
          if (!fs.existsSync(file)) return [];
          assert.equal(fs.statSync(file).mode & 0o777, 0o600, name);
          return [[name, fs.readFileSync(file, "utf8")]];
        }),
      );
    volume.write(inBase64({ access_token: "one", condor_token: "two", "ca.pem": "a root" }));
    // The command that the kubelet runs ends at once, and leaves what follows running in the container; here that ends with the keeper.
    const command = `sh "$0" "$1" "$2" && echo done && exec sleep infinity`;
    const keeper = new StartedProgram(
      [
        "unshare",
        "--user",
        "--map-root-user",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        command,
        path.join(hookFolder(), "dask_ingress", "copy-tokens.sh"),
        secret,
        copies,
      ],
      { env: process.env },
    );
    try {
      await keeper.until("the first copies", () => Promise.resolve(keeper.log.includes("done")));
      assert.deepEqual(copied(), { access_token: "one", "tokens.d/condor_token": "two" });
      assert.deepEqual(fs.readdirSync(copies).sort(), ["access_token", "tokens.d"]);
      volume.write(inBase64({ access_token: "three", "ca.pem": "a root" }));
      await keeper.until(
        "new copies",
        () => Promise.resolve(copied()["access_token"] === "three" && !("tokens.d/condor_token" in copied())),
        40_000,
      );
    } finally {
      await keeper.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
    // The syntax is that of any shell.
    await run("sh", ["-n", path.join(hookFolder(), "dask_ingress", "copy-tokens.sh")]);
  });
});
