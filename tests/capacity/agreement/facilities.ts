import fc from "fast-check";
import type { HostPort, LabelSelector, PackHost, PackPod, PodAffinityTerm, SpreadConstraint } from "#af/capacity/packing/model";
import type { NodeSelectorTerm, Requirement, Taint, Toleration } from "#af/capacity/placement";

/** Hosts, and pods that are to run on them. */
export interface Facility {
  readonly hosts: readonly PackHost[];
  readonly pods: readonly PackPod[];
}

export const NAMESPACES = ["af", "tenant"] as const;

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
const GPU = "nvidia.com/gpu";
const GIBIBYTE = 2n ** 30n;

/** Drawn once in so many times; else undefined. */
const oneIn = <T>(parts: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.integer({ min: 1, max: parts }).chain((draw) => (draw === 1 ? value : fc.constant(undefined)));

const amounts = (cpu: readonly bigint[], memory: readonly bigint[]) =>
  fc.record({ cpu: fc.constantFrom(...cpu), memory: fc.constantFrom(...memory).map((gibibytes) => gibibytes * GIBIBYTE) });

const taint: fc.Arbitrary<Taint> = fc.record({
  key: fc.constantFrom("cache", "gpu"),
  value: fc.constantFrom("true", "only"),
  effect: fc.constantFrom("NoSchedule", "NoSchedule", "NoExecute", "PreferNoSchedule"),
});

const toleration: fc.Arbitrary<Toleration> = fc.constantFrom(
  { operator: "Exists" },
  { key: "cache", operator: "Exists" },
  { key: "cache", operator: "Equal", value: "true", effect: "NoSchedule" },
  { key: "gpu", value: "only" },
  { key: "gpu", operator: "Exists", effect: "NoExecute" },
);

const requirement: fc.Arbitrary<Requirement> = fc.constantFrom(
  { key: "use", operator: "In", values: ["users", "services"] },
  { key: "use", operator: "NotIn", values: ["ceph"] },
  { key: ZONE, operator: "Exists" },
  { key: ZONE, operator: "DoesNotExist" },
  { key: "generation", operator: "Gt", values: ["10"] },
  { key: "generation", operator: "Lt", values: ["14"] },
);
const labelled: fc.Arbitrary<NodeSelectorTerm> = fc.record({ matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) });
const named: fc.Arbitrary<NodeSelectorTerm> = fc.record(
  {
    matchFields: fc.tuple(
      fc.record({
        key: fc.constant("metadata.name"),
        operator: fc.constantFrom("In", "In", "NotIn"),
        values: fc.constantFrom(["h0"], ["h1"], ["h5"]),
      }),
    ),
    matchExpressions: fc.tuple(requirement),
  },
  { requiredKeys: ["matchFields"] },
);
const terms: fc.Arbitrary<readonly NodeSelectorTerm[]> = fc.oneof(
  { weight: 2, arbitrary: fc.array(labelled, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(named, labelled), { minLength: 1, maxLength: 2 }) },
);

const APPS = ["hub", "dask", "agent"] as const;
const app = fc.constantFrom(...APPS);
const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  { weight: 4, arbitrary: app.map((name) => ({ matchLabels: { app: name } })) },
  { weight: 1, arbitrary: fc.constant({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["agent"] }] }) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const topologyKey = fc.constantFrom(HOSTNAME, ZONE);
const podTerm: fc.Arbitrary<PodAffinityTerm> = fc.record(
  { labelSelector: selector, topologyKey, namespaces: fc.constantFrom(["tenant"], ["af", "tenant"]) },
  { requiredKeys: ["labelSelector", "topologyKey"] },
);
const podTerms = fc.array(podTerm, { minLength: 1, maxLength: 2 });
const spread: fc.Arbitrary<SpreadConstraint> = fc
  .record({
    maxSkew: fc.integer({ min: 1, max: 2 }),
    topologyKey,
    labelSelector: selector,
    wished: oneIn(5, fc.constant(true)),
    minDomains: oneIn(4, fc.integer({ min: 1, max: 3 })),
    nodeAffinityPolicy: oneIn(3, fc.constantFrom("Honor", "Ignore")),
    nodeTaintsPolicy: oneIn(3, fc.constantFrom("Honor", "Ignore")),
  })
  .map(({ wished, minDomains, ...constraint }) =>
    given({
      ...constraint,
      whenUnsatisfiable: wished ? ("ScheduleAnyway" as const) : ("DoNotSchedule" as const),
      // The API server takes it with DoNotSchedule only.
      minDomains: wished ? undefined : minDomains,
    }),
  );
const hostPort: fc.Arbitrary<HostPort> = fc.record(
  { port: fc.constantFrom(443, 8443), protocol: fc.constantFrom("TCP", "UDP"), ip: fc.constantFrom("10.0.0.1", "10.0.0.2") },
  { requiredKeys: ["port"] },
);

