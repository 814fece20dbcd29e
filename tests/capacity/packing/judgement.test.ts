import assert from "node:assert/strict";
import { analyse, classGroupOf } from "#af/capacity/packing/class-groups";
import { isLeftByARun, judgeGroup, type ClassFinding } from "#af/capacity/packing/judgement";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { packingProblemOf } from "#af/capacity/packing/problem";
import { app, host, HOSTNAME, pod } from "./support";

const cpu = (amount: bigint, count = 1): Partial<PackPod> => ({ requests: { cpu: amount }, count });
const sized = (...amounts: readonly bigint[]) =>
  amounts.map((amount, index) => host(`h${index}`, { allocatable: { cpu: amount, pods: 9n } }));
const steps = (of: readonly (readonly [number, number])[] | undefined) => of?.map((step) => step.join(" on ")).join(", ");

/** What is found out about the first class, and a placement of its group. */
function judged(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  limit = 1000,
): readonly [finding: string, placement: string | undefined] {
  const analysed = analyse(packingProblemOf(hosts, pods));
  const { findings, packing } = judgeGroup(analysed, classGroupOf(analysed, 0), [0], limit);
  return [told(findings.get(0)), steps(packing)];
}

function told(finding: ClassFinding | undefined): string {
  switch (finding?.kind) {
    case "excluded":
      return `excluded by ${finding.shortage?.of ?? "search"}: ${steps(finding.best)}`;
    case "order fails":
      return `fails: ${steps(finding.order)}`;
    case "neither found nor excluded":
      return `open: ${steps(finding.best)}`;
    default:
      return String(finding?.kind);
  }
}

