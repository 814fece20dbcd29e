import assert from "node:assert/strict";
import fc from "fast-check";
import {
  allows,
  blockRun,
  inBlock,
  openPorts,
  type Connection,
  type ContainerPort,
  type Endpoint,
  type NetworkPolicy,
  type PolicyWorld,
} from "#af/policies/model/network-policy";
import { networkPolicyOf } from "#af/policies/model/network-policy-reading";
import { objectsOf } from "#af/policies/model/objects";

type Spec = Readonly<Record<string, unknown>>;

const namespaces = {
  here: { "kubernetes.io/metadata.name": "here", team: "a" },
  there: { "kubernetes.io/metadata.name": "there", team: "b" },
};
const web: readonly ContainerPort[] = [
  { name: "http", port: 8080, protocol: "TCP" },
  { name: "dns", port: 53, protocol: "UDP" },
];
const podAt = (address: string, namespace: string, app: string, ports: readonly ContainerPort[] = []): Endpoint => ({
  address,
  pod: { namespace, labels: { app }, ports },
});
const client = podAt("10.0.0.1", "here", "client");
const server = podAt("10.0.0.2", "here", "server", web);
const stranger = podAt("10.0.0.3", "there", "client");
const host: Endpoint = { address: "192.168.0.7" };
const outside: Endpoint = { address: "203.0.113.9" };

const policy = (spec: Spec, namespace = "here"): NetworkPolicy => {
  const [object] = objectsOf({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace }, spec });
  const read = object && networkPolicyOf(object);
  assert.ok(read);
  return read;
};
const world = (...specs: readonly Spec[]): PolicyWorld => ({ namespaces, policies: specs.map((spec) => policy(spec)) });
const tcp = (from: Endpoint, to: Endpoint, port = 8080): Connection => ({ from, to, port, protocol: "TCP" });

const DENY = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
const SERVER = { podSelector: { matchLabels: { app: "server" } }, policyTypes: ["Ingress"] };
const ingress = (rule: Spec): Spec => ({ ...SERVER, ingress: [rule] });
const egress = (rule: Spec): Spec => ({ podSelector: { matchLabels: { app: "client" } }, policyTypes: ["Egress"], egress: [rule] });

/** Runs are kept by text for good, so a run of these tests in the same process asks about blocks that none asked about before. */
let asked = 0;

