import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { multiplied } from "#af/capacity/quantity";
import { changesBetween } from "#af/changes/changes";
import type { StateResource } from "#af/changes/state";
import { QUOTA_HEADROOM } from "#af/components/tenancy/tenant";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { withoutSecrets } from "#af/tools/plan/secrets";
import { siteConfig, spoilt } from "../support/site-config";
import { resource } from "./resources";

const HEADROOM = 1.25;
const ROOMY = {
  "requests.cpu": "100",
  "requests.memory": "100Gi",
  "limits.memory": "100Gi",
  pods: "100",
  "requests.ephemeral-storage": "1000Gi",
};

/** A quota of the namespace `place`, by default with a headroom that is written. */
function quota(hard: Readonly<Record<string, string>>, headroom: number | undefined = HEADROOM): StateResource {
  const annotations = headroom === 1 ? {} : { [QUOTA_HEADROOM]: String(headroom) };
  const metadata = { name: "quota", namespace: "place", annotations };
  const made = resource("kubernetes:core/v1:ResourceQuota", { metadata, spec: { hard: { ...ROOMY, ...hard } } });
  return { ...made, name: "data-quota" };
}

/** What runs pods with a memory of this size. */
function set(memory: string, namespace = "place"): StateResource {
  const spec = { template: { spec: { containers: [{ name: "cache", resources: { requests: { memory } } }] } } };
  return resource("kubernetes:apps/v1:StatefulSet", { metadata: { name: "cache", namespace }, spec });
}

/** Why an update is refused. */
function refusal(before: readonly StateResource[], after: readonly StateResource[]): string | undefined {
  return changesBetween(before, after).find(({ object }) => object.startsWith("ResourceQuota "))?.refused;
}

