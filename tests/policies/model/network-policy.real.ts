import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { allows, type Endpoint, type Protocol } from "#af/policies/model/network-policy";
import { networkPolicyOf } from "#af/policies/model/network-policy-reading";
import { objectsOf } from "#af/policies/model/objects";
import { NETWORK_POLICIES } from "#af/sandbox/tools/tool";
import { requireBuilt } from "../../support/built-program";

type Labels = Readonly<Record<string, string>>;

interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  readonly labels: Labels;
  readonly hostNetwork: boolean;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: Protocol }[];
}

interface Rule {
  readonly peers: readonly object[];
  readonly ports: readonly object[];
}

interface World {
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly pods: readonly Pod[];
  readonly policies: readonly { readonly namespace: string; readonly spec: object }[];
  readonly packets: readonly { readonly from: string; readonly to: string; readonly port: number; readonly protocol: Protocol }[];
}

const NAMESPACES = ["red", "blue"];
const KEYS = ["app", "tier"];
const VALUES = ["a", "b"];
/** Pods, hosts, and addresses that blocks below hold, leave out or end at. */
const OTHERS = ["172.16.0.9", "172.16.0.128", "198.51.100.7", "169.254.169.254"];
const PORTS = [22, 53, 80, 8000, 8080, 8081];
const protocols = fc.constantFrom<Protocol>("TCP", "UDP", "SCTP");

const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 2, noNullPrototype: true });
const requirement = fc.oneof(
  fc.record({ key: fc.constantFrom(...KEYS), operator: fc.constantFrom("Exists", "DoesNotExist") }),
  fc.record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1 }),
  }),
);
const selector = fc.oneof(
  fc.constant({}),
  labels.map((matchLabels) => ({ matchLabels })),
  fc.array(requirement, { minLength: 1, maxLength: 2 }).map((matchExpressions) => ({ matchExpressions })),
);
const block = fc.constantFrom(
  { cidr: "0.0.0.0/0" },
  { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.0.0/16"] },
  { cidr: "10.0.0.0/29" },
  { cidr: "172.16.0.0/24", except: ["172.16.0.128/25"] },
  { cidr: "198.51.100.7/32" },
  { cidr: "10.0.0.2/30" },
  { cidr: "::/0" },
);
const peer = fc.oneof(
  block.map((ipBlock) => ({ ipBlock })),
  selector.map((podSelector) => ({ podSelector })),
  selector.map((namespaceSelector) => ({ namespaceSelector })),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
);
const port = fc.oneof(
  fc.record({ protocol: protocols }),
  fc.record({ protocol: protocols, port: fc.oneof(fc.constantFrom(...PORTS), fc.constantFrom("http", "dns", "none")) }),
  fc.record({ port: fc.constantFrom(...PORTS) }),
  fc
    .record({ protocol: protocols, port: fc.constantFrom(53, 8000), endPort: fc.constantFrom(80, 8000, 8080) })
    .filter((each) => each.endPort >= each.port),
);
const rule: fc.Arbitrary<Rule> = fc.record({ peers: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) });

const spec = fc
  .record({
    podSelector: selector,
    types: fc.constantFrom<readonly string[]>([], ["Ingress"], ["Egress"], ["Ingress", "Egress"]),
    ingress: fc.array(rule, { maxLength: 2 }),
    egress: fc.array(rule, { maxLength: 2 }),
  })
  .map(({ podSelector, types, ingress, egress }) => ({
    podSelector,
    ...(types.length > 0 && { policyTypes: types }),
    ...(ingress.length > 0 && { ingress: ingress.map((each) => written(each, "from")) }),
    ...(egress.length > 0 && { egress: egress.map((each) => written(each, "to")) }),
  }));

/** The API server keeps no empty list. */
function written({ peers, ports }: Rule, side: "from" | "to"): object {
  return { ...(peers.length > 0 && { [side]: peers }), ...(ports.length > 0 && { ports }) };
}

