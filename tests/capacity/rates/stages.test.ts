import assert from "node:assert/strict";
import fc from "fast-check";
import { bitRate, rateText } from "#af/capacity/rates/bit-rate";
import type { DataPath } from "#af/capacity/rates/path";
import { decimal, plus, whole, type Ratio } from "#af/capacity/rates/ratio";
import { STAGES, stagesOf, type StageName } from "#af/capacity/rates/stages";
import { statedPaths, WHOLE, withCaches } from "./paths";

type Change = (path: DataPath) => DataPath;

const analysis =
  (change: Partial<DataPath["analysis"]>): Change =>
  (path) => ({ ...path, analysis: { ...path.analysis, ...change } });
const workers =
  (change: Partial<DataPath["workers"]["groups"][number]>): Change =>
  (path) => ({ ...path, workers: { ...path.workers, groups: path.workers.groups.map((group) => ({ ...group, ...change })) } });
const doors =
  (change: Partial<NonNullable<DataPath["doors"]>>): Change =>
  (path) => ({ ...path, doors: path.doors && { ...path.doors, ...change } });

const warm = analysis({ hits: decimal(1) });
const silent = analysis({ dask: whole(0n) });
const NONE = whole(0n);

const unstated = (path: DataPath) =>
  Object.fromEntries(stagesOf(path).flatMap((stage) => (stage.unstated.length > 0 ? [[stage.name, stage.unstated]] : [])));
const bounds = (path: DataPath): Partial<Record<StageName, string>> =>
  Object.fromEntries(stagesOf(path).flatMap(({ name, bound }) => (bound ? [[name, rateText(bound)]] : [])));
const load = (path: DataPath, stage: StageName): Ratio | undefined => stagesOf(path).find(({ name }) => name === stage)?.load;

const EXTERNAL: DataPath = { ...WHOLE, doors: undefined, cache: { kind: "external", rate: bitRate("50Gb/s") } };
const READ = "what a disk of nvme reads";
const WRITTEN = "what a disk of nvme writes";

