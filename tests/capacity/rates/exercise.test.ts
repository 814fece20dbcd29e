import assert from "node:assert/strict";
import { hostsForRate, rateAnswer } from "#af/capacity/rates/answer";
import { bitRate, rateText } from "#af/capacity/rates/bit-rate";
import { rateChanges } from "#af/capacity/rates/changes";
import type { DataPath } from "#af/capacity/rates/path";
import { decimal } from "#af/capacity/rates/ratio";
import { EXERCISE, WHOLE, withCaches } from "./paths";

const text = (path: DataPath): string => {
  const { rate, asked, fed, verdict, limits } = rateAnswer(path);
  return [verdict, rate && rateText(rate), asked && rateText(asked), fed, limits.join(" and ")].map(String).join(", ");
};

const caches = (path: DataPath): string => {
  const [answer] = hostsForRate(path, rateAnswer(path).asked ?? assert.fail());
  return `${answer?.hosts} hosts, not stated: ${answer?.unstated.join("; ")}; then ${answer?.then?.limits.join(" and ")}`;
};

const advice = (path: DataPath): readonly string[] =>
  rateChanges(path).map(
    ({ text: what, then: { rate, verdict, limits } }) => `${what}: ${rate && rateText(rate)}, ${verdict}, ${limits.join(" and ")}`,
  );

describe("the exercise of 200 Gb/s", () => {
  it("comes out of what is public: ports of eight caches and 2,000 cores are full together, and the rest is not stated", () => {
    assert.equal(text(EXERCISE), "not stated, 200Gb/s, 200Gb/s, 2000, NICs of the caches, serving and cores");
    assert.match(caches(EXERCISE), /^8 hosts, not stated: the share of hits; what a disk of nvme reads; what a disk of nvme writes; then /);
    const unstated = rateAnswer(EXERCISE)
      .stages.filter((stage) => stage.unstated.length > 0)
      .map(({ name }) => name);
    assert.deepEqual(unstated, [
      "doors",
      "link of the doors",
      "NICs of the caches, filling",
      "disks of the caches",
      "link to the workers",
      "NICs of the workers",
    ]);
  });

  it("is enough once everything is stated and large enough", () => {
    assert.equal(text(WHOLE), "enough, 200Gb/s, 200Gb/s, 2000, NICs of the caches, serving and cores");
    assert.equal(caches(WHOLE), "8 hosts, not stated: ; then NICs of the caches, serving and cores");
    assert.deepEqual(advice(WHOLE), []);
  });

  it("takes 16 such hosts at twice the rate, and four at ports of 100 Gb/s have room in their ports", () => {
    const twice = { ...WHOLE, analysis: { ...WHOLE.analysis, target: bitRate("400Gb/s") }, workers: { ...WHOLE.workers, cores: 4000n } };
    assert.equal(text(twice), "not enough, 200Gb/s, 400Gb/s, 2000, NICs of the caches, serving and cores");
    assert.match(caches(twice), /^16 hosts, not stated: ; then cores$/);
    assert.deepEqual(advice(twice), [], "caches and cores are full together: no single change helps");
    const fast = withCaches(WHOLE, () => ({ nic: bitRate("100Gb/s"), disks: 4n }));
    assert.equal(caches(fast), "3 hosts, not stated: ; then cores");
  });

  it("depends on how much the caches have already: cold reads pass the doors, the ports twice, once in and once out, and the disks twice", () => {
    const cold = { ...WHOLE, analysis: { ...WHOLE.analysis, hits: decimal(0) } };
    const bounds = Object.fromEntries(rateAnswer(cold).stages.map(({ name, bound }) => [name, bound && rateText(bound)]));
    assert.deepEqual(
      [bounds["doors"], bounds["link of the doors"], bounds["NICs of the caches, filling"], bounds["disks of the caches"]],
      ["120Gb/s", "100Gb/s", "200Gb/s", "96Gb/s"],
    );
    assert.equal(text(cold), "not enough, 96Gb/s, 200Gb/s, 960, disks of the caches");
    assert.deepEqual(advice(cold), [
      "1 more cache host like those of nvme: 100Gb/s, not enough, link of the doors",
      "1 more disk on each host of nvme: 100Gb/s, not enough, link of the doors",
      "a share of hits of 70 % in place of 0 %: 200Gb/s, enough, NICs of the caches, serving and cores",
    ]);
  });

  it("does without doors where there is nothing cold, and without everything but the doors where there is no cache", () => {
    const warm = { ...WHOLE, analysis: { ...WHOLE.analysis, hits: decimal(1) }, doors: { count: 12n, rate: undefined, link: undefined } };
    assert.equal(text(warm), "enough, 200Gb/s, 200Gb/s, 2000, NICs of the caches, serving and cores");
    const bare: DataPath = { ...WHOLE, cache: { kind: "none" } };
    assert.equal(text(bare), "not enough, 100Gb/s, 200Gb/s, 1000, link of the doors");
    assert.deepEqual(hostsForRate(bare, bitRate("1Gb/s")), []);
  });
});

describe("one host of 2020", () => {
  const old = withCaches({ ...WHOLE }, () => ({
    hosts: 1n,
    nic: bitRate("10Gb/s"),
    disks: 1n,
    read: bitRate("200MB/s"),
    write: bitRate("150MB/s"),
  }));

  it("feeds 14 of 2,000 cores, and says what it would take", () => {
    assert.equal(text(old), "not enough, 1.41Gb/s, 200Gb/s, 14, disks of the caches");
    assert.equal(caches(old), "142 hosts, not stated: ; then cores");
    assert.deepEqual(advice(old), [
      "7 more disks on each host of nvme: 10Gb/s, not enough, NICs of the caches, serving",
      "141 more cache hosts like those of nvme: 200Gb/s, enough, cores",
    ]);
  });

  it("is limited at most by what is stated, where its ports are not", () => {
    assert.equal(text(withCaches(old, () => ({ nic: undefined }))), "not enough, 1.41Gb/s, 200Gb/s, 14, disks of the caches");
    assert.equal(
      text(withCaches(old, () => ({ read: undefined, write: undefined }))),
      "not enough, 10Gb/s, 200Gb/s, 100, NICs of the caches, serving",
    );
  });

  it("carries nothing without a disk, and no change of another kind is advised", () => {
    const none = withCaches(old, () => ({ disks: 0n }));
    assert.equal(text(none), "not enough, 0b/s, 200Gb/s, 0, disks of the caches");
    assert.deepEqual(
      advice(none).map((line) => line.split(":")[0]),
      ["8 more disks on each host of nvme"],
    );
  });
});
