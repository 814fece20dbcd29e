import assert from "node:assert/strict";
import { EVENT_LABEL } from "#af/components/hub/placeholders";
import { usersFitTheHosts } from "#af/policies/quotas/users-fit-the-hosts";
import { HUB_STACK, USER_VALUES } from "../facility-objects";
import { comparedBy, saidBy, SITE, verdictOn } from "../expect";
import { changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";
import { HARD_TO_PLACE, racksOf } from "./packed";

const PROFILE = [...USER_VALUES, "profileList", 0, "kubespawner_override"] as const;
const LARGE = [...USER_VALUES, "profileList", 1, "kubespawner_override"] as const;

export const cases: RuleCases = {
  rule: usersFitTheHosts,
  passes: HUB_STACK,
  refused: [
    {
      of: 3,
      at: [...PROFILE, "mem_guarantee"],
      value: "32G",
      path: "spec.values.singleuser.profileList[0].kubespawner_override",
      message: /^small needs 52 pods at once beside everything else and has \d+: \d+ too few$/,
    },
    {
      of: 3,
      at: ["spec", "values", "scheduling", "userScheduler"],
      value: { enabled: true, replicas: 5, resources: { requests: { cpu: "20", memory: "1Gi" } } },
      path: "",
      message: /^no placement on 21 hosts holds 1 of 5 work\/user-scheduler \(0\/21 nodes are available: .*17 Insufficient cpu/,
    },
  ],
  boundary: {
    of: "site",
    at: ["hub", "users", "concurrent"],
    resource: /^pods at once/,
    side: "need",
    // Eight users have the other profile.
    write: (amount) => Number(amount) + 8,
  },
  unknown: [
    { of: 3, at: [...PROFILE, "cpu_guarantee"], wrong: "half" },
    { of: 3, at: [...USER_VALUES, "extraPodConfig", "priorityClassName"], wrong: 5 },
  ],
};

describeCases(cases);

describe("users-fit-the-hosts, where the search ends early", () => {
  it("says that it is not settled, and says nothing with room to spare", () => {
    const { findings } = verdictOn(HARD_TO_PLACE, [usersFitTheHosts], racksOf(13));
    assert.deepEqual(
      findings.map(({ rule, enforcement, path, message }) => [rule, enforcement, path, message]),
      [
        [
          "users-fit-the-hosts",
          "mandatory",
          "",
          "not settled: the search ended before it found or excluded a place for work/larger, work/smaller",
        ],
      ],
    );
    assert.deepEqual(verdictOn(HARD_TO_PLACE, [usersFitTheHosts], racksOf(14)).findings, []);
  });
});

describe("users-fit-the-hosts, by what it has looked at", () => {
  const checked = (...objects: readonly Data[]) => verdictOn(objects, [usersFitTheHosts]).checked[usersFitTheHosts.name];

  it("says nothing of a stack that runs no pod, and judges one in which no user can start any", () => {
    assert.deepEqual([checked(), checked(workload("Deployment"))], [0, 1]);
  });
});

describe("users-fit-the-hosts, by the pods that it compares", () => {
  const compared = (objects: readonly Data[], site = SITE) =>
    comparedBy(usersFitTheHosts, objects, site).map((text) => text.replace(" pods at once beside everything else", ""));
  /** Pods that keep places for users, each with this request. */
  const held = (name: string, cpu: string, replicas = 1) =>
    [
      [["metadata"], { name, namespace: "work", labels: { [EVENT_LABEL]: "school" } }] as const,
      [["spec", "replicas"], replicas] as const,
      [["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], cpu] as const,
    ].reduce((object, [steps, value]) => changed(object, steps, value), workload("Deployment"));

  it("compares the profile that most users choose alone, wherever it stands in the list", () => {
    assert.deepEqual(compared(HUB_STACK), ["small: 52 of 176 count"]);
    const turned = changed(SITE, ["hub", "profiles", 1, "atOnce"], 40) as unknown as typeof SITE;
    assert.deepEqual(compared(HUB_STACK, turned), ["large: 40 of 47 count"]);
  });

  it("compares what keeps places for users where it has none by itself, and says nothing of what has one", () => {
    assert.deepEqual(compared([held("room", "1"), held("giant", "100", 2)]), ["giant: 2 of 0 count"]);
    assert.deepEqual(compared([held("room", "1")]), []);
    assert.deepEqual(compared([held("full", "20", 5)]), ["full: 5 of 4 count"]);
    // No server has a place beside the giant, so that the servers of the profile alone tell of all others.
    const vast = HUB_STACK.map((object, index) => (index === 3 ? changed(object, [...LARGE, "cpu_guarantee"], 100) : object));
    assert.deepEqual(
      compared(vast).map((text) => text.split(":")[0]),
      ["small"],
    );
  });

  it("compares nothing about which the search ended early, and all else", () => {
    assert.deepEqual(compared([...HARD_TO_PLACE, held("giant", "100")], racksOf(13)), ["giant: 1 of 0 count"]);
    const hard = HUB_STACK.map((object, index) =>
      index === 3 ? changed(changed(object, [...PROFILE, "cpu_guarantee"], 3.6), [...LARGE, "cpu_guarantee"], 3) : object,
    );
    const expecting = (hosts: number) =>
      changed(changed(racksOf(hosts), ["hub", "users", "concurrent"], 36), ["hub", "profiles", 1, "atOnce"], 18) as unknown as typeof SITE;
    assert.deepEqual(compared(hard, expecting(13)), []);
    assert.match(
      saidBy(usersFitTheHosts, hard, expecting(13)).join("\n"),
      /^not settled: .* work\/(small, work\/large|large, work\/small)$/,
    );
    assert.deepEqual(
      compared(hard, expecting(14)).map((text) => text.split(" ")[0]),
      ["small:"],
    );
  });

  it("names the object of the platform that has no place", () => {
    const large = changed(workload("StatefulSet"), ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "20");
    const one = { ...large, metadata: { name: "one", namespace: "work" } };
    const many = changed({ ...large, metadata: { name: "many", namespace: "work" } }, ["spec", "replicas"], 5);
    const { findings } = verdictOn([workload("Deployment"), many], [usersFitTheHosts]);
    assert.deepEqual(
      findings.map(({ object, path }) => [object.name, path]),
      [["many", ""]],
    );
    assert.deepEqual(verdictOn([workload("Deployment"), one], [usersFitTheHosts]).findings, []);
  });
});