const world: fc.Arbitrary<World> = fc
  .record({
    namespaces: fc.tuple(labels, labels),
    pods: fc.array(
      fc.record({
        namespace: fc.constantFrom(...NAMESPACES),
        labels,
        hostNetwork: fc.boolean(),
        ports: fc.uniqueArray(fc.record({ name: fc.constantFrom("http", "dns"), port: fc.constantFrom(...PORTS), protocol: protocols }), {
          selector: ({ name }) => name,
        }),
      }),
      { minLength: 2, maxLength: 5 },
    ),
    policies: fc.array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), spec }), { maxLength: 4 }),
  })
  .chain(({ namespaces: [red, blue], pods, policies }) => {
    const placed = pods.map((pod, index): Pod => ({
      ...pod,
      name: `pod-${index}`,
      address: `${pod.hostNetwork ? "172.16.0" : "10.0.0"}.${index + 1}`,
    }));
    const addresses = fc.constantFrom(...placed.map(({ address }) => address), ...OTHERS);
    const packet = fc.record({ from: addresses, to: addresses, port: fc.constantFrom(...PORTS), protocol: protocols });
    return fc.record({
      namespaces: fc.constant({
        red: { ...red, "kubernetes.io/metadata.name": "red" },
        blue: { ...blue, "kubernetes.io/metadata.name": "blue" },
      }),
      pods: fc.constant(placed),
      policies: fc.constant(policies),
      // A pod's packets to itself never reach an evaluator in the kernel.
      packets: fc.array(
        packet.filter(({ from, to }) => from !== to),
        { minLength: 10, maxLength: 20 },
      ),
    });
  });

/** What the API server fills in. */
function defaulted(text: string): unknown {
  const policy = JSON.parse(text) as { policyTypes?: unknown; egress?: unknown };
  const types = policy.policyTypes ?? ["Ingress", ...(policy.egress === undefined ? [] : ["Egress"])];
  return JSON.parse(JSON.stringify({ ...policy, policyTypes: types }), (key, value: unknown) =>
    key === "ports" && Array.isArray(value) ? value.map((each: object) => ({ protocol: "TCP", ...each })) : value,
  );
}

function question({ namespaces, pods, policies, packets }: World) {
  return {
    namespaces: Object.entries(namespaces).map(([name, own]) => ({ metadata: { name, labels: own } })),
    pods: pods.map(({ name, namespace, address, labels: own, hostNetwork, ports }) => ({
      metadata: { name, namespace, labels: own },
      spec: {
        nodeName: "host",
        hostNetwork,
        containers: [{ name: "main", ports: ports.map(({ port: containerPort, ...rest }) => ({ ...rest, containerPort })) }],
      },
      status: { phase: "Running", podIPs: [{ ip: address }] },
    })),
    policies: policies.map(({ namespace, spec: own }, index) => ({
      metadata: { name: `policy-${index}`, namespace },
      spec: defaulted(JSON.stringify(own)),
    })),
    packets,
  };
}

function ours({ namespaces, pods, policies, packets }: World): readonly boolean[] {
  const read = policies.flatMap(({ namespace, spec: own }, index) =>
    objectsOf({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `policy-${index}`, namespace },
      spec: own,
    }).flatMap((object) => networkPolicyOf(object) ?? []),
  );
  const endAt = (address: string): Endpoint => {
    const pod = pods.find((each) => each.address === address && !each.hostNetwork);
    return { address, ...(pod && { pod }) };
  };
  return packets.map(({ from, to, port: number, protocol }) =>
    allows({ namespaces, policies: read }, { from: endAt(from), to: endAt(to), port: number, protocol }),
  );
}

/** How many clusters are made up. The evaluator is asked once about all of them. */
const WORLDS = 1500;

describe("verdicts about connections", function () {
  this.timeout(900_000);
  let program = "";

  before(async function () {
    program = await requireBuilt(this, NETWORK_POLICIES);
  });

  const asked = (worlds: readonly World[]): readonly (readonly boolean[])[] => {
    const { stdout, stderr, status } = spawnSync(program, {
      input: JSON.stringify(worlds.map(question)),
      encoding: "utf8",
      maxBuffer: 1e9,
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as readonly (readonly boolean[])[];
  };

  it("are those of kube-network-policies, on generated policies", () => {
    const worlds = fc.sample(world, WORLDS);
    const theirs = asked(worlds);
    let [open, shut] = [0, 0];
    worlds.forEach((each, index) => {
      const verdicts = ours(each);
      verdicts.forEach((verdict, packet) => {
        if (verdict) open++;
        else shut++;
        const told = JSON.stringify({ ...each, packets: [each.packets[packet]] }, null, 1);
        assert.equal(
          verdict,
          theirs[index]?.[packet],
          `kube-network-policies says ${theirs[index]?.[packet]}, this project ${verdict}:\n${told}`,
        );
      });
    });
    console.log(`      ${worlds.length} clusters, ${open} connections open, ${shut} shut`);
    assert.ok(open > 1000 && shut > 1000, `${open} open, ${shut} shut`);
  });
});
