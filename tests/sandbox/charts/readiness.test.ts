import assert from "node:assert/strict";
import { notReady } from "#af/sandbox/charts/readiness";
import { object } from "../controller/builders";

const deployment = (status: object, replicas = 2): ReturnType<typeof object> =>
  object("apps/v1", "Deployment", "d", { spec: { replicas }, status });

describe("readiness, by the rules of helm --wait", () => {
  const cases: readonly [what: string, kind: string, object: ReturnType<typeof object> | undefined, expected: RegExp | undefined][] = [
    ["a missing object", "Deployment", undefined, /^Deployment d does not exist$/],
    ["a Deployment that its controller has not seen", "Deployment", deployment({}), /has not been looked at yet/],
    [
      "a Deployment with too few pods",
      "Deployment",
      deployment({ observedGeneration: 1, readyReplicas: 1, updatedReplicas: 2 }),
      /1 of 2 pods ready/,
    ],
    [
      "a Deployment whose ready pods are old ones",
      "Deployment",
      deployment({ observedGeneration: 1, readyReplicas: 2, updatedReplicas: 1 }),
      /1 of 2/,
    ],
    ["a Deployment that runs", "Deployment", deployment({ observedGeneration: 1, readyReplicas: 2, updatedReplicas: 2 }), undefined],
    ["a Deployment scaled to nothing", "Deployment", deployment({ observedGeneration: 1 }, 0), undefined],
    [
      "a DaemonSet that misses a node",
      "DaemonSet",
      object("apps/v1", "DaemonSet", "d", { status: { observedGeneration: 1, desiredNumberScheduled: 3, numberReady: 2 } }),
      /2 of 3/,
    ],
    ["a Job that runs", "Job", object("batch/v1", "Job", "d", { spec: { completions: 1 }, status: {} }), /has not ended/],
    ["a Job that has ended", "Job", object("batch/v1", "Job", "d", { spec: { completions: 1 }, status: { succeeded: 1 } }), undefined],
    [
      "a claim without a volume",
      "PersistentVolumeClaim",
      object("v1", "PersistentVolumeClaim", "d", { status: { phase: "Pending" } }),
      /is Pending/,
    ],
    [
      "a load balancer without an address",
      "Service",
      object("v1", "Service", "d", { spec: { type: "LoadBalancer" }, status: {} }),
      /has no address/,
    ],
    ["a Service of another type", "Service", object("v1", "Service", "d", { spec: { type: "ClusterIP" } }), undefined],
  ];
  for (const [what, kind, found, expected] of cases) {
    it(`of ${what}`, () => {
      const said = notReady({ apiVersion: "v1", kind, metadata: { name: "d", namespace: "default" } }, found);
      if (expected === undefined) assert.equal(said, undefined);
      else assert.match(said ?? "", expected);
    });
  }
});
