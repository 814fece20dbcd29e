import assert from "node:assert/strict";
import fc from "fast-check";
import { compareWithQuota, quotaUsage, type QuotaDemand } from "#af/capacity/quota";

const empty: QuotaDemand = { pods: [], claims: [], loadBalancers: 0 };
const pod = (cpu: bigint, pods: number, surge: number) => ({
  amounts: { requests: { cpu }, limits: { cpu: cpu * 2n } },
  scale: { pods, surge },
});

describe("use of a quota", () => {
  it("counts pods at full scale and during a rollout, under every spelling", () => {
    assert.deepEqual(
      quotaUsage({
        pods: [pod(100n, 3, 1), pod(50n, 2, 0)],
        claims: [
          { bytes: 10n, count: 1 },
          { bytes: 10n, count: 2 },
        ],
        loadBalancers: 2,
      }),
      {
        cpu: 500n,
        "requests.cpu": 500n,
        "limits.cpu": 1000n,
        pods: 6n,
        persistentvolumeclaims: 3n,
        "requests.storage": 30n,
        "services.loadbalancers": 2n,
      },
    );
  });

  it("is compared key by key; keys that workloads do not decide are left out", () => {
    const hard = {
      "requests.cpu": "1",
      "requests.memory": "1Gi",
      "requests.storage": "1Ki",
      pods: "3",
      "count/secrets": "9",
      "services.nodeports": "1",
    };
    const keys = compareWithQuota(quotaUsage(empty), hard).map(({ key, have, margin }) => [key, have, margin]);
    assert.deepEqual(keys, [
      ["requests.cpu", 1000n, 1000n],
      ["requests.memory", 2n ** 30n, 2n ** 30n],
      ["requests.storage", 1024n, 1024n],
      ["pods", 3n, 3n],
    ]);
  });

  it("never gets a larger margin from one more pod, and margin is have less need", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.bigInt(0n, 5000n), fc.integer({ min: 0, max: 9 })), { maxLength: 5 }),
        fc.bigInt(0n, 5000n),
        (pods, cpu) => {
          const demand = { ...empty, pods: pods.map(([each, count]) => pod(each, count, 0)) };
          const [before] = compareWithQuota(quotaUsage(demand), { cpu: "4" });
          const [after] = compareWithQuota(quotaUsage({ ...demand, pods: [...demand.pods, pod(cpu, 1, 0)] }), { cpu: "4" });
          assert.ok(before && after);
          assert.equal(before.margin, before.have - before.need);
          assert.equal(after.margin, before.margin - cpu);
        },
      ),
    );
  });

  it("refuses a bound that is no quantity", () => {
    assert.throws(() => compareWithQuota({}, { pods: "many" }), RangeError);
  });
});
