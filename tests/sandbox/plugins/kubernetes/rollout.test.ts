import assert from "node:assert/strict";
import {
  daemonSetProgress,
  deploymentProgress,
  jobProgress,
  podProgress,
  quotaProgress,
  statefulSetProgress,
  volumeProgress,
} from "#af/sandbox/plugins/kubernetes/rollout";
import type { JsonObject } from "#af/sandbox/plugins/properties";

type Rule = (object: JsonObject) => ReturnType<typeof podProgress>;
const of = (spec: JsonObject, status: JsonObject, generation = 2): JsonObject => ({ metadata: { generation }, spec, status });
const available = [{ type: "Available", status: "True" }];

const cases: readonly (readonly [name: string, rule: Rule, object: JsonObject, expected: "ready" | "failed" | RegExp])[] = [
  ["a Deployment that is not seen yet", deploymentProgress, of({}, {}), /generation 2 \(has seen none\)/],
  ["a Deployment of an earlier generation", deploymentProgress, of({}, { observedGeneration: 1 }), /has seen 1/],
  [
    "a rolled out Deployment",
    deploymentProgress,
    of({ replicas: 2 }, { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, conditions: available }),
    "ready",
  ],
  ["a Deployment of nothing", deploymentProgress, of({ replicas: 0 }, { observedGeneration: 2, conditions: available }), "ready"],
  [
    "a Deployment that lacks a replica",
    deploymentProgress,
    of({ replicas: 2 }, { observedGeneration: 2, updatedReplicas: 2, readyReplicas: 1, conditions: available }),
    /2 ready replicas \(has 1\)/,
  ],
  [
    "a Deployment with old replicas",
    deploymentProgress,
    of({}, { observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 1, conditions: available }),
    /1 replicas of the previous version to end/,
  ],
  [
    "a Deployment beyond its quota",
    deploymentProgress,
    of({}, { observedGeneration: 2, conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: cpu" }] }),
    /ReplicaFailure is True: exceeded quota: cpu/,
  ],
  [
    "a StatefulSet that is ready",
    statefulSetProgress,
    of({}, { observedGeneration: 2, readyReplicas: 1, currentRevision: "a", updateRevision: "a" }),
    "ready",
  ],
  [
    "a StatefulSet in the middle of an update",
    statefulSetProgress,
    of({}, { observedGeneration: 2, readyReplicas: 1, currentRevision: "a", updateRevision: "b" }),
    /1 updated replicas \(has 0\)/,
  ],
  [
    "a StatefulSet that updates on deletion",
    statefulSetProgress,
    of({ updateStrategy: { type: "OnDelete" } }, { observedGeneration: 2, readyReplicas: 1, currentRevision: "a", updateRevision: "b" }),
    "ready",
  ],
  ["a DaemonSet without nodes", daemonSetProgress, of({}, { observedGeneration: 2 }), "ready"],
  [
    "a DaemonSet that is not everywhere",
    daemonSetProgress,
    of({}, { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 2 }),
    /3 ready replicas \(has 2\)/,
  ],
  ["a complete Job", jobProgress, of({}, { conditions: [{ type: "Complete", status: "True" }] }), "ready"],
  ["a suspended Job", jobProgress, of({ suspend: true }, {}), "ready"],
  ["a running Job", jobProgress, of({ completions: 2 }, { succeeded: 1 }), /1 of 2 pods succeeded/],
  ["a failed Job", jobProgress, of({}, { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] }), "failed"],
  ["a ready Pod", podProgress, of({}, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] }), "ready"],
  ["a Pod that is done", podProgress, of({}, { phase: "Succeeded" }), "ready"],
  ["a failed Pod", podProgress, of({}, { phase: "Failed" }), "failed"],
  [
    "a Pod that no node takes",
    podProgress,
    of(
      {},
      {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "False", message: "0/18 nodes are available: 18 Insufficient cpu." }],
      },
    ),
    /not placed on a node: 0\/18 nodes are available: 18 Insufficient cpu\./,
  ],
  [
    "a Pod without its image",
    podProgress,
    of(
      {},
      {
        phase: "Pending",
        containerStatuses: [{ name: "hub", state: { waiting: { reason: "ImagePullBackOff", message: "no such tag" } } }],
      },
    ),
    /container hub: ImagePullBackOff, no such tag/,
  ],
  ["a bound volume", volumeProgress, of({}, { phase: "Bound" }), "ready"],
  ["a new volume", volumeProgress, of({}, {}), /is not seen yet/],
  ["a quota in force", quotaProgress, of({ hard: { cpu: "1" } }, { hard: { cpu: "1" } }), "ready"],
  ["a quota of another size", quotaProgress, of({ hard: { cpu: "2", pods: "3" } }, { hard: { cpu: "1", pods: "3" } }), /take up cpu$/],
];

describe("readiness", () => {
  for (const [name, rule, object, expected] of cases) {
    it(`of ${name}`, () => {
      const progress = rule(object);
      if (expected instanceof RegExp) assert.match(progress.kind === "waiting" ? progress.for.join("; ") : progress.kind, expected);
      else assert.equal(progress.kind, expected);
    });
  }
});
