import assert from "node:assert/strict";
import { SOURCE_ANNOTATION } from "#af/sandbox/charts/crds";
import { summaryOf, requestOf, type Observed } from "#af/sandbox/report/summary";
import { report, type ReportContext } from "#af/sandbox/report/report";
import { object } from "../controller/builders";

const hosts = [
  { name: "worker-1", pool: "workers", controlPlane: false, cpu: 4, memory: 2 ** 34 },
  { name: "worker-2", pool: "workers", controlPlane: false, cpu: 4, memory: 2 ** 34 },
];
const node = (name: string): ReturnType<typeof object> =>
  object("v1", "Node", name, { status: { allocatable: { cpu: "4", memory: "16Gi" }, conditions: [{ type: "Ready", status: "True" }] } });
const container = (cpu: string, memory: string, rest: object = {}): object => ({ resources: { requests: { cpu, memory } }, ...rest });
const placed = object("v1", "Pod", "hub-1", {
  metadata: { namespace: "hub" },
  spec: { nodeName: "worker-1", containers: [container("1", "2Gi"), container("500m", "2Gi")] },
  status: { phase: "Running" },
});
const waiting = object("v1", "Pod", "giant", {
  metadata: { namespace: "hub" },
  spec: { containers: [container("64", "1Gi")] },
  status: {
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available: 2 Insufficient cpu." }],
  },
});
const ended = object("v1", "Pod", "check", {
  spec: { nodeName: "worker-1", containers: [container("4", "1Gi")] },
  status: { phase: "Succeeded" },
});
const balancer = (name: string, address?: string): ReturnType<typeof object> =>
  object("v1", "Service", name, {
    spec: { type: "LoadBalancer", ports: [{ port: 80 }, { port: 443 }] },
    status: address === undefined ? {} : { loadBalancer: { ingress: [{ ip: address }] } },
  });
const lonely = balancer("lonely");
const event = (reason: string, message: string, involvedObject: object, more: object = {}): ReturnType<typeof object> =>
  object("v1", "Event", "e", { reason, message, involvedObject, lastTimestamp: "2026-01-01T00:00:00Z", ...more });
const observed: Observed = {
  nodes: hosts.map(({ name }) => node(name)),
  pods: [placed, waiting, ended],
  events: [
    event("AllocationFailed", "192.0.2.1 is in none of the pools", { kind: "Service", uid: lonely.metadata.uid }),
    // The server lists events by name: neither the last one nor a note about what went well is the reason.
    event("AllocationFailed", "no available IPs", { kind: "Service", uid: lonely.metadata.uid }, { lastTimestamp: "2025-01-01T00:00:00Z" }),
    event(
      "ClearAssignment",
      "will attempt",
      { kind: "Service", uid: lonely.metadata.uid },
      { type: "Normal", lastTimestamp: "2027-01-01T00:00:00Z" },
    ),
    event("FailedCreate", 'Error creating: pods "x" is forbidden: exceeded quota: hub', {
      kind: "ReplicaSet",
      namespace: "hub",
      name: "proxy-5d",
    }),
  ],
  controllers: [
    object("apps/v1", "ReplicaSet", "proxy-5d", { metadata: { namespace: "hub" }, spec: { replicas: 1 }, status: { replicas: 0 } }),
  ],
  services: [balancer("web", "192.0.2.7"), lonely],
  definitions: [object("v1", "CustomResourceDefinition", "c", { metadata: { annotations: { [SOURCE_ANNOTATION]: "permissive" } } })],
};
const around: ReportContext = {
  site: "somewhere",
  kubeconfig: "/k",
  logs: "/l",
  cell: "",
  plugins: [
    { name: "kubernetes", kind: "resource", source: "stand-in" },
    { name: "random", kind: "resource", source: "official" },
  ],
  versions: { etcd: "v3.6.16", pulumi: "v3.259.0", kwok: "v0.8.0" },
  kubectl: true,
  live: false,
  hands: [],
};

