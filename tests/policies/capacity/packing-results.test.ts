import assert from "node:assert/strict";
import type { PackPod } from "#af/capacity/packing/model";
import type { Proof } from "#af/capacity/packing/prove";
import type { PackFacility } from "#af/policies/capacity/pack-facility";
import {
  DOMAIN_LABEL,
  domainLosses,
  drains,
  EFFORT,
  everythingPlaced,
  namesIn,
  notSettledIn,
  platformNotSettled,
  platformOf,
  platformWithoutPlace,
  podsWithoutPlace,
  rollouts,
  verdictOn,
  waitingText,
} from "#af/policies/capacity/packing-results";
import { host, HOSTNAME, pod } from "../../capacity/packing/support";
import { usersFitTheHosts } from "#af/policies/quotas/users-fit-the-hosts";
import { saidBy } from "../expect";
import { changed, workload, type Data } from "../manifests";
import { facility, facilityOf, filling, verdict } from "./results";

const cpu = (amount: bigint) => ({ requests: { cpu: amount } });
const names = (verdicts: readonly { readonly pod: PackPod }[]) => verdicts.map((each) => each.pod.name);
/** A proof of which the verdict alone matters. */
const proof = (verdict: Proof["verdict"]): Proof => ({ verdict, pods: [], packings: [] });

/** Six hosts on which nine larger and nine smaller pods do not fit, though their sums do: only a long search excludes it. */
const SIX = Array.from({ length: 6 }, (_, index) => host(`h${index}`, { allocatable: { cpu: 100n, pods: 99n } }));
const HARD = [pod("larger", { ...cpu(36n), count: 9 }), pod("smaller", { ...cpu(30n), count: 9 })];

describe("the platform of a small facility", () => {
  const two = [host("one"), host("two")];

  it("is all that users do not start", () => {
    const pods = [pod("hub"), pod("users")];
    assert.deepEqual(names(platformOf(facility(two, pods, { hub: 0 }), pods).map((each) => ({ pod: each }))), ["hub"]);
  });

  it("has no place where its own pods leave none, and those are named that wait", () => {
    const pods = [pod("many", { ...cpu(2000n), count: 4 }), pod("small", cpu(1000n)), pod("users", { ...cpu(4000n), count: 9 })];
    assert.deepEqual(names(platformWithoutPlace(facility(two, pods, { many: 0, small: 0 }))), ["small"]);
    // Without the users everything has a place; that there is none for these is no finding about the platform.
    assert.deepEqual(platformWithoutPlace(facility(two, pods, { small: 0 })), []);
  });

  it("is not asked about where a proof says that all have a place, or may have one", () => {
    const pods = [pod("many", { ...cpu(2000n), count: 5 })];
    const lost = (verdict: Proof["verdict"], hosts: readonly string[] = []) =>
      names(platformWithoutPlace(facility(two, pods, { many: 0 }), { hosts, asked: pods, proof: proof(verdict) }));
    assert.deepEqual(lost("does not fit"), ["many"]);
    for (const verdict of ["fits", "at risk", "not settled"] as const) assert.deepEqual(lost(verdict), [], verdict);
  });

  it("leaves out workloads that are too large for every host, of each class by itself", () => {
    const pods = [pod("huge", cpu(5000n)), pod("giant", cpu(6000n)), pod("many", { ...cpu(2000n), count: 5 })];
    const left = platformWithoutPlace(facility(two, pods, { huge: 0, giant: 0, many: 0 }));
    assert.deepEqual(names(left), ["many"]);
    assert.equal(left[0]?.waiting, 1);
    // What has a place is not named beside what has none.
    const one = pod("one", { ...cpu(100n), priority: 1 });
    assert.deepEqual(names(platformWithoutPlace(facility(two, [...pods, one], { many: 0, one: 0 }))), ["many"]);
  });

  it("is asked about on the hosts that are left, with the pods that are left", () => {
    const pods = [pod("many", { ...cpu(2000n), count: 3 }), pod("users", { ...cpu(4000n), count: 9 })];
    const whole = facility(two, pods, { many: 0 });
    const without = (hosts: readonly string[], asked = pods) =>
      platformWithoutPlace(whole, { hosts, asked, proof: proof("does not fit") }).map((each) => `${each.waiting} of ${each.pod.count}`);
    assert.deepEqual([without([]), without(["two"])], [[], ["1 of 3"]]);
    assert.deepEqual(without(["two"], [pod("many", { ...cpu(2000n), count: 2 })]), []);
  });

  it("is not settled where the search ends early, unless the proof has said more", () => {
    const hard = facility(SIX, HARD, { larger: 0, smaller: 0 });
    assert.equal(everythingPlaced(hard).verdict, "not settled");
    const open = (verdict: Proof["verdict"], hosts: readonly string[] = []) =>
      names(platformNotSettled(hard, { hosts, asked: HARD, proof: proof(verdict) }));
    for (const verdict of ["not settled", "does not fit"] as const) assert.deepEqual(open(verdict), ["larger", "smaller"]);
    for (const verdict of ["fits", "at risk"] as const) assert.deepEqual(open(verdict), []);
    // One host less is excluded by the sum, and with room to spare a place is found.
    assert.deepEqual(open("does not fit", ["h0"]), []);
    const fewer = [pod("larger", { ...cpu(36n), count: 3 }), pod("smaller", { ...cpu(30n), count: 3 })];
    assert.deepEqual(
      platformNotSettled(facility(SIX, fewer, { larger: 0, smaller: 0 }), { hosts: [], asked: fewer, proof: proof("not settled") }),
      [],
    );
  });

  it("tells those that are not settled from all others", () => {
    const given = everythingPlaced(facility(SIX, HARD));
    const mixed = { ...given, pods: given.pods.map((each, index) => (index === 0 ? { ...each, verdict: "fits" as const } : each)) };
    assert.deepEqual(names(notSettledIn(mixed)), ["smaller"]);
  });

  it("has a verdict by its name and namespace, if the proof is about it", () => {
    const pods = [pod("hub"), pod("hub", { namespace: "other", ...cpu(9000n) })];
    const given = everythingPlaced(facility(two, pods));
    assert.deepEqual(
      [pod("hub"), pod("hub", { namespace: "other" }), pod("nobody")].map((each) => verdictOn(given, each)?.verdict),
      ["fits", "does not fit", undefined],
    );
  });
});

