import assert from "node:assert/strict";
import fc from "fast-check";
import type { Kubernetes } from "#af/components/site/settings";
import { podKind, type Flow, type PodKind } from "#af/components/tenancy/flows";
import { networkEnds, type EndFacts, type NetworkEnd } from "#af/policies/model/network-ends";
import { inBlock, type NetworkPolicy } from "#af/policies/model/network-policy";
import { readSite } from "#af/stacks/site/read";

const kubernetes: Kubernetes = {
  ...readSite("unl").site.kubernetes,
  ...{ podCidr: "10.244.0.0/16", serviceCidr: "10.96.0.0/12", hostCidrs: ["172.16.0.0/16", "192.0.2.0/24"] },
};
const okd: Kubernetes = { ...kubernetes, kind: "okd" };
const door = { kind: "outside", name: "door", addresses: ["198.51.100.1", "10.9.9.9"] } as const;
const hub: PodKind = {
  ...podKind("hub", "hub", { app: "hub" }),
  ...{
    further: { release: "own" },
    listens: [
      { port: 8081, name: "http" },
      { port: 53, protocol: "UDP" },
      { port: [6800, 7568], name: "many" },
    ],
  },
};
const users = podKind("hub", "users", { app: "users" });
const flow = (from: Flow["from"], to: Flow["to"]): Flow => ({ from, to, ports: [] });

const facts = (given: Partial<EndFacts> = {}): EndFacts => ({
  ...{ kubernetes, pods: [hub, users], namespaceOf: ({ role }) => `of-${role}`, flows: [], policies: [] },
  ...given,
});
const policy = (cidr: string, ...except: readonly string[]): NetworkPolicy => {
  const rule = { peers: [{ podSelector: {} }, { ipBlock: { cidr, except } }], ports: [] };
  return { namespace: "x", name: "x", podSelector: {}, ingress: [rule], egress: undefined };
};
const isPod = ({ endpoint }: NetworkEnd) => endpoint.pod !== undefined;
const addressesOf = (given: Partial<EndFacts> = {}) => networkEnds(facts(given))[0].filter((end) => !isPod(end));
/** Kind and name of each end of one kind, by its address. */
const named = (given: Partial<EndFacts> = {}) =>
  Object.fromEntries(
    addressesOf(given).map(({ kind, name, endpoint: { address } }) => [address, kind === name ? kind : `${kind}: ${name}`]),
  );
const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

describe("ends of connections that are pods", () => {
  it("are each kind of the facility with its labels and its ports, the DNS, and other pods, in a namespace each", () => {
    const [sources] = networkEnds(facts());
    assert.deepEqual(sources.filter(isPod), [
      {
        ...{ kind: "pods", name: "hub", pods: hub },
        endpoint: {
          address: "10.244.0.2",
          pod: {
            namespace: "of-hub",
            labels: { app: "hub", release: "own" },
            ports: [
              { name: "http", port: 8081, protocol: "TCP" },
              { port: 53, protocol: "UDP" },
            ],
          },
        },
      },
      {
        ...{ kind: "pods", name: "users", pods: users },
        endpoint: { address: "10.244.0.4", pod: { namespace: "of-hub", labels: { app: "users" }, ports: [] } },
      },
      { kind: "dns pods", name: "DNS", endpoint: { address: "10.244.0.6", pod: { namespace: "kube-system", labels: {}, ports: [] } } },
      {
        kind: "other pods",
        name: "other pods",
        endpoint: { address: "10.244.0.10", pod: { namespace: "default", labels: {}, ports: [] } },
      },
    ]);
  });

  it("are those of the router too where the cluster has one", () => {
    const ends = (kind: Kubernetes) => networkEnds(facts({ kubernetes: kind }))[0].filter(isPod);
    assert.deepEqual(
      ends(okd).map(({ kind, name, endpoint: { pod } }) => [kind, name, pod?.namespace]),
      [
        ["pods", "hub", "of-hub"],
        ["pods", "users", "of-hub"],
        ["dns pods", "DNS", "openshift-dns"],
        ["router pods", "router", "router"],
        ["other pods", "other pods", "default"],
      ],
    );
  });

  it("have another address as a target, for two pods of one kind are two; addresses are the same", () => {
    for (const cluster of [kubernetes, okd, { ...kubernetes, podCidr: "10.128.0.0/14" }]) {
      const [sources, targets] = networkEnds(facts({ kubernetes: cluster }));
      assert.deepEqual(
        sources.filter((end) => !isPod(end)),
        targets.filter((end) => !isPod(end)),
      );
      const all = [...sources, ...targets].filter(isPod).map(({ endpoint: { address } }) => address);
      assert.equal(new Set(all).size, all.length);
      assert.ok(all.every((address) => inBlock(cluster.podCidr, address)));
      const [first] = targets;
      assert.deepEqual({ ...first, endpoint: undefined }, { ...sources[0], endpoint: undefined });
      assert.equal(number(first?.endpoint.address ?? ""), number(sources[0]?.endpoint.address ?? "") + 1);
    }
  });
});

