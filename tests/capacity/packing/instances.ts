import fc from "fast-check";
import type { HostPort, LabelSelector, PackHost, PackPod, PodAffinityTerm, SpreadConstraint } from "#af/capacity/packing/model";

/** A small instance: hosts with room for a few pods. */
export interface Instance {
  readonly hosts: readonly PackHost[];
  readonly pods: readonly PackPod[];
}

const ZONE = "zone";
export const HOSTNAME = "kubernetes.io/hostname";

const app = fc.constantFrom("a", "b");
const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { weight: 6, arbitrary: app.map((value) => ({ matchLabels: { app: value } })) },
  { weight: 1, arbitrary: fc.constant({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["a"] }] }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const topologyKey = fc.constantFrom(HOSTNAME, ZONE);
const amount = (max: number) => fc.integer({ min: 0, max }).map(BigInt);
const room = fc.integer({ min: 2, max: 8 }).map(BigInt);
const term: fc.Arbitrary<PodAffinityTerm> = fc.record(
  { labelSelector: selector, topologyKey, namespaces: fc.constantFrom(["tenant"], ["af", "tenant"]) },
  { requiredKeys: ["labelSelector", "topologyKey"] },
);
const spread: fc.Arbitrary<SpreadConstraint> = fc.record(
  {
    maxSkew: fc.integer({ min: 1, max: 2 }),
    topologyKey,
    whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"),
    labelSelector: selector,
    minDomains: fc.integer({ min: 1, max: 3 }),
    nodeAffinityPolicy: fc.constantFrom("Honor", "Ignore"),
    nodeTaintsPolicy: fc.constantFrom("Honor", "Ignore"),
  },
  { requiredKeys: ["maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector"] },
);
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 3 });
const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.integer({ min: 0, max: 5 }).chain((draw) => (draw === 0 ? value : fc.constant(undefined)));

const host: fc.Arbitrary<PackHost> = fc
  .record({
    zone: rarely(fc.constantFrom("east", "west")),
    use: fc.constantFrom("users", "ceph"),
    tainted: seldom(fc.constant([{ key: "cache", effect: "NoSchedule" }])),
    allocatable: fc.record({ cpu: room, memory: room, pods: fc.constantFrom(2n, 4n, 9n) }),
    // May ask for more than the host has.
    daemon: seldom(fc.record({ cpu: amount(4), memory: amount(4) })),
  })
  .map(({ zone, use, tainted = [], allocatable, daemon }) => ({
    name: "",
    labels: { use, ...(zone && { [ZONE]: zone }) },
    taints: tainted,
    allocatable,
    standing: daemon ? [{ namespace: "kube-system", name: "agent", count: 1, requests: daemon, labels: { app: "a" } }] : [],
  }));

const hostPort: fc.Arbitrary<HostPort> = fc.record(
  { port: fc.constant(443), protocol: fc.constantFrom("TCP", "UDP"), ip: fc.constantFrom("10.0.0.1", "10.0.0.2", "0.0.0.0") },
  { requiredKeys: ["port"] },
);

/** Room, selectors, taints, volumes and ports; placing a pod never opens a host. */
const plain = {
  namespace: fc.constantFrom("af", "af", "tenant"),
  count: fc.integer({ min: 1, max: 2 }),
  requests: fc.record({ cpu: amount(3), memory: amount(3) }),
  use: seldom(fc.constantFrom("users", "ceph")),
  tolerant: fc.boolean(),
  port: seldom(hostPort),
  volume: seldom(fc.constant({ key: ZONE, operator: "In", values: ["east"] })),
  priority: fc.constantFrom(0, 0, 0, 100, 1000),
  never: fc.boolean(),
  app,
};
const related = { affinity: seldom(term), antiAffinity: rarely(term), spread: rarely(spread) };
const unrelated = { affinity: fc.constant(undefined), antiAffinity: fc.constant(undefined), spread: fc.constant(undefined) };

const podOf = (relations: typeof related | typeof unrelated): fc.Arbitrary<PackPod> =>
  fc
    .record({ ...plain, ...relations })
    .map(({ namespace, count, requests, use, tolerant, port, volume, priority, never, app: label, ...terms }) => ({
      namespace,
      name: "",
      count,
      requests,
      labels: { app: label },
      placement: { ...(use && { nodeSelector: { use } }), ...(tolerant && { tolerations: [{ key: "cache", operator: "Exists" }] }) },
      ...(port && { hostPorts: [port] }),
      ...(volume && { volumes: [[{ matchExpressions: [volume] }]] }),
      priority,
      ...(never && { preemptionPolicy: "Never" as const }),
      ...(terms.affinity && { affinity: [terms.affinity] }),
      ...(terms.antiAffinity && { antiAffinity: [terms.antiAffinity] }),
      ...(terms.spread && { spread: [terms.spread] }),
    }));

/** Few hosts, many priorities, and pods that have to be near each other, so that evictions decide. */
const contender: fc.Arbitrary<PackPod> = fc
  .record({
    count: plain.count,
    priority: fc.constantFrom(0, 50, 100),
    app,
    near: seldom(fc.record({ labelSelector: selector, topologyKey })),
    apart: seldom(term),
  })
  .map(({ count, priority, app: label, near, apart }) => ({
    namespace: "af",
    name: "",
    count,
    priority,
    requests: { cpu: 1n },
    labels: { app: label },
    ...(near && { affinity: [near] }),
    ...(apart && { antiAffinity: [apart] }),
  }));

const PODS = { plain: podOf(unrelated), related: podOf(related), contended: contender };

/** Instances without constraints between pods, instances with them, and instances where evictions decide. */
export function instances(kind: keyof typeof PODS, size: { readonly hosts: number; readonly pods: number }): fc.Arbitrary<Instance> {
  return fc
    .record({
      hosts: fc.array(host, { minLength: 1, maxLength: size.hosts }),
      pods: fc.array(PODS[kind], { minLength: 1, maxLength: size.pods }),
    })
    .map(({ hosts, pods }) => ({
      hosts: hosts.map((each, index) => ({ ...each, name: `h${index}`, labels: { ...each.labels, [HOSTNAME]: `h${index}` } })),
      pods: pods.map((each, index) => ({ ...each, name: `p${index}` })),
    }));
}