describe("losses in a small facility", () => {
  const domains = ["a", "a", "b", "b"].map((domain, index) => host(`h${index}`, { labels: { [DOMAIN_LABEL]: domain } }));

  it("are at risk without a proof of their own where all hosts are, as long as there is a placement", () => {
    // A small pod on each host keeps the large one out, and a good order places all.
    const risky = [pod("large", cpu(4000n)), pod("small", { ...cpu(100n), count: 2 })];
    const whole = facility(
      domains,
      risky.map((each) => (each.name === "small" ? { ...each, count: 4 } : each)),
    );
    assert.equal(everythingPlaced(whole).verdict, "at risk");
    const atRisk = { verdict: "at risk", pods: [], packings: [] };
    assert.deepEqual(
      domainLosses(whole).map((loss) => loss.proof),
      [atRisk, atRisk],
    );
    assert.deepEqual(
      drains(whole).map(({ loss }) => loss.proof),
      [atRisk],
    );
    // Where there is none, the rest is proved, and the proof names who waits.
    const full = facility(domains, [...risky, pod("filling", { ...cpu(3000n), count: 2 })]);
    assert.equal(everythingPlaced(full).verdict, "at risk");
    assert.deepEqual(
      domainLosses(full).map((loss) => [loss.proof.verdict, loss.proof.pods.length]),
      [
        ["does not fit", 3],
        ["does not fit", 3],
      ],
    );
  });

  it("are proved where all have a place with all hosts", () => {
    const safe = facility(domains, [pod("hub", { count: 4 })]);
    assert.deepEqual(
      domainLosses(safe).map((loss) => [loss.hosts, loss.proof.verdict, names(loss.proof.pods)]),
      [
        [["h0", "h1"], "fits", ["hub"]],
        [["h2", "h3"], "fits", ["hub"]],
      ],
    );
    assert.deepEqual(
      drains(safe).map(({ loss }) => [loss.hosts, loss.same, loss.proof.verdict]),
      [[["h0"], ["h1", "h2", "h3"], "fits"]],
    );
  });

  it("end their search where every search of the packs does", () => {
    const seven = [...SIX, host("h6", { allocatable: { cpu: 100n, pods: 99n }, labels: { [DOMAIN_LABEL]: "b" } })];
    const whole = facility(seven, HARD);
    assert.equal(EFFORT.effort, 200);
    assert.deepEqual(
      domainLosses(whole).map((loss) => loss.proof.verdict),
      ["not settled"],
    );
    assert.ok(drains(whole).some(({ loss }) => loss.proof.verdict === "not settled"));
  });
});