/** Each case says what the specification says of one connection under some policies. */
const CASES: readonly (readonly [title: string, specs: readonly Spec[], connection: Connection, allowed: boolean])[] = [
  ["without a policy everything is open", [], tcp(stranger, server), true],
  ["a policy without rules shuts both ways", [DENY], tcp(client, server), false],
  ["a pod reaches itself", [DENY], tcp(server, server), true],
  ["policies do not apply to hosts", [{ ...DENY, policyTypes: ["Egress"] }], tcp(host, server), true],
  ["a host is no pod, so an empty selector does not mean it", [ingress({ from: [{ podSelector: {} }] })], tcp(host, server), false],
  ["a host is one by its address", [ingress({ from: [{ ipBlock: { cidr: "192.168.0.0/16" } }] })], tcp(host, server), true],
  [
    "an exception takes addresses away",
    [ingress({ from: [{ ipBlock: { cidr: "192.168.0.0/16", except: ["192.168.0.0/24"] } }] })],
    tcp(host, server),
    false,
  ],
  ["an address outside of the block is shut", [ingress({ from: [{ ipBlock: { cidr: "192.168.0.0/16" } }] })], tcp(outside, server), false],
  ["an empty rule allows everything", [ingress({})], tcp(outside, server, 1), true],
  ["no rule allows nothing", [SERVER], tcp(client, server), false],
  [
    "pods of the own namespace by their labels",
    [ingress({ from: [{ podSelector: { matchLabels: { app: "client" } } }] })],
    tcp(client, server),
    true,
  ],
  [
    "but not those of another namespace",
    [ingress({ from: [{ podSelector: { matchLabels: { app: "client" } } }] })],
    tcp(stranger, server),
    false,
  ],
  [
    "all pods of a namespace by its labels",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "b" } } }] })],
    tcp(stranger, server),
    true,
  ],
  [
    "a namespace without labels has none, whatever its name is in JavaScript",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { name: "Object" } } }] })],
    tcp(podAt("10.0.0.4", "constructor", "client"), server),
    false,
  ],
  [
    "both selectors of one peer must fit",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "b" } }, podSelector: { matchLabels: { app: "x" } } }] })],
    tcp(stranger, server),
    false,
  ],
  [
    "one of two peers is enough",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "b" } } }, { podSelector: { matchLabels: { app: "x" } } }] })],
    tcp(stranger, server),
    true,
  ],
  [
    "selectors by expression",
    [ingress({ from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["client"] }] } }] })],
    tcp(client, server),
    false,
  ],
  ["the rules of several policies add up", [SERVER, ingress({ from: [{ podSelector: {} }] })], tcp(client, server), true],
  ["a port by number", [ingress({ ports: [{ port: 8080 }] })], tcp(client, server), true],
  ["another port is shut", [ingress({ ports: [{ port: 8081 }] })], tcp(client, server), false],
  ["TCP unless another protocol is given", [ingress({ ports: [{ port: 53 }] })], { ...tcp(client, server, 53), protocol: "UDP" }, false],
  ["UDP where it is given", [ingress({ ports: [{ port: 53, protocol: "UDP" }] })], { ...tcp(client, server, 53), protocol: "UDP" }, true],
  ["a protocol without a port means all its ports", [ingress({ ports: [{ protocol: "TCP" }] })], tcp(client, server, 1), true],
  ["a range includes its ends", [ingress({ ports: [{ port: 8000, endPort: 8080 }] })], tcp(client, server), true],
  ["and nothing behind", [ingress({ ports: [{ port: 8000, endPort: 8079 }] })], tcp(client, server), false],
  ["a port by name is that of the pod", [ingress({ ports: [{ port: "http" }] })], tcp(client, server), true],
  ["a name that the pod does not have is shut", [ingress({ ports: [{ port: "https" }] })], tcp(client, server), false],
  ["a name has its protocol", [ingress({ ports: [{ port: "dns" }] })], { ...tcp(client, server, 53), protocol: "UDP" }, false],
  ["in egress a name is the target's", [egress({ ports: [{ port: "http" }] })], tcp(client, server), true],
  ["and no address outside has names", [egress({ ports: [{ port: "http" }] })], tcp(client, outside), false],
  ["both ends must allow", [SERVER, egress({})], tcp(client, server), false],
  ["egress to an address", [egress({ to: [{ ipBlock: { cidr: "203.0.113.0/24" } }] })], tcp(client, outside), true],
  ["egress to pods shuts addresses", [egress({ to: [{ podSelector: {} }] })], tcp(client, outside), false],
  ["without policyTypes a policy isolates ingress", [{ podSelector: {} }], tcp(client, server), false],
  ["and not egress", [{ podSelector: {} }], tcp(client, outside), true],
  ["unless it has rules of egress", [{ podSelector: {}, egress: [{ ports: [{ port: 1 }] }] }], tcp(client, outside), false],
  [
    "rules of a direction that policyTypes leave out do nothing",
    [{ ...DENY, policyTypes: ["Egress"], ingress: [{ from: [{ podSelector: { matchLabels: { app: "x" } } }] }] }],
    tcp(outside, server),
    true,
  ],
  ["a block of IPv6 holds no address of IPv4", [ingress({ from: [{ ipBlock: { cidr: "::/0" } }] })], tcp(outside, server), false],
];

