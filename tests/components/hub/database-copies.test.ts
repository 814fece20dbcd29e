import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1CronJob, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { bytes } from "#af/capacity/quantity";
import { recordProgram } from "#af/stacks/record";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { projectFolder } from "#af/stacks/site/project";
import type { Manifest } from "#af/components/manifest";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { skipped } from "../../support/skipped";

/** A hub that writes: each transaction adds a user and the user's server, so that a copy of one moment has as many of both. */
const WRITER = `
import sqlite3, sys, time
base = sqlite3.connect(sys.argv[1], timeout=60)
base.executescript("create table if not exists users (name text); create table if not exists servers (name text, filler blob)")
print("begun", flush=True)
for number in range(100000):
    with base:
        base.execute("insert into users values (?)", (f"user{number}",))
        base.execute("insert into servers values (?, randomblob(2000))", (f"user{number}",))
    if number == 200: print("many", flush=True)
`;

/** What a copy holds, read as the hub would. */
const READER = `
import json, sqlite3, sys
base = sqlite3.connect(sys.argv[1])
one = lambda query: base.execute(query).fetchone()[0]
print(json.dumps([one("pragma integrity_check"), one("select count(*) from users"), one("select count(*) from servers")]))
`;

const [SITE = ""] = SITES;

function objectsOf(name: string, copies: object | undefined): Readonly<Record<string, Manifest>> {
  const config = siteConfig(name);
  return partsOf(parseSite(copies ? spoilt(config, ["hub", "database"], { size: "1Gi", copies }) : config, "a test")).hub.hub.objects;
}