describe("rollouts in a small facility", () => {
  const told = (given: PackFacility) =>
    rollouts(given).map(({ workload, verdict }) => `${workload.pod.name} ${verdict.verdict} of ${verdict.pod.count}`);
  const four = Array.from({ length: 4 }, (_, index) => host(`h${index}`));

  it("are of workloads that bring new pods before old ones end", () => {
    assert.deepEqual(told(facility(four, [pod("hub"), pod("store"), pod("users")], { hub: 1, store: 0 })), ["hub fits of 2"]);
    assert.deepEqual(told(facility(four, [pod("users")])), []);
  });

  it("that do not fit together are tried in halves, and at last alone", () => {
    // Beside d there is room for four halves of a host: for the new pod of a, of b or of c, in a good order, and for two of them never; d has no room for its own.
    const pods = [
      ...["a", "b", "c"].map((name) =>
        pod(name, { ...cpu(2000n), antiAffinity: [{ topologyKey: HOSTNAME, labelSelector: { matchLabels: { app: name } } }] }),
      ),
      pod("d", { ...cpu(4000n), count: 2 }),
    ];
    assert.deepEqual(told(facility(four, pods, { a: 1, b: 1, c: 1, d: 2 })), [
      "a at risk of 2",
      "b at risk of 2",
      "c at risk of 2",
      "d does not fit of 4",
    ]);
  });

  it("of interchangeable pods are tried once for all, by number of pods and of new ones", () => {
    const filling = (name: string, count: number) => pod(name, { ...cpu(4000n), count });
    const pods = [filling("a", 1), filling("b", 1), filling("c", 2)];
    // All four hosts are full: no new pod has a place, of whichever workload.
    assert.deepEqual(told(facility(four, pods, { a: 1, b: 1, c: 2 })), [
      "a does not fit of 2",
      "b does not fit of 2",
      "c does not fit of 4",
    ]);
    const room = [...four, host("h4")];
    // One host is free: one new pod has a place, two have none.
    const verdicts = rollouts(facility(room, pods, { a: 1, b: 1, c: 2 }));
    assert.deepEqual(
      verdicts.map(({ workload, verdict }) => [workload.pod.name, verdict.pod.name, verdict.verdict]),
      [
        ["a", "a", "fits"],
        ["b", "b", "fits"],
        ["c", "c", "does not fit"],
      ],
    );
  });
});

describe("what is told of the packer's results", () => {
  it("names four workloads, and counts the rest", () => {
    const names = (count: number) => namesIn(["a", "b", "c", "d", "e", "f"].slice(0, count).map((name) => verdict(name)));
    assert.equal(names(4), "work/a, work/b, work/c, work/d");
    assert.equal(names(5), "work/a, work/b, work/c, work/d, 1 more");
    assert.equal(names(6), "work/a, work/b, work/c, work/d, 2 more");
  });

  it("counts pods without a place, at least one of a workload that is excluded", () => {
    assert.equal(
      podsWithoutPlace([verdict("a", { waiting: 2 }), verdict("b", { waiting: 0 }), verdict("c", { verdict: "at risk", waiting: 5 })]),
      3,
    );
    assert.equal(waitingText(verdict("a", { waiting: 0 })), "1 of 3 work/a (no room)");
    assert.equal(waitingText(verdict("a", { waiting: 2 })), "2 of 3 work/a (no room)");
  });

  it("names of workloads that compete for room those that wait", () => {
    const said = (...objects: readonly Data[]) => saidBy(usersFitTheHosts, objects).map((text) => text.split(" (")[0]);
    const one = changed(filling("one", 1), ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "18");
    // Four hosts take one of them each, and most pods have a place where the smaller one waits.
    assert.deepEqual(said(filling("many", 4), one), ["no placement on 21 hosts holds 1 of 1 work/one"]);
    assert.deepEqual(said(filling("many", 3), one), []);
  });

  it("tries rollouts at once, and those alone that then have no place", () => {
    const [both, alone] = [
      [filling("a", 2, "Deployment"), filling("b", 1, "Deployment")],
      [filling("a", 4, "Deployment"), workload("StatefulSet")],
    ].map((objects) => rollouts(facilityOf(...objects)).map(({ workload: { pod }, verdict: { verdict } }) => [pod.name, verdict]));
    // Three old pods and one new one fill the four hosts; with both new ones at once one would wait.
    assert.deepEqual(both, [
      ["a", "fits"],
      ["b", "fits"],
    ]);
    assert.deepEqual(alone, [["a", "does not fit"]]);
  });
});
