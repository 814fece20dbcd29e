import assert from "node:assert/strict";
import fc from "fast-check";
import {
  firstDefaults,
  podAmounts,
  sumAmounts,
  multiplyAmounts,
  type ContainerDefaults,
  type ContainerResources,
  type PodResources,
} from "#af/capacity/requests";

const GIB = 2n ** 30n;

const amounts = fc.record({
  cpu: fc.integer({ min: 0, max: 4000 }).map((m) => `${m}m`),
  memory: fc.integer({ min: 0, max: 64 }).map((m) => `${m}Mi`),
});
const container: fc.Arbitrary<ContainerResources> = amounts.map((requests) => ({ resources: { requests } }));
const initContainer: fc.Arbitrary<ContainerResources> = fc
  .tuple(container, fc.boolean())
  .map(([each, sidecar]) => (sidecar ? { ...each, restartPolicy: "Always" } : each));
const pod: fc.Arbitrary<PodResources> = fc.record({
  containers: fc.array(container, { minLength: 1, maxLength: 4 }),
  initContainers: fc.array(initContainer, { maxLength: 5 }),
});

/** Plays through the pod's life: whatever runs at the same moment has to fit. */
function played({ containers, initContainers = [] }: PodResources, resource: "cpu" | "memory"): number {
  const of = ({ resources }: ContainerResources): number => parseInt(resources?.requests?.[resource] ?? "0", 10);
  const running: number[] = [];
  let most = 0;
  const now = (more: number) => (most = Math.max(most, running.reduce((a, b) => a + b, 0) + more));
  for (const each of initContainers) {
    now(of(each));
    if (each.restartPolicy === "Always") running.push(of(each));
  }
  now(containers.reduce((total, each) => total + of(each), 0));
  return most;
}