describe("a judgement of a group", () => {
  it("shows the first of the runs that leave the fewest over, among those that last", () => {
    const pods = (changes: Partial<PackPod>) => [pod("a", { ...cpu(500n), priority: 5, ...changes }), pod("b", cpu(900n))];
    // Whichever comes first keeps the other out; the urgent one comes first.
    assert.deepEqual(judged(sized(1000n), pods({ preemptionPolicy: "Never" })), ["excluded by cpu: 0 on 0", undefined]);
    // The larger one first leaves one over, the urgent ones first leave one too, which is larger.
    assert.deepEqual(
      judged(sized(1000n), [pod("a", { ...cpu(300n, 3), priority: 5, preemptionPolicy: "Never" }), pod("b", cpu(900n))])[0],
      "excluded by places: 0 on 0, 0 on 0, 0 on 0",
    );
    assert.deepEqual(
      judged(sized(1000n), [pod("a", cpu(900n)), pod("b", { ...cpu(300n, 3), preemptionPolicy: "Never", priority: 1 })])[0],
      "excluded by places: 1 on 0, 1 on 0, 1 on 0",
    );
  });

  it("shows no run that leaves a pod which would evict others, if another lasts", () => {
    const on = (...values: readonly string[]) => ({
      placement: { requiredTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: "In", values }] }] },
    });
    const pods = [
      pod("a", { ...cpu(500n), priority: 5 }),
      pod("b", { ...cpu(300n, 3), ...on("h0") }),
      pod("c", { ...cpu(500n), ...on("h1"), priority: 10 }),
    ];
    // Placed last, `a` alone would be left, but evicts.
    const analysed = analyse(packingProblemOf(sized(1000n, 500n), pods));
    const { findings } = judgeGroup(analysed, classGroupOf(analysed, 1), [1], 1000);
    assert.equal(told(findings.get(1)), "excluded by places: 2 on 1, 0 on 0, 1 on 0");
  });

  it("shows a run that does not last if none does", () => {
    const near = [{ labelSelector: app("c"), topologyKey: HOSTNAME }];
    const pods = [pod("a", { ...cpu(500n), priority: 5, affinity: near }), pod("b", cpu(900n)), pod("c", { ...cpu(100n), priority: 5 })];
    const analysed = analyse(packingProblemOf(sized(1000n), pods));
    const { findings } = judgeGroup(analysed, classGroupOf(analysed, 1), [1], 1000);
    assert.equal(told(findings.get(1)), "excluded by places: 2 on 0, 1 on 0");
  });

  it("shows the nearest to what the scheduler does, if all runs place all pods", () => {
    assert.deepEqual(judged(sized(1000n, 2000n), [pod("a", cpu(500n)), pod("b", cpu(400n))]), ["fits", "0 on 1, 1 on 1"]);
  });

  it("excludes by search, or says that it gave up", () => {
    const pods = [pod("a", cpu(40n, 2)), pod("b", cpu(15n, 2)), pod("c", cpu(40n, 3))];
    const odd = [pod("a", cpu(45n)), pod("b", cpu(25n, 4)), pod("c", { ...cpu(25n, 4), priority: 1, preemptionPolicy: "Never" })];
    assert.match(judged(sized(90n, 75n, 90n), odd, 1000)[0], /^excluded by search: /);
    assert.match(judged(sized(90n, 75n, 90n), odd, 50)[0], /^open: /);
    assert.match(judged(sized(75n, 90n, 70n), pods)[0], /^excluded by /);
  });

  it("shows an order that keeps a pod waiting, from the runs or from the search", () => {
    assert.deepEqual(judged(sized(1000n), [pod("a", cpu(500n)), pod("b", { ...cpu(300n), priority: 3 }), pod("c", cpu(200n))])[0], "fits");
    assert.deepEqual(judged(sized(1000n, 1000n), [pod("a", cpu(900n)), pod("b", cpu(200n, 2))]), [
      "fails: 1 on 0, 1 on 1",
      "0 on 0, 1 on 1, 1 on 1",
    ]);
  });

  it("gives up where a constraint makes too many states, after a limit that is told", () => {
    const near = [{ labelSelector: app("b"), topologyKey: HOSTNAME }];
    const pods = [pod("a", { ...cpu(100n, 4), affinity: near }), pod("b", cpu(100n, 4))];
    assert.equal(judged(sized(1000n, 1000n), pods, 10)[0], "not proven");
    assert.equal(judged(sized(1000n, 1000n), pods, 100_000)[0], "fits");
  });

  it("knows quickly of a class that some run leaves waiting", () => {
    const left = (pods: readonly PackPod[], limit = 1000) => {
      const analysed = analyse(packingProblemOf(sized(1000n, 1000n), pods));
      return isLeftByARun(analysed, classGroupOf(analysed, 0), 0, limit);
    };
    assert.ok(left([pod("a", cpu(900n)), pod("b", cpu(200n, 2))]));
    assert.ok(!left([pod("a", cpu(900n)), pod("b", cpu(200n, 2))], 0));
    assert.ok(!left([pod("a", cpu(800n)), pod("b", cpu(200n, 2))]));
    assert.ok(!left([pod("a", { ...cpu(900n), priority: 1 }), pod("b", cpu(200n, 2))]));
    assert.ok(left([pod("a", cpu(1100n))]));
  });

  describe("where relations of pods count", () => {
    const near = (name: string) => ({ affinity: [{ labelSelector: app(name), topologyKey: HOSTNAME }] });
    const apart = (name: string) => ({
      spread: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" as const, labelSelector: app(name) }],
    });
    const zoned = (...hosts: readonly (readonly [zone: string, amount: bigint])[]) =>
      hosts.map(([zone, amount], index) => host(`h${index}`, { labels: { zone }, allocatable: { cpu: amount, pods: 9n } }));
    const of = (name: string, amount: bigint, count: number, more: Partial<PackPod> = {}) => pod(name, { ...cpu(amount, count), ...more });

    it("excludes what no placement holds even without them, and what none holds with them", () => {
      // The sums fit: the first fails by its sizes alone, the second because the host of b has no room for a.
      const sizes = [of("a", 3n, 2, near("c")), of("b", 5n, 3, near("a")), of("c", 5n, 1)];
      assert.match(judged(sized(7n, 11n, 10n), sizes)[0], /^excluded by search: /);
      const kept = [of("a", 500n, 1, near("b")), of("b", 900n, 1, { placement: { nodeSelector: { [HOSTNAME]: "h0" } } })];
      assert.match(judged(sized(1000n, 1000n), kept)[0], /^excluded by search: /);
    });

    it("finds a placement that no simple order comes to, and an order that keeps a pod waiting", () => {
      const cases: readonly (readonly [hosts: readonly PackHost[], pods: readonly PackPod[], ...of: ReturnType<typeof judged>])[] = [
        [
          sized(12n, 8n, 11n),
          [of("a", 2n, 3, near("b")), of("b", 3n, 1), of("c", 7n, 2)],
          "fails: 2 on 0, 2 on 2, 1 on 1, 0 on 1, 0 on 1",
          "1 on 0, 0 on 0, 0 on 0, 0 on 0, 2 on 1, 2 on 2",
        ],
        [sized(11n, 9n), [of("a", 2n, 3), of("b", 2n, 1), of("c", 6n, 1, near("b"))], "fits", "0 on 0, 0 on 0, 0 on 0, 1 on 1, 2 on 1"],
        [
          zoned(["e", 11n], ["w", 6n], ["e", 6n]),
          [of("a", 2n, 3, apart("a")), of("b", 6n, 1), of("c", 5n, 1)],
          "fails: 1 on 0, 2 on 1, 0 on 2",
          "0 on 0, 0 on 1, 0 on 0, 1 on 0, 2 on 2",
        ],
        [
          sized(10n, 10n),
          [of("a", 2n, 2, near("a")), of("b", 2n, 2), of("c", 6n, 1)],
          "fails: 0 on 0, 1 on 0, 1 on 1, 2 on 0",
          "2 on 0, 0 on 1, 0 on 1, 1 on 1, 1 on 0",
        ],
        [
          sized(7n, 8n),
          [of("a", 5n, 1), of("b", 2n, 2), of("c", 3n, 1)],
          "fails: 2 on 0, 1 on 1, 1 on 1",
          "0 on 1, 2 on 0, 1 on 0, 1 on 1",
        ],
      ];
      for (const [hosts, pods, ...expected] of cases) assert.deepEqual(judged(hosts, pods), expected);
    });

    it("fills each domain of a spread constraint, for the skew keeps the class out of the others then", () => {
      const orders = [9n, 11n].map((west) => {
        const hosts = zoned(["e", 20n], ["w", west], ["e", 8n]);
        const analysed = analyse(packingProblemOf(hosts, [of("a", 2n, 2, apart("a")), of("b", 2n, 4)]));
        const group = classGroupOf(analysed, 0);
        const { findings } = judgeGroup(analysed, group, [0], 1000);
        return [isLeftByARun(analysed, group, 0, 1000), told(findings.get(0))];
      });
      // Neither the tightest host nor the roomiest is in the west: it is full only if it is filled first.
      assert.deepEqual(orders[0], [true, "fails: 1 on 1, 1 on 1, 1 on 1, 1 on 1, 0 on 0"]);
      assert.equal(orders[1]?.[0], false);
    });
  });
});