describe("network policies allow", () => {
  for (const [title, specs, connection, allowed] of CASES)
    it(`${title}: ${allowed ? "open" : "shut"}`, () => assert.equal(allows(world(...specs), connection), allowed));

  it("more, never less, with one more policy for pods that are already isolated", () => {
    const rule = fc.constantFrom<Spec>(
      {},
      { from: [{ podSelector: {} }] },
      { ports: [{ port: 8080 }] },
      { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] },
    );
    const connection = fc.record({ from: fc.constantFrom(client, stranger, host, outside), port: fc.constantFrom(1, 8080) });
    fc.assert(
      fc.property(fc.array(rule), rule, connection, (rules, more, { from, port }) => {
        const before = [SERVER, ...rules.map(ingress)];
        return !allows(world(...before), tcp(from, server, port)) || allows(world(...before, ingress(more)), tcp(from, server, port));
      }),
    );
  });

  it("what the policies of the ends' own namespaces allow, and no other's", () => {
    const of = (namespace: string): PolicyWorld => ({ namespaces, policies: [policy(DENY, namespace)] });
    assert.deepEqual(
      ["here", "there"].map((namespace) => [tcp(client, server), tcp(stranger, outside)].map((each) => allows(of(namespace), each))),
      [
        [false, true],
        [true, false],
      ],
    );
  });

  it("ports: all, none, or those of all rules, of which a name means those of its protocol alone", () => {
    const twice = podAt("10.0.0.4", "here", "server", [...web, { name: "dns", port: 5353, protocol: "TCP" }]);
    const ports = (from: Endpoint, to: Endpoint, ...specs: readonly Spec[]) =>
      (["TCP", "UDP"] as const).map((protocol) => openPorts(world(...specs), from, to)(protocol));
    const every = [[1, 65535]];
    const byName = { ports: [{ port: "dns" }, { port: "dns", protocol: "UDP" }, { port: 80, endPort: 82 }] };
    assert.deepEqual(ports(client, server), [every, every]);
    assert.deepEqual(ports(server, server, DENY), [every, every]);
    assert.deepEqual(ports(client, server, SERVER), [[], []]);
    assert.deepEqual(ports(client, outside, { ...DENY, policyTypes: ["Egress"] }), [[], []]);
    assert.deepEqual(ports(client, twice, ingress(byName)), [
      [
        [80, 82],
        [5353, 5353],
      ],
      [[53, 53]],
    ]);
    assert.deepEqual(ports(client, outside, egress(byName)), [[[80, 82]], []]);
    assert.deepEqual(ports(client, server, ingress({ ports: [{ port: 8080 }] }), egress({ ports: [{ port: 8080, endPort: 8090 }] })), [
      [[8080, 8080]],
      [],
    ]);
  });

  it("what a block holds: from its first address to its last, and none beside them", () => {
    asked += 1;
    const [network, between] = [`10.${asked}.8.0/22`, `10.${asked}.9.77/22`];
    const at = (rest: string) => `10.${asked}.${rest}`;
    for (const block of [network, between])
      assert.deepEqual(
        ["7.255", "8.0", "10.1", "11.255", "12.0"].map((rest) => inBlock(block, at(rest))),
        [false, true, true, true, false],
      );
    assert.deepEqual(blockRun(network), [167772160 + asked * 65536 + 2048, 167772160 + asked * 65536 + 3071]);
    assert.deepEqual(
      ["8.0", "8.1"].map((rest) => inBlock(at("8.0"), at(rest))),
      [true, false],
      "an address without a mask is a block of one",
    );
    for (const [block, held] of [
      ["0.0.0.0/0", true],
      ["255.255.255.255/32", true],
      ["::/0", false],
    ] as const)
      assert.equal(inBlock(block, "255.255.255.255"), held, block);
  });

  it("what a block holds, whatever bits its address has behind the mask", () => {
    const part = fc.nat(255);
    const address = fc.tuple(part, part, part, part).map((parts) => parts.join("."));
    const bits = (text: string) =>
      text
        .split(".")
        .map((byte) => Number(byte).toString(2).padStart(8, "0"))
        .join("");
    fc.assert(
      fc.property(address, address, fc.nat(32), (base, other, mask) => {
        assert.equal(inBlock(`${base}/${mask}`, other), bits(base).slice(0, mask) === bits(other).slice(0, mask));
      }),
    );
  });
});