/** Where volumes can be used that are bound already. */
export const VOLUMES: readonly (readonly NodeSelectorTerm[])[] = [
  [{ matchExpressions: [{ key: ZONE, operator: "In", values: ["east", "north"] }] }],
  [
    { matchExpressions: [{ key: HOSTNAME, operator: "In", values: ["h0"] }] },
    {
      matchExpressions: [
        { key: "use", operator: "Exists" },
        { key: "generation", operator: "Gt", values: ["9"] },
      ],
    },
  ],
];

/** A budget whose pods the scheduler spares as long as it can choose other victims. */
export const SPARED = { namespace: "af", labels: { app: APPS[0] } };

const host: fc.Arbitrary<PackHost> = fc
  .record({
    zone: fc.constantFrom("east", "west", "north", undefined, "east", "west"),
    use: fc.constantFrom("users", "services", "ceph", undefined),
    generation: fc.integer({ min: 8, max: 16 }),
    taint: oneIn(5, taint),
    room: amounts([2000n, 4000n, 8000n], [4n, 8n, 16n]),
    pods: fc.constantFrom(3n, 6n, 20n),
    gpus: oneIn(3, fc.constantFrom(1n, 2n)),
    // May ask for more than the host has.
    agent: oneIn(4, amounts([100n, 500n, 2500n], [1n])),
  })
  .map(({ zone, use, generation, taint: own, room, pods, gpus, agent }) => ({
    name: "",
    labels: { generation: String(generation), ...(zone && { [ZONE]: zone }), ...(use && { use }) },
    taints: own ? [own] : [],
    allocatable: { ...room, pods, ...(gpus && { [GPU]: gpus }) },
    ...(agent && { standing: [{ namespace: "af", name: "agent", count: 1, requests: agent, labels: { app: "agent" } }] }),
  }));

/** What the workloads of one facility ask for often: what is asked for rarely hardly ever decides. */
const EMPHASES = ["room", "placement", "volumes", "ports", "relations", "spread"] as const;
type Emphasis = (typeof EMPHASES)[number];

const workload = (emphasis: Emphasis): fc.Arbitrary<PackPod> => {
  const often = <T>(emphasised: Emphasis, value: fc.Arbitrary<T>) => oneIn(emphasis === emphasised ? 3 : 24, value);
  const large = emphasis === "room" ? [2000n, 3500n] : [];
  return fc
    .record({
      namespace: fc.constantFrom(...NAMESPACES, "af"),
      count: fc.integer({ min: 1, max: 4 }),
      requests: amounts([0n, 500n, 500n, 1000n, ...large], [0n, 1n, 1n, 2n, ...(emphasis === "room" ? [3n] : [])]),
      gpus: often("room", oneIn(3, fc.constant(1n))),
      app,
      use: often("spread", fc.constantFrom("users", "services", "ceph")),
      requiredTerms: often("placement", terms),
      tolerations: oneIn(2, fc.array(toleration, { minLength: 1, maxLength: 2 })),
      volumes: often("volumes", fc.uniqueArray(fc.constantFrom(...VOLUMES), { minLength: 1, maxLength: 2 })),
      hostPorts: often("ports", fc.tuple(hostPort)),
      affinity: often("relations", podTerms),
      antiAffinity: often("relations", podTerms),
      spread: often("spread", fc.uniqueArray(spread, { minLength: 1, maxLength: 2, selector: keyOfSpread })),
      priority: oneIn(2, fc.constantFrom(100, 1000)),
      preemptionPolicy: oneIn(4, fc.constant("Never" as const)),
    })
    .map(({ requests, gpus, app: label, use, requiredTerms, tolerations, ...rest }) => ({
      ...given(rest),
      name: "",
      requests: { ...requests, ...(gpus && { [GPU]: gpus }) },
      labels: { app: label },
      placement: given({ nodeSelector: use && { use }, requiredTerms, tolerations }),
    }));
};

type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } & T;

/** The same without what was not drawn. */
function given<T extends object>(drawn: T): Given<T> {
  return Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** The API server refuses two constraints of one topology and one `whenUnsatisfiable`. */
function keyOfSpread({ topologyKey: key, whenUnsatisfiable }: SpreadConstraint): string {
  return `${key} ${whenUnsatisfiable}`;
}

/** 2 to 8 hosts, 3 to 14 pods. */
const facilities: fc.Arbitrary<Facility> = fc
  .record({
    hosts: fc.array(host, { minLength: 2, maxLength: 8 }),
    pods: fc.constantFrom(...EMPHASES).chain((emphasis) => fc.array(workload(emphasis), { minLength: 1, maxLength: 7 })),
  })
  .filter(({ pods }) => {
    const count = pods.reduce((sum, each) => sum + each.count, 0);
    return count >= 3 && count <= 14;
  })
  .map(({ hosts, pods }) => ({
    hosts: hosts.map((each, index) => ({ ...each, name: `h${index}`, labels: { ...each.labels, [HOSTNAME]: `h${index}` } })),
    pods: pods.map((each, index) => ({ ...each, name: `p${index}` })),
  }));

/** The facility of a seed: the same on every machine. */
export function facilityOf(seed: number): Facility {
  const [facility] = fc.sample(facilities, { seed, numRuns: 1 });
  if (!facility) throw new Error(`nothing was drawn with seed ${seed}`);
  return facility;
}