describe("A quota that is lowered while pods start", () => {
  const shrinks = (from: Readonly<Record<string, string>>, to: Readonly<Record<string, string>>, headroom?: number) =>
    refusal([quota(from, headroom), set("4Gi")], [quota(to, headroom), set("2Gi")]);

  for (const [from, to, lowered, pin] of [
    [{ "requests.cpu": "5000m" }, { "requests.cpu": "3999m" }, "requests.cpu from 5000m to 3999m", "cpu: 5000m"],
    [{ "requests.memory": "10Gi" }, { "requests.memory": "5Gi" }, "requests.memory from 10Gi to 5Gi", "memory: 10Gi"],
    [
      { "requests.memory": "10Gi", "limits.memory": "20Gi" },
      { "requests.memory": "5Gi", "limits.memory": "5Gi" },
      "requests.memory from 10Gi to 5Gi, limits.memory from 20Gi to 5Gi",
      "memory: 20Gi",
    ],
    [{ pods: "10" }, { pods: "7" }, "pods from 10 to 7", "pods: 10"],
    [
      { "requests.ephemeral-storage": "90Gi", pods: "10" },
      { "requests.ephemeral-storage": "40Gi", pods: "10" },
      "requests.ephemeral-storage from 90Gi to 40Gi",
      "pods: ",
    ],
  ] as const)
    it(`is refused with the pin that keeps it: ${lowered}`, () => {
      const refused = shrinks(from, to) ?? assert.fail("not refused");
      assert.ok(refused.includes(`(${lowered})`), refused);
      assert.ok(refused.includes(`af:tenancy.pins.data: { because: "until smaller pods run", ${pin}`), refused);
    });

  it("is let pass where it leaves what the pods of before may have", () => {
    assert.equal(shrinks({ "requests.cpu": "5000m" }, { "requests.cpu": "4000m" }), undefined);
    assert.equal(shrinks({ "requests.cpu": "5000m" }, { "requests.cpu": "6000m" }), undefined);
    assert.match(shrinks({ "requests.cpu": "5000m" }, { "requests.cpu": "4999m" }, 1) ?? "", /cpu: 5000m/, "no headroom is known");
  });

  it("is let pass where no pod starts in its namespace, and refused where a new program comes", () => {
    const [high, low] = [quota({ pods: "50" }), quota({ pods: "5" })];
    assert.equal(refusal([high, set("4Gi")], [low, set("4Gi")]), undefined);
    assert.equal(refusal([high, set("4Gi", "other")], [low, set("2Gi", "other")]), undefined);
    assert.equal(refusal([high, set("4Gi")], [low]), undefined);
    assert.match(refusal([high], [low, set("2Gi")]) ?? "", /pods: 50/);
    const release = resource("kubernetes:helm.sh/v3:Release", { name: "chart", namespace: "place", chart: "x", values: {} });
    assert.match(refusal([high], [low, release]) ?? "", /pods: 50/);
  });

  it("refuses every update that would stop by itself, and none stops with the pin: one workload after another, under a quota that the API server enforces", () => {
    let stopped = 0;
    const workload = fc.record({
      pods: fc.integer({ min: 1, max: 4 }),
      surge: fc.integer({ min: 0, max: 1 }),
      old: fc.integer({ min: 1, max: 64 }),
      share: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(workload, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 3 }),
        (all, users) => {
          const rolled = all.map((each) => ({ ...each, now: Math.max(1, Math.floor(each.old * each.share)) }));
          // Servers of users stay as they were; the next ones are half as large.
          const full = (which: "old" | "now"): bigint =>
            rolled.reduce((sum, each) => sum + BigInt((each.pods + each.surge) * each[which]), 0n) +
            users.reduce((sum, user) => sum + BigInt(which === "old" ? user : Math.ceil(user / 2)), 0n);
          const [was, is] = [multiplied(full("old"), HEADROOM, "up"), multiplied(full("now"), HEADROOM, "up")];
          const refused = shrinks({ "requests.cpu": `${was}m` }, { "requests.cpu": `${is}m` });
          if (refused === undefined) assert.ok(ends(rolled, users, is), "an update that passed stops");
          else if (!ends(rolled, users, is)) stopped += 1;
          assert.ok(ends(rolled, users, was), "with the pin it stops as well");
        },
      ),
    );
    assert.ok(stopped > 0, "no refused update would have stopped");
  });

  it("passes with the pin that it names, and without that afterwards, where several caches become smaller", async function () {
    this.timeout(120_000);
    const servers = [1, 2, 3].map((index) => ({ host: `cache${index}.coffea.casa`, address: `203.0.113.24${index}` }));
    const config = (cpu: number, pins: unknown) =>
      (
        [
          [
            ["nodes", "supermicro-1u", "hosts"],
            ["cache1", "cache2", "cache3"],
          ],
          [["platform", "loadBalancer", "pools", "more"], ["203.0.113.240/29"]],
          [["data", "cache", "servers"], servers],
          [["data", "cache", "cpu"], cpu],
          [["tenancy", "pins"], pins],
        ] as const
      ).reduce<Record<string, unknown>>((tree, [at, value]) => spoilt(tree, at, value), siteConfig("unl"));
    const of = async (cpu: number, pins?: unknown): Promise<readonly StateResource[]> => {
      const { safe } = withoutSecrets(await recordProgram(parseSite(config(cpu, pins), "a test")));
      return safe
        .filter(({ resource: { custom } }) => custom)
        .map(({ resource: { urn, type, name, options }, inputs }) => ({ urn, type, name, inputs, ...options }));
    };
    const refusals = (from: readonly StateResource[], to: readonly StateResource[]) =>
      changesBetween(from, to).flatMap(({ refused }) => refused ?? []);
    const [large, small] = [await of(8), await of(1)];
    const [refused = assert.fail("not refused"), ...more] = refusals(large, small);
    assert.deepEqual(more, []);
    const [, role = "", pin = ""] = /af:tenancy\.pins\.(\w+): (\{.*\}), and take/.exec(refused) ?? assert.fail(refused);
    const kept = await of(1, { [role]: parse(pin) as unknown });
    assert.deepEqual(refusals(large, kept), []);
    assert.deepEqual(refusals(kept, small), []);
  });
});

interface Rolled {
  readonly pods: number;
  readonly surge: number;
  readonly old: number;
  readonly now: number;
}

/** Whether each workload in its turn gets its new pods: beside one of the old where it may surge, else in the place of one that has ended. */
function ends(rolled: readonly Rolled[], users: readonly number[], hard: bigint): boolean {
  let used = [...users, ...rolled.map(({ pods, old }) => pods * old)].reduce((a, b) => a + b, 0);
  for (const { pods, surge, old, now } of rolled)
    for (let pod = 0; pod < pods; pod += 1) {
      if (surge === 0) used -= old;
      if (BigInt(used + now) > hard) return false;
      used += now;
      if (surge === 1) used -= old;
    }
  return true;
}