describe("ends of connections that are addresses", () => {
  it("are one for each run between the networks that a site tells apart, without pods and loopback", () => {
    assert.deepEqual(named(), {
      "0.0.0.0": "internet: Internet",
      "10.0.0.0": "private: campus",
      "10.96.0.0": "services: Services",
      "10.112.0.0": "private: campus",
      "10.245.0.0": "private: campus",
      "11.0.0.0": "internet: Internet",
      "100.64.0.0": "private: campus",
      "100.128.0.0": "internet: Internet",
      "128.0.0.0": "internet: Internet",
      "169.254.0.0": "link-local",
      "169.254.20.10": "node-local DNS",
      "169.254.20.11": "link-local",
      "169.254.169.254": "metadata",
      "169.254.169.255": "link-local",
      "169.255.0.0": "internet: Internet",
      "172.16.0.0": "hosts",
      "172.17.0.0": "private: campus",
      "172.32.0.0": "internet: Internet",
      "192.0.2.0": "hosts",
      "192.0.3.0": "internet: Internet",
      "192.168.0.0": "private: campus",
      "192.169.0.0": "internet: Internet",
    });
  });

  it("are the named ones of flows too, at either end, and what lies behind each", () => {
    for (const flows of [[flow("hub", door)], [flow(door, "hub"), flow("anywhere", hub), flow(users, "dns")]]) {
      const all = named({ flows });
      assert.equal(Object.keys(all).length, Object.keys(named()).length + 4);
      assert.deepEqual(
        ["10.9.9.9", "10.9.9.10", "198.51.100.1", "198.51.100.2"].map((address) => all[address]),
        ["named: door", "private: campus", "named: door", "internet: Internet"],
      );
    }
    // An address of a host is one of a host, whatever name a site gives it.
    const host = { ...door, addresses: ["172.16.0.9"] };
    assert.equal(named({ flows: [flow("hub", host)] })["172.16.0.9"], "hosts");
  });

  it("are told apart by the blocks of all policies and by what these leave out, and not by blocks of IPv6", () => {
    const added = (...policies: readonly NetworkPolicy[]) => Object.keys(named({ policies })).filter((address) => !(address in named()));
    assert.deepEqual(added(policy("0.0.0.0/0", "203.0.113.0/24"), policy("198.51.100.0/25")), [
      ...["198.51.100.0", "198.51.100.128", "203.0.113.0", "203.0.114.0"],
    ]);
    const { ingress, ...rest } = policy("8.8.8.8/32");
    assert.deepEqual(added({ ...rest, ingress: undefined, egress: ingress }), ["8.8.8.8", "8.8.8.9"]);
    assert.deepEqual(added(policy("255.255.255.255/32")), ["255.255.255.255"]);
    assert.deepEqual(added(policy("::/0", "2001:db8::/32"), policy("10.244.3.0/24"), policy("127.0.0.1/32")), []);
  });

  it("stand for every address: none differs for a policy or a network from the end before it", () => {
    const part = fc.nat(255);
    const address = fc.tuple(part, part, part, part).map((parts) => parts.join("."));
    const block = fc.tuple(address, fc.nat(32)).map(([base, bits]) => `${base}/${bits}`);
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), address, ([cidr = "", ...except], any) => {
        fc.pre(!inBlock(kubernetes.podCidr, any) && !inBlock("127.0.0.0/8", any));
        const ends = addressesOf({ policies: [policy(cidr, ...except)] });
        const before = ends.filter(({ endpoint }) => number(endpoint.address) <= number(any)).at(-1) ?? assert.fail();
        for (const each of [cidr, ...except, kubernetes.serviceCidr, ...kubernetes.hostCidrs, "10.0.0.0/8", "100.64.0.0/10"])
          assert.equal(inBlock(each, before.endpoint.address), inBlock(each, any), `${each}: ${before.endpoint.address} and ${any}`);
      }),
    );
  });
});
