import assert from "node:assert/strict";
import { smaller } from "#af/capacity/quantity";
import { EPHEMERAL, schedulableHosts, type SiteHost } from "#af/components/nodes/schedulable";
import { ephemeralStorageFitsTheHosts } from "#af/policies/quotas/ephemeral-storage-fits-the-hosts";
import { comparedBy, SITE, siteWith, verdictOn } from "../expect";
import { HUB_STACK } from "../facility-objects";
import { CONTAINER, POD_SPEC, changed, LIMIT_RANGE, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const SPEC = ["spec", "template", "spec"] as const;
const REQUEST = [...SPEC, "containers", 0, "resources", "requests", "ephemeral-storage"] as const;
const SCRATCH = [...SPEC, "volumes", 0, "emptyDir", "sizeLimit"] as const;

const PROGRAM: Data = workload("Deployment", {
  ...POD_SPEC,
  containers: [changed(CONTAINER, ["resources", "requests", "ephemeral-storage"], "1Gi")],
  volumes: [{ name: "scratch", emptyDir: { sizeLimit: "2Gi" } }],
});

export const cases: RuleCases = {
  rule: ephemeralStorageFitsTheHosts,
  passes: [PROGRAM],
  refused: [
    // The smallest disk that a pod may meet has 100 GiB, of which the kubelet keeps a tenth free.
    {
      of: 0,
      at: SCRATCH,
      value: "91Gi",
      path: "spec.template.spec",
      message: /^a pod of .*, on the smallest host that may take it, needs 91Gi ephemeral-storage and has 90Gi: 1Gi too few$/,
    },
    { of: 0, at: REQUEST, value: "91Gi", path: "spec.template.spec", message: /needs 91Gi ephemeral-storage and has 90Gi/ },
    {
      of: 0,
      at: [...SPEC, "containers", 0, "resources", "limits", "ephemeral-storage"],
      value: "1Gi",
      path: "spec.template.spec.volumes",
      message: /^emptyDirs may hold 2Gi, and the kubelet evicts the pod once it has more than 1Gi of ephemeral-storage, its limit$/,
    },
    {
      of: 0,
      at: ["spec", "replicas"],
      value: 1200,
      path: "",
      message: /^the stack with its users needs 2\.9Ti ephemeral-storage of all hosts and has 2\.1Ti: /,
    },
    {
      of: "site",
      at: ["nodes", "r710", "capacity", "ephemeral"],
      value: undefined,
      path: "af:nodes.r710.capacity.ephemeral",
      message: /^undetermined: af:nodes\.r710\.capacity\.ephemeral is not given, so the rule cannot be judged$/,
    },
  ],
  boundary: { of: 0, at: REQUEST, resource: /^ephemeral-storage$/, side: "need" },
  unknown: [
    { of: 0, at: REQUEST, wrong: "much" },
    { of: 0, at: SCRATCH, wrong: "much" },
    { of: 0, at: [...SPEC, "volumes"], wrong: "all" },
  ],
};

describeCases(cases);

describe("disks of hosts", () => {
  const said = (...objects: readonly Data[]) =>
    verdictOn(objects, [ephemeralStorageFitsTheHosts], SITE).findings.map(({ message }) => message);

  const compared = (objects: readonly Data[], site = SITE) => comparedBy(ephemeralStorageFitsTheHosts, objects, site);
  const GI = 2n ** 30n;
  const diskOf = ({ allocatable }: SiteHost) => allocatable[EPHEMERAL] ?? assert.fail();
  const hosts = schedulableHosts(SITE);
  const open = hosts.filter(({ taints }) => taints.length === 0);
  const stack = (need: bigint) =>
    `the stack with its users ${EPHEMERAL} of all hosts: ${need} of ${hosts.map(diskOf).reduce((a, b) => a + b)} bytes`;
  const pod = (need: bigint) =>
    `a pod of program, on the smallest host that may take it, ${EPHEMERAL}: ${need} of ${open.map(diskOf).reduce(smaller)} bytes`;
  const LIMIT = [...SPEC, "containers", 0, "resources", "limits", EPHEMERAL] as const;

  it("hold what a pod asks for or its emptyDirs may hold, whichever is more, in a rollout too", () => {
    // Of one replica a rollout makes a second.
    assert.deepEqual(compared([PROGRAM]), [pod(2n * GI), stack(4n * GI)]);
    assert.deepEqual(compared([changed(PROGRAM, REQUEST, "3Gi")]), [pod(3n * GI), stack(6n * GI)]);
    assert.deepEqual(compared([changed(PROGRAM, LIMIT, "2Gi")]), [
      `the emptyDirs of program limit of ${EPHEMERAL}: ${2n * GI} of ${2n * GI} bytes`,
      pod(2n * GI),
      stack(4n * GI),
    ]);
  });

  it("are compared with no pod that asks for none, whatever its limit", () => {
    const nothing = changed(changed(PROGRAM, SCRATCH, "0"), REQUEST, "0");
    assert.deepEqual(compared([nothing]), [stack(0n)]);
    assert.deepEqual(compared([changed(nothing, LIMIT, "1Gi")]), [stack(0n)]);
  });

  it("are not compared where no host may take the pod, or where a pool does not say what it has", () => {
    const nowhere = changed(PROGRAM, [...SPEC, "nodeSelector"], { "example.org/none": "" });
    assert.deepEqual([compared([nowhere]), said(nowhere)], [[stack(4n * GI)], []]);
    const unsaid = siteWith(["nodes", "r710", "capacity", "ephemeral"], undefined);
    assert.deepEqual(compared([PROGRAM], unsaid), []);
    assert.deepEqual(verdictOn([], [ephemeralStorageFitsTheHosts], unsaid).findings, []);
  });

  it("are not asked for by what lies in memory", () => {
    const inMemory = changed(changed(PROGRAM, SCRATCH, "200Gi"), [...SPEC, "volumes", 0, "emptyDir", "medium"], "Memory");
    assert.deepEqual(said(inMemory), []);
  });

  it("are asked for by what a LimitRange fills in, and its limit holds for emptyDirs too", () => {
    const limited = changed(LIMIT_RANGE, ["spec", "limits", 0, "default", "ephemeral-storage"], "1Gi");
    assert.match(said(PROGRAM, limited).join(), /^emptyDirs may hold 2Gi/);
  });

  it("are asked for by users, all of them at once", () => {
    const each = changed(LIMIT_RANGE, ["spec", "limits", 0, "defaultRequest", "ephemeral-storage"], "50Gi");
    assert.match(
      said(...HUB_STACK.map((object) => (object === LIMIT_RANGE ? each : object))).join(),
      /^the stack with its users needs 3(\.\d)?Ti/,
    );
  });
});