describe("what a pod asks for", () => {
  it("is the most that runs at one moment of its life", () => {
    fc.assert(
      fc.property(pod, (each) => {
        const { requests } = podAmounts(each);
        assert.equal(requests["cpu"], BigInt(played(each, "cpu")));
        assert.equal(requests["memory"], BigInt(played(each, "memory")) * 2n ** 20n);
      }),
      { numRuns: 10_000 },
    );
  });

  it("does not depend on the order of containers, and never shrinks with one more", () => {
    fc.assert(
      fc.property(pod, container, (each, more) => {
        assert.deepEqual(podAmounts({ ...each, containers: [...each.containers].reverse() }), podAmounts(each));
        const larger = podAmounts({ ...each, containers: [...each.containers, more] }).requests;
        for (const [resource, amount] of Object.entries(podAmounts(each).requests)) assert.ok((larger[resource] ?? 0n) >= amount);
      }),
    );
  });

  it("takes a limit for a request, but not the other way round", () => {
    const { requests, limits } = podAmounts({ containers: [{ resources: { limits: { memory: "1Gi" }, requests: { cpu: "1" } } }] });
    assert.deepEqual(requests, { memory: GIB, cpu: 1000n });
    assert.deepEqual(limits, { memory: GIB });
  });

  it("is filled in by a LimitRange only where the container says nothing", () => {
    const defaults = [{ default: { memory: "2Gi" }, defaultRequest: { cpu: "50m", memory: "1Gi" } }];
    const bare = podAmounts({ containers: [{}] }, defaults);
    assert.deepEqual([bare.requests, bare.limits], [{ cpu: 50n, memory: GIB }, { memory: 2n * GIB }]);
    const own = podAmounts({ containers: [{ resources: { requests: { cpu: "1", memory: "3Gi" }, limits: { memory: "3Gi" } } }] }, defaults);
    assert.deepEqual([own.requests, own.limits], [{ cpu: 1000n, memory: 3n * GIB }, { memory: 3n * GIB }]);
  });

  it("takes a LimitRange's max for its default, that for the default request, and min as a last resort", () => {
    assert.deepEqual(podAmounts({ containers: [{}] }, [{ max: { memory: "2Gi" }, min: { cpu: "10m" } }]), {
      requests: { memory: 2n * GIB, cpu: 10n },
      limits: { memory: 2n * GIB },
    });
  });

  it("is filled in by the first of several LimitRanges that says something of a resource, as by one that stands for all of them", () => {
    const list = fc.dictionary(fc.constantFrom("cpu", "memory"), fc.constantFrom("1", "2", "3"));
    const item: fc.Arbitrary<ContainerDefaults> = fc.record(
      { default: list, defaultRequest: list, max: list, min: list },
      { requiredKeys: [] },
    );
    const bare = fc.record({ resources: fc.record({ requests: list, limits: list }) });
    fc.assert(
      fc.property(bare, fc.array(item, { maxLength: 3 }), (each, items) => {
        const pod = { containers: [each] };
        assert.deepEqual(podAmounts(pod, [firstDefaults(items)]), podAmounts(pod, items));
      }),
    );
    const items: readonly ContainerDefaults[] = [
      { default: { cpu: "1" } },
      { default: { cpu: "2", memory: "2" } },
      { defaultRequest: { memory: "1" } },
    ];
    assert.deepEqual(podAmounts({ containers: [{}] }, items), { requests: { cpu: 1000n, memory: 2n }, limits: { cpu: 1000n, memory: 2n } });
  });

  it("is what the pod says for itself, with overhead on top", () => {
    const pod = {
      containers: [{ resources: { requests: { cpu: "3" } } }],
      resources: { requests: { cpu: "2" }, limits: { memory: "1Gi" } },
      overhead: { cpu: "100m", memory: "64Mi" },
    };
    assert.deepEqual(podAmounts(pod), {
      requests: { cpu: 2100n, memory: GIB + 64n * 2n ** 20n },
      limits: { memory: GIB + 64n * 2n ** 20n },
    });
    // Overhead is no limit by itself.
    assert.deepEqual(podAmounts({ containers: [{}], overhead: { cpu: "100m" } }).limits, {});
  });

  it("is limited to what the pod asks for itself, if that is more than the limits that all its containers have", () => {
    const limited = { resources: { limits: { cpu: "50m" } } };
    const own = { requests: { cpu: "1" } };
    assert.deepEqual(podAmounts({ containers: [limited, limited], resources: own }).limits, { cpu: 1000n });
    assert.deepEqual(podAmounts({ containers: [limited], resources: { requests: { cpu: "20m" } } }).limits, { cpu: 50n });
    // A container without a limit leaves the pod without one, and the sum is that of the others.
    assert.deepEqual(podAmounts({ containers: [limited, {}], resources: own }).limits, { cpu: 50n });
    assert.deepEqual(podAmounts({ containers: [], resources: own }), { requests: { cpu: 1000n }, limits: {} });
    assert.deepEqual(podAmounts({ containers: [limited], initContainers: [{}], resources: own }).limits, { cpu: 50n });
    assert.deepEqual(podAmounts({ containers: [limited], resources: { limits: { cpu: "2" } } }).limits, { cpu: 2000n });
    // What the pod says of its own limit stands, and so does what it does not say at all.
    assert.deepEqual(podAmounts({ containers: [limited], resources: { requests: { cpu: "3" }, limits: { cpu: "2" } } }).limits, {
      cpu: 2000n,
    });
    const above = { resources: { requests: { cpu: "60m" }, limits: { cpu: "50m" } } };
    for (const resources of [undefined, {}]) assert.deepEqual(podAmounts({ containers: [above], resources }).limits, { cpu: 50n });
  });

  it("is refused if it is no quantity", () => {
    assert.throws(() => podAmounts({ containers: [{ resources: { requests: { memory: "1GB" } } }] }), /"1GB" is not a Kubernetes quantity/);
  });

  it("adds up as often as it is there", () => {
    fc.assert(
      fc.property(pod, fc.integer({ min: 0, max: 20 }), (each, count) => {
        const { requests } = podAmounts(each);
        assert.deepEqual(
          multiplyAmounts(requests, count)["cpu"] ?? 0n,
          sumAmounts(Array.from({ length: count }, () => requests))["cpu"] ?? 0n,
        );
      }),
    );
  });
});