describe("stages of the way", () => {
  it("are those that a path has, in the order of the way", () => {
    const names = (path: DataPath) => stagesOf(path).map(({ name }) => name);
    assert.deepEqual(
      names(WHOLE),
      STAGES.filter((name) => name !== "somebody else's cache"),
    );
    assert.deepEqual(names(EXTERNAL), STAGES.slice(5));
    const inside: DataPath = { ...WHOLE, cache: { kind: "none" }, workers: { ...WHOLE.workers, link: "inside" }, schedulers: undefined };
    assert.deepEqual(names(inside), ["doors", "link of the doors", "NICs of the workers", "cores"]);
  });

  it("carry what is stated", () => {
    const ports = { "NICs of the caches, filling": "2Tb/s", "NICs of the caches, serving": "200Gb/s" };
    const after = {
      ...{ "link to the workers": "400Gb/s", "NICs of the workers": "781Gb/s" },
      ...{ "address of Dask's schedulers": "2.5Tb/s", cores: "200Gb/s" },
    };
    assert.deepEqual(bounds(WHOLE), {
      doors: "1.2Tb/s",
      "link of the doors": "1Tb/s",
      ...ports,
      "disks of the caches": "295Gb/s",
      ...after,
    });
    assert.deepEqual(bounds(EXTERNAL), { "somebody else's cache": "50Gb/s", ...after });
  });

  it("say what is not stated, each where it matters and nowhere else", () => {
    const [filling, disks, serving] = ["NICs of the caches, filling", "disks of the caches", "NICs of the caches, serving"];
    const ports = "the NICs of nvme";
    const hits = ["the share of hits"];
    const scheduler = "address of Dask's schedulers";
    const cases: readonly (readonly [change: Change, expected: Record<string, readonly string[]>])[] = [
      [(path) => path, {}],
      [doors({ rate: undefined }), { doors: ["what a door sends"] }],
      [doors({ link: undefined }), { "link of the doors": ["the link between doors and facility"] }],
      [analysis({ hits: undefined }), { doors: hits, "link of the doors": hits, [filling]: hits, [disks]: hits }],
      [(path) => withCaches(path, () => ({ nic: undefined })), { [filling]: [ports], [serving]: [ports] }],
      [(path) => withCaches(warm(path), () => ({ nic: undefined })), { [serving]: [ports] }],
      [(path) => withCaches(path, () => ({ read: undefined, write: undefined })), { [disks]: [READ, WRITTEN] }],
      [(path) => withCaches(warm(path), () => ({ read: undefined, write: undefined })), { [disks]: [READ] }],
      [(path) => warm(doors({ rate: undefined, link: undefined })(path)), {}],
      [
        (path) => ({ ...path, workers: { ...path.workers, link: undefined } }),
        { "link to the workers": ["the link between facility and workers"] },
      ],
      [workers({ nic: undefined, cores: undefined }), { "NICs of the workers": ["the NICs of pool", "the cores of a host of pool"] }],
      [analysis({ dask: undefined }), { [scheduler]: ["what a core exchanges with its scheduler"] }],
      [analysis({ perCore: undefined }), { [scheduler]: ["what a core reads"], cores: ["what a core reads"] }],
      [(path) => silent(analysis({ perCore: undefined })(path)), { cores: ["what a core reads"] }],
      [
        (path) => ({ ...path, schedulers: { through: "Traefik", rate: undefined } }),
        { [scheduler]: ["what the address of Traefik carries"] },
      ],
      [(path) => silent({ ...path, schedulers: { through: "Traefik", rate: undefined } }), {}],
      [() => ({ ...EXTERNAL, cache: { kind: "external", rate: undefined } }), { "somebody else's cache": ["what it serves"] }],
    ];
    for (const [change, expected] of cases) assert.deepEqual(unstated(change(WHOLE)), expected);
  });

  it("have no bound where that is not known, or where nothing passes", () => {
    const gone = (change: Change) => Object.keys(bounds(WHOLE)).filter((name) => !(name in bounds(change(WHOLE))));
    const [filling, disks, serving] = ["NICs of the caches, filling", "disks of the caches", "NICs of the caches, serving"];
    const scheduler = "address of Dask's schedulers";
    assert.deepEqual(gone(warm), ["doors", "link of the doors", filling]);
    assert.deepEqual(gone(analysis({ hits: undefined })), ["doors", "link of the doors", filling]);
    assert.deepEqual(gone(doors({ rate: undefined })), ["doors"]);
    assert.deepEqual(
      gone((path) => withCaches(path, () => ({ nic: undefined }))),
      [filling, serving],
    );
    assert.deepEqual(
      gone((path) => withCaches(path, () => ({ read: undefined, write: undefined }))),
      [disks],
    );
    assert.deepEqual(
      gone((path) => withCaches(warm(path), () => ({ read: undefined }))),
      ["doors", "link of the doors", filling, disks],
    );
    assert.deepEqual(gone(workers({ nic: undefined })), ["NICs of the workers"]);
    assert.deepEqual(gone(workers({ cores: undefined })), ["NICs of the workers"]);
    assert.deepEqual(
      gone((path) => ({ ...path, workers: { ...path.workers, groups: [] } })),
      ["NICs of the workers"],
    );
    assert.deepEqual(gone(silent), [scheduler]);
    assert.deepEqual(gone(analysis({ dask: undefined })), [scheduler]);
    assert.deepEqual(gone(analysis({ perCore: NONE })), [scheduler]);
    assert.deepEqual(gone(analysis({ perCore: undefined })), [scheduler, "cores"]);
  });

  it("of disks are bounded by what is known of them: by reads alone where writes are not stated, and by nothing above 0 where one does nothing", () => {
    const disks = (change: Change) => bounds(change(WHOLE))["disks of the caches"];
    const having =
      (change: Parameters<typeof withCaches>[1]): Change =>
      (path) =>
        withCaches(path, change);
    // 8 hosts with 2 disks each: reads at 24 Gb/s, and a tenth is written at 8 Gb/s.
    assert.equal(disks(having(() => ({ write: undefined }))), "384Gb/s");
    assert.equal(disks(having(() => ({ read: undefined }))), "1.28Tb/s");
    assert.equal(
      disks((path) => analysis({ hits: undefined })(path)),
      "384Gb/s",
    );
    for (const nothing of [{ disks: 0n }, { disks: 0n, read: undefined, write: undefined }, { read: NONE }, { write: NONE }])
      assert.equal(disks(having(() => nothing)), "0b/s");
    assert.equal(
      disks((path) => warm(having(() => ({ write: NONE }))(path))),
      "384Gb/s",
    );
    assert.equal(
      disks((path) => analysis({ hits: undefined })(having(() => ({ write: NONE }))(path))),
      "384Gb/s",
    );
  });

  it("say how much passes for each bit that is read: cold reads once more through the disks, and Dask as much as a core exchanges while it reads one", () => {
    const cold = decimal(0.1);
    assert.deepEqual(load(WHOLE, "doors"), { over: 1n, under: 10n });
    assert.deepEqual(load(WHOLE, "disks of the caches"), plus(whole(1n), cold));
    assert.deepEqual(load(WHOLE, "NICs of the workers"), whole(1n));
    assert.deepEqual(load(analysis({ hits: undefined })(WHOLE), "disks of the caches"), undefined);
    assert.deepEqual(load({ ...WHOLE, cache: { kind: "none" } }, "doors"), whole(1n));
    assert.deepEqual(load(silent(WHOLE), "address of Dask's schedulers"), NONE);
    assert.deepEqual(load(silent(analysis({ perCore: undefined })(WHOLE)), "address of Dask's schedulers"), NONE);
    assert.deepEqual(load(analysis({ dask: undefined })(WHOLE), "address of Dask's schedulers"), undefined);
  });

  it("of ports of workers are judged with the cores where the least is for each of them, as many as there are and no more", () => {
    const group = (name: string, all: bigint, cores: bigint, gigabits: number) => ({ name, all, cores, nic: bitRate(`${gigabits}Gb/s`) });
    const groups = [group("fast", 8n, 4n, 40), group("slow", 8n, 8n, 8)];
    const ports = (cores: bigint) =>
      bounds({ ...WHOLE, analysis: { ...WHOLE.analysis, cores }, workers: { cores: 16n, link: "inside", groups } });
    const carried = ([4n, 8n, 9n, 16n, 17n] as const).map((cores) => ports(cores)["NICs of the workers"]);
    assert.deepEqual(carried, ["4Gb/s", "8Gb/s", "18Gb/s", "88Gb/s", "88Gb/s"]);
    // Hosts of which something is not stated may be slower, and hosts without a whole core take none.
    const [, slow] = groups;
    assert.ok(slow);
    const beside = (...more: DataPath["workers"]["groups"]) =>
      bounds({ ...WHOLE, workers: { cores: 16n, link: "inside", groups: [slow, ...more] } })["NICs of the workers"];
    assert.deepEqual(
      [beside(), beside({ ...slow, nic: undefined }), beside({ ...slow, cores: undefined })],
      ["8Gb/s", undefined, undefined],
    );
    assert.equal(beside({ ...slow, all: 0n, cores: 0n }), "8Gb/s");
  });

  it("state their bound for the whole exactly where nothing is left unstated and something passes", () => {
    const property = fc.property(statedPaths, (path) => {
      for (const { name, bound, load: passes, unstated: left } of stagesOf(path)) {
        assert.deepEqual(left, [], name);
        assert.equal(bound === undefined, passes?.over === 0n, name);
      }
    });
    fc.assert(property);
  });
});