describe("the closing report", () => {
  const text = report(summaryOf(hosts, observed), around);

  it("says how full each host is; a pod that has ended takes no room", () => {
    assert.match(text, /2 hosts, 2 ready; 2 pods, 1 placed/);
    assert.match(text, /workers +worker-1 +ready +1\.5 \/ 4\.0 +38 % +4\.0 \/ 16\.0 +25 %/);
    assert.match(text, /worker-2 +ready +0\.0 \/ 4\.0/);
  });

  it("counts pods by namespace and pool", () => {
    assert.match(text, /PODS OF +workers +pending +all\nhub +1 +1 +2/);
  });

  it("names what has no host, with the scheduler's own reason, and what may not even be created", () => {
    assert.match(text, /PENDING \(1\)\n {2}hub\/giant\n {6}0\/2 nodes are available: 2 Insufficient cpu\./);
    assert.match(text, /NOT CREATED \(1\)\n {2}ReplicaSet hub\/proxy-5d\n {6}pods "x" is forbidden: exceeded quota: hub/);
  });

  it("forgets a refusal once its owner has all of its pods or is gone, and not before", () => {
    const cases: readonly (readonly [kind: string, more: object, whole: boolean])[] = [
      ["DaemonSet", { status: { desiredNumberScheduled: 10, currentNumberScheduled: 10 } }, true],
      ["DaemonSet", { status: { desiredNumberScheduled: 10, currentNumberScheduled: 9 } }, false],
      ["DaemonSet", {}, false],
      ["ReplicaSet", { spec: { replicas: 2 }, status: { replicas: 2 } }, true],
      ["ReplicaSet", { spec: { replicas: 2 }, status: { replicas: 1 } }, false],
      ["ReplicaSet", { spec: { replicas: 0 }, status: { replicas: 0 } }, true],
      ["StatefulSet", { spec: { replicas: 1 }, status: { replicas: 0 } }, false],
      ["Job", { status: { active: 1 } }, true],
      ["Job", { status: { succeeded: 1 } }, true],
      ["Job", { status: {} }, false],
      ["Job", { spec: { parallelism: 2 }, status: { active: 1 } }, false],
    ];
    for (const [kind, more, whole] of cases) {
      const owner = object(kind === "Job" ? "batch/v1" : "apps/v1", kind, "x", { metadata: { namespace: "hub" }, ...more });
      const events = [event("FailedCreate", "Error creating: conflict", { kind, namespace: "hub", name: "x" })];
      const { refused } = summaryOf(hosts, { ...observed, events, controllers: [owner] });
      assert.equal(refused.length, whole ? 0 : 1, JSON.stringify([kind, more]));
      assert.equal(summaryOf(hosts, { ...observed, events, controllers: [] }).refused.length, 0, `${kind} that is gone`);
    }
  });

  it("tells what hands have done only where they have done anything", () => {
    assert.doesNotMatch(text, /BY HAND/);
    const hands = [{ kind: "gone", object: "Service hub/proxy", fields: [], by: [], because: "" }] as const;
    assert.match(report(summaryOf(hosts, observed), { ...around, hands }), /\n\nBY HAND \(1\): [^]*Service hub\/proxy\n\nLOAD BALANCER/);
  });

  it("names the addresses, and why there is none", () => {
    assert.match(text, /default\/web +192\.0\.2\.7 +80, 443/);
    assert.match(text, /default\/lonely +pending: 192\.0\.2\.1 is in none of the pools/);
  });

  it("says what is real and what is a stand-in", () => {
    assert.match(text, /Real: etcd v3\.6\.16, pulumi v3\.259\.0; Pulumi plugins random\./);
    assert.match(text, /Stand-ins: [\s\S]*Pulumi plugins kubernetes\./);
    assert.match(text, /1 custom resource definitions are permissive ones: no field is checked/);
    assert.match(report(summaryOf(hosts, observed), { ...around, cell: "no network cell (x)" }), /Note: no network cell \(x\)\./);
  });

  it("says where to look and how to end it", () => {
    assert.match(text, /npm run sandbox -- exec somewhere -- kubectl get pods -A/);
    assert.match(report(summaryOf(hosts, observed), { ...around, kubectl: false }), /npm run sandbox -- exec somewhere -- helm list -A/);
    assert.match(text, /kubeconfig \/k[\s\S]*logs +\/l[\s\S]*npm run sandbox -- down somewhere/);
  });

  it("says so when every pod has a host, and when a host is missing", () => {
    const calm = report(summaryOf(hosts, { ...observed, pods: [placed], events: [], nodes: [node("worker-1")] }), around);
    assert.match(calm, /Every pod has a host\./);
    assert.match(calm, /worker-2 +NOT READY/);
  });
});

describe("parts of the report", () => {
  it("count a pod as the scheduler does: init containers one after the other, sidecars with all", () => {
    const pod = object("v1", "Pod", "p", {
      spec: {
        initContainers: [container("100m", "1Gi", { restartPolicy: "Always" }), container("2", "1Gi")],
        containers: [container("500m", "1Gi"), container("250m", "1Gi")],
      },
    });
    assert.equal(requestOf(pod, "cpu"), 2_100);
    assert.equal(requestOf(pod, "memory"), 3 * 2 ** 30);
  });
});