describe("Copies of the hub's database", function () {
  this.timeout(60_000);
  let folder: string;
  const objects = objectsOf(SITE, { keep: 3 });
  const pod = (objects["database-copies-job"] as unknown as V1CronJob).spec?.jobTemplate.spec?.template.spec ?? assert.fail("no job");

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-copies-"));
    fs.mkdirSync(path.join(folder, "copies"));
    const { data } = objects["database-copies-program"] as unknown as { data: Record<string, string> };
    for (const [name, text] of Object.entries(data)) fs.writeFileSync(path.join(folder, name), text);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs the job's own command, with its folders on this machine. */
  function copy() {
    const [program = "", ...args] = pod.containers[0]?.command ?? [];
    const here = { "/etc/copies": folder, "/srv/jupyterhub": path.join(folder, "hub"), "/copies": path.join(folder, "copies") };
    const moved = args.map((each) =>
      Object.entries(here).reduce((text, [from, to]) => text.replace(new RegExp(`^${from}(?=/|$)`), to), each),
    );
    const { status, stdout, stderr } = spawnSync(program, moved, { encoding: "utf8" });
    return { status, said: stdout + stderr };
  }

  const copies = () => fs.readdirSync(path.join(folder, "copies")).sort();
  const read = (file: string) =>
    JSON.parse(spawnSync("python3", ["-c", READER, file], { encoding: "utf8" }).stdout) as [string, number, number];

  describe("made by the job's own program", () => {
    before(function () {
      if (spawnSync("python3", ["--version"]).status !== 0) skipped(this, "no python3, which copies the database");
    });

    it("are whole and of one moment while the hub writes, and the newest are kept", async () => {
      fs.mkdirSync(path.join(folder, "hub"));
      const writer = spawn("python3", ["-c", WRITER, path.join(folder, "hub", "jupyterhub.sqlite")], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        // The pipe stays open: a writer whose reader is gone would end while it says this.
        let told = "";
        writer.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
        while (!told.includes("many")) await sleep(20);
        const counts: number[] = [];
        for (let turn = 0; turn < 5; turn += 1) {
          const { status, said } = copy();
          assert.equal(status, 0, said);
          const newest = copies().at(-1) ?? "";
          const [whole, users, servers] = read(path.join(folder, "copies", newest));
          assert.deepEqual({ whole, servers }, { whole: "ok", servers: users });
          assert.ok(said.startsWith(`${newest}: ${users} users`), said);
          counts.push(users);
        }
        assert.ok(
          counts.every((users, index) => users >= 200 && users >= (counts[index - 1] ?? 0)),
          counts.join(),
        );
        assert.ok((counts.at(-1) ?? 0) > (counts[0] ?? 0), `the hub wrote nothing meanwhile: ${counts.join()}`);
        assert.equal(copies().length, 3);
      } finally {
        writer.kill("SIGKILL");
        await once(writer, "exit");
      }
    });

    it("are put back by the command of the documentation", () => {
      const documented = fs.readFileSync(path.join(projectFolder(), "docs", "operations.md"), "utf8");
      const { 1: command = "" } = /^ +command: \[(cp, .*)\]$/m.exec(documented) ?? assert.fail("no command that restores");
      const database = path.join(folder, "hub", "jupyterhub.sqlite");
      fs.mkdirSync(path.dirname(database));
      const makeUser =
        "import sqlite3, sys; b = sqlite3.connect(sys.argv[1]); b.executescript(\"create table users (name); create table servers (name); insert into users values ('a'); insert into servers values ('a')\")";
      assert.equal(spawnSync("python3", ["-c", makeUser, database]).status, 0);
      assert.equal(copy().status, 0);
      fs.writeFileSync(database, "broken");
      const time = /jupyterhub-(.*)\.sqlite/.exec(copies()[0] ?? "")?.[1] ?? assert.fail("no copy");
      const [program = "", ...args] = command
        .replace("<time>", time)
        .split(", ")
        .map((word) => word.replace("/copies", `${folder}/copies`).replace("/srv/jupyterhub", path.dirname(database)));
      assert.equal(spawnSync(program, args).status, 0);
      assert.deepEqual(read(database), ["ok", 1, 1]);
      // The documentation names what the pod of the job has.
      const [container = assert.fail()] = pod.containers;
      for (const text of [
        `image: ${container.image}`,
        ...(pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => (claim ? [`claimName: ${claim.claimName}`] : [])),
      ])
        assert.ok(documented.includes(text), text);
    });

    it("stay as they are where the database is missing, broken or not the hub's, and the job fails", () => {
      const kept = path.join(folder, "copies", "jupyterhub-20270101T000000.000000Z.sqlite");
      fs.writeFileSync(kept, "a copy");
      const database = path.join(folder, "hub", "jupyterhub.sqlite");
      fs.mkdirSync(path.dirname(database));
      const faults: Readonly<Record<string, () => void>> = {
        "unable to open database file": () => undefined,
        "no such table: users": () => fs.writeFileSync(database, ""),
        "not a database": () => fs.writeFileSync(database, "text ".repeat(2000)),
      };
      for (const [says, make] of Object.entries(faults)) {
        make();
        const { status, said } = copy();
        assert.equal(status, 1, said);
        assert.match(said, new RegExp(`^no copy of .*jupyterhub\\.sqlite: .*${says}`));
        assert.deepEqual(
          copies().filter((name) => name.startsWith("jupyterhub-")),
          [path.basename(kept)],
        );
      }
      assert.equal(fs.readFileSync(kept, "utf8"), "a copy");
    });
  });

  for (const name of SITES)
    it(`${name}: have room on a claim of their own, which stays when the stack goes`, async () => {
      const { "database-copies-claim": claim } = objectsOf(name, { keep: 6 });
      const { resources } = (claim as unknown as V1PersistentVolumeClaim).spec ?? assert.fail();
      assert.equal(bytes(resources?.requests?.["storage"] ?? "0"), 7n * 2n ** 30n);
      const config = spoilt(siteConfig(name), ["hub", "database"], { size: "1Gi", copies: { keep: 6 } });
      const { resources: all } = await recordProgram(parseSite(config, "a test"));
      const recorded = all.find(({ name: resource }) => resource.endsWith("database-copies-claim"));
      assert.equal(recorded?.options.retainOnDelete, true);
      assert.deepEqual(
        Object.keys(objectsOf(name, undefined)).filter((key) => key.startsWith("database")),
        [],
      );
    });

  it("are made on the hub's own host, from a database that the job only reads, as the hub's user", () => {
    const [container = assert.fail()] = pod.containers;
    const database = container.volumeMounts?.find(({ mountPath }) => mountPath === "/srv/jupyterhub");
    assert.equal(database?.readOnly, true);
    assert.equal(container.securityContext?.runAsUser, 1000);
    const [near] = pod.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    assert.deepEqual(near?.labelSelector?.matchLabels, { app: "jupyterhub", component: "hub" });
  });
});
