import assert from "node:assert/strict";
import type { PackHost, PackPod } from "../../../capacity/packing/model";
import { prove } from "../../../capacity/packing/prove";
import { changesThatHelp, describeChange } from "../../../capacity/packing/remedy";
import { host, pod, users, workedExample } from "./support";

function changes(hosts: readonly PackHost[], pods: readonly PackPod[], poolLabel: string): readonly string[] {
  return changesThatHelp(hosts, pods, prove(hosts, pods), { poolLabel }).map(describeChange);
}

describe("changes that help", () => {
  it("names each smallest one, the smallest kind first", () => {
    assert.deepEqual(changes(workedExample(), [users(98)], "model"), [
      "2 fewer of af/users: 96 instead of 98",
      "2Gi memory more in each host of pool x2200-24",
      "1 more host like 1u-0 in pool 1u",
      "1 more host like 4u-0 in pool 4u",
      "1 more host like r710-0 in pool r710",
      "1 more host like x2200-24-0 in pool x2200-24",
      "1 more host like x2200-32-0 in pool x2200-32",
    ]);
  });

  it("finds a missing toleration and a missing label", () => {
    const cache = host("cache", { labels: { pool: "cache" }, taints: [{ key: "cache", effect: "NoSchedule" }] });
    assert.equal(changes([cache], [pod("xcache")], "pool")[0], "let af/xcache tolerate cache, so that it may use pool cache");
    const selecting = pod("hub", { placement: { nodeSelector: { use: "hub" } } });
    assert.equal(
      changes([host("one", { labels: { pool: "core" } })], [selecting], "pool")[0],
      "label pool core with use=hub, so that af/hub may use it",
    );
  });

  it("has nothing to say where all fits, or nothing helps", () => {
    assert.deepEqual(changes([host("one")], [pod("hub")], "pool"), []);
    const nowhere = pod("hub", { placement: { nodeName: "elsewhere" } });
    assert.deepEqual(changes([host("one")], [nowhere], "pool"), ["1 fewer of af/hub: 0 instead of 1"]);
  });
});
