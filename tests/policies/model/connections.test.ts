import assert from "node:assert/strict";
import { clusterFacts } from "#af/components/tenancy/cluster";
import { podKind, type Flow } from "#af/components/tenancy/flows";
import { connectionsOf, deafPorts, namespaceLabels, networkPoliciesOf } from "#af/policies/model/connections";
import { nameOfEnd } from "#af/policies/model/flow-table";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { portsText } from "#af/policies/model/port-set";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { siteWith } from "../expect";
import { DEFAULT_DENY, changed, type Data } from "../manifests";

const unl = readSite("unl");
const okd = readSite("fnal");

const objects = (...manifests: readonly Data[]): readonly KubernetesObject[] => manifests.flatMap((manifest) => objectsOf(manifest));
const namespace = (name: string, role?: string): Data => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { team: name, ...(role !== undefined && { "analysis-facility/role": role }) } },
});
const HUB = namespace("hub", "hub");
const release = (chart: Data, values: Data = {}): Data => ({
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "own", namespace: "hub" },
  spec: { chart: { spec: chart }, values },
});
const policy = (name: string, spec: Data): Data =>
  changed(changed(DEFAULT_DENY, ["metadata"], { name, namespace: "hub" }), ["spec"], { podSelector: {}, ...spec });

/** Ports between two ends by their names, for people. */
function between(site: Site, manifests: readonly Data[], which: "open" | "listed") {
  const { reaches } = connectionsOf(objects(...manifests), site);
  return (from: string, to: string): string =>
    reaches
      .filter((reach) => nameOfEnd(reach.from) === from && nameOfEnd(reach.to) === to && reach[which].length > 0)
      .map((reach) => `${reach.protocol} ${portsText(reach[which])}`)
      .filter((text, index, all) => all.indexOf(text) === index)
      .join("; ");
}

type Case = readonly [from: string, to: string, ports: string];

/** Each case says what the flows of a site list from one end to another; nothing where the text is empty. */
const LISTED: readonly (readonly [site: Site, roles: readonly string[], cases: readonly Case[]])[] = [
  [
    unl,
    ["hub", "data", "batch"],
    [
      // What is open to the world is open to addresses and to pods of others, not to pods of the facility.
      ["Internet", "hub/proxy", "TCP 8000, 8443"],
      ["other pods", "hub/proxy", "TCP 8000, 8443"],
      ["hub/hub-check", "hub/proxy", "TCP 8443"],
      ["hub/user-scheduler", "hub/proxy", ""],
      ["data/xcache", "hub/proxy", ""],
      ["hub/hub", "hub/users", "TCP 8888"],
      ["hub/users", "hub/hub", "TCP 8081"],
      ["hub/users", "hub/users", ""],
      // The API server is on hosts.
      ["hub/hub", "hosts", "TCP 6443"],
      ["hub/users", "hosts", ""],
      ["hosts", "hub/hub", ""],
      // Outside are addresses that belong neither to the cluster nor to its hosts; the Internet is what is public of them.
      ["hub/hub", "Internet", "TCP 443"],
      ["hub/hub", "campus", "TCP 443"],
      ["hub/hub", "door door01.example.edu of tier2", "TCP 443"],
      ["hub/hub", "metadata", ""],
      ["hub/hub", "Services", ""],
      ["hub/hub", "other pods", ""],
      ["data/xcache", "campus", "TCP 1094; UDP 9930-9931"],
      ["data/xcache", "Internet", "TCP 80, 443, 1024-65535; UDP 9930-9931"],
      ["data/xcache", "door door01.example.edu of tier2", "TCP 80, 443, 1024-65535; UDP 9930-9931"],
      ["hub/users", "door door01.example.edu of tier2", "TCP 443, 1094, 9618"],
      // A flow without ports lists all of its protocol.
      ["batch/schedd", "Internet", "TCP any port"],
      ["hub/users", "batch/schedd", "TCP 9618"],
      ["hub/hub", "DNS", "TCP 53; UDP 53"],
      ["hub/hub", "node-local DNS", "TCP 53; UDP 53"],
      ["DNS", "hub/hub", ""],
      ["Internet", "hub/hub", ""],
    ],
  ],
  [
    unl,
    ["monitoring", "data"],
    [
      ["data/xcache", "hosts", ""],
      ["monitoring/prometheus", "hosts", "TCP 2381, 6443, 9100, 9120, 10249-10250, 10257, 10259"],
      ["monitoring/grafana", "hosts", "TCP 6443"],
      ["monitoring/prometheus", "DNS", "TCP 53, 9153; UDP 53"],
      ["monitoring/alertmanager", "monitoring/alertmanager", "TCP 9094; UDP 9094"],
      ["monitoring/blackbox-exporter", "door door01.example.edu of tier2", "TCP 1094"],
      ["monitoring/blackbox-exporter", "Internet", ""],
    ],
  ],
  [
    unl,
    ["rook"],
    [
      ["hosts", "rook/mon", "TCP 3300, 6789"],
      ["hosts", "rook/rgw", ""],
      ["other pods", "rook/mon", ""],
    ],
  ],
  [
    okd,
    ["hub"],
    [
      // A router may use the network of its hosts.
      ["hub/users", "router", "TCP 443"],
      ["hub/users", "hosts", "TCP 443"],
      ["router", "hub/proxy", "TCP 8000"],
      ["hosts", "hub/proxy", "TCP 8000"],
      ["other pods", "hub/proxy", ""],
      ["hub/hub", "router", ""],
      ["hub/hub", "DNS", "TCP 5353; UDP 5353"],
    ],
  ],
];

describe("connections of a site", () => {
  for (const [site, roles, cases] of LISTED)
    it(`list what the flows of ${site.site.name} say about ${roles.join(", ")}`, () => {
      const listed = between(
        site,
        roles.map((role) => namespace(`of-${role}`, role)),
        "listed",
      );
      assert.deepEqual(
        cases.map(([from, to]) => [from, to, listed(from, to)]),
        cases,
      );
    });

  it("list a private address that has a name as outside, and not as one of the Internet", () => {
    const inside = siteWith(["data", "stores", "tier2", "doors", "hosts", 0, "address"], "10.250.0.1", unl);
    const listed = between(inside, [namespace("data", "data")], "listed");
    assert.equal(listed("data/xcache", "door door01.example.edu of tier2"), "TCP 1094; UDP 9930-9931");
    assert.equal(listed("data/data-check", "door door01.example.edu of tier2"), "TCP 1094");
    // Hosts with public addresses are hosts all the same.
    const open = between(siteWith(["site", "kubernetes", "hostCidrs"], ["192.0.2.0/24"], unl), [namespace("data", "data")], "listed");
    assert.deepEqual([open("data/xcache", "hosts"), open("data/xcache", "Internet")], ["", "TCP 80, 443, 1024-65535; UDP 9930-9931"]);
  });

  it("are between pods of namespaces that are there, and all other ends", () => {
    const of = (...manifests: readonly Data[]) => connectionsOf(objects(...manifests), okd);
    const { ends, reaches, flows, pairs, enforced } = of(HUB);
    const own = ends.flatMap(({ pods }) => pods?.name ?? []);
    assert.deepEqual(own.sort(), [
      ...["continuous-image-puller", "gateway-api", "gateway-controller", "gateway-traefik", "hub", "proxy", "user-scheduler", "users"],
    ]);
    assert.equal(pairs, ends.length ** 2 - (ends.length - own.length) ** 2, "no pair without pods of the facility");
    assert.equal(reaches.length, pairs * 2, "without a policy all is open, by both protocols");
    assert.equal(enforced, true);
    assert.equal(connectionsOf(objects(HUB), siteWith(["site", "kubernetes", "networkPlugin"], "flannel", okd)).enforced, false);
    const texts = flows.map(({ from, to }) => [from, to].map((end) => (typeof end === "string" ? end : end.kind)).join(" "));
    for (const each of ["pods pods", "pods outside", "pods router", "router pods", "pods api-server", "anywhere pods", "hub dns"])
      assert.ok(texts.includes(each), each);
    assert.deepEqual(
      [of(DEFAULT_DENY).pairs, of(DEFAULT_DENY).flows, of(namespace("data", "data")).ends.filter(({ pods }) => pods)],
      [0, [], []],
    );
    // What leads to a namespace that is not there leads nowhere.
    const flux = connectionsOf(objects(namespace("flux", "flux")), unl).flows;
    assert.deepEqual([flux.length, flux.filter(({ from, to }) => JSON.stringify([from, to]).includes("monitoring"))], [9, []]);
  });

  it("are worked out once for the same objects and site", () => {
    const all = objects(HUB);
    assert.equal(connectionsOf(all, okd), connectionsOf(all, okd));
    assert.notEqual(connectionsOf(all, okd).ends.length, connectionsOf(all, unl).ends.length);
  });

  it("are open where all policies together open them, and left out where nothing is open or listed", () => {
    const users = { matchLabels: { component: "singleuser-server" } };
    const from = (matchLabels: Data, port: Data) => ({ from: [{ namespaceSelector: { matchLabels } }], ports: [port] });
    const world = [
      HUB,
      policy("shut", { policyTypes: ["Ingress", "Egress"] }),
      policy("out", { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "198.18.0.0/24" } }], ports: [{ port: 443 }] }] }),
      policy("in", {
        podSelector: users,
        ingress: [
          from({ "kubernetes.io/metadata.name": "openshift-dns" }, { port: 1, protocol: "UDP" }),
          from({ "policy-group.network.openshift.io/ingress": "" }, { port: "notebook-port" }),
          from({ "kubernetes.io/metadata.name": "default" }, { port: 2 }),
          from({ team: "hub" }, { port: 3 }),
        ],
      }),
    ];
    const open = between(okd, world, "open");
    const reached = (from: string) =>
      [...new Set(connectionsOf(objects(...world), okd).ends.map(nameOfEnd))].filter((to) => open(from, to) !== "");
    assert.deepEqual(
      ["DNS", "router", "other pods", "hub/hub"].map((from) => open(from, "hub/users")),
      ["UDP 1", "TCP 8888", "TCP 2", ""],
    );
    assert.deepEqual(reached("hub/users"), ["Internet"]);
    assert.equal(open("hub/users", "Internet"), "TCP 443");
    const { reaches } = connectionsOf(objects(...world), okd);
    assert.ok(reaches.every((reach) => reach.open.length + reach.listed.length > 0));
    assert.ok(reaches.some(({ open, listed }) => open.length === 0 && listed.length > 0));
  });
});

describe("policies and labels of namespaces", () => {
  it("are those among the objects, and those that charts bring", () => {
    const names = (...manifests: readonly Data[]) =>
      networkPoliciesOf(objects(...manifests)).map(({ namespace: of, name }) => `${of}/${name}`);
    const hub = release({ chart: "jupyterhub", version: "4.4.0" });
    assert.deepEqual(names(HUB, policy("own", {}), hub), ["hub/own", "hub/hub", "hub/proxy", "hub/singleuser"]);
    assert.deepEqual(names(release({ chart: "jupyterhub" }, { hub: { networkPolicy: { enabled: false } } })), [
      "hub/proxy",
      "hub/singleuser",
    ]);
    for (const none of [release({}), release({ chart: "stranger" }), release({ chart: "cert-manager" }), HUB])
      assert.deepEqual(names(none), []);
    const [proxy] = networkPoliciesOf(objects(hub)).filter(({ name }) => name === "proxy");
    assert.equal(proxy?.root.at("spec", "podSelector", "matchLabels", "release").text(), "own");
  });

  it("are those of the cluster, the router and the stack, each with its name", () => {
    const stray = changed(namespace("stray"), ["kind"], "ConfigMap");
    const renamed = changed(namespace("work"), ["metadata", "labels", "kubernetes.io/metadata.name"], "other");
    const named = (name: string) => ({ "kubernetes.io/metadata.name": name });
    const labels = (site: Site) => namespaceLabels(objects(HUB, renamed, stray), clusterFacts(site.site.kubernetes));
    const own = { hub: { team: "hub", "analysis-facility/role": "hub", ...named("hub") }, work: { team: "work", ...named("work") } };
    assert.deepEqual(labels(unl), { default: named("default"), "kube-system": named("kube-system"), router: {}, ...own });
    assert.deepEqual(labels(okd), {
      ...{
        default: named("default"),
        "openshift-dns": named("openshift-dns"),
        router: { "policy-group.network.openshift.io/ingress": "" },
      },
      ...own,
    });
  });
});

describe("ports of a flow", () => {
  it("are deaf where the target does not listen by its protocol; one port of a range is enough", () => {
    const broker = {
      ...podKind("servicex", "broker", { app: "broker" }),
      ...{ listens: [{ port: 5672 }, { port: [6800, 7568] as const }, { port: 9094, protocol: "UDP" as const }] },
    };
    const cases: readonly (readonly [ports: Flow["ports"], protocol: Flow["protocol"], deaf: string])[] = [
      [[5672], undefined, ""],
      [[5672], "TCP", ""],
      [[5672], "UDP", "5672"],
      [[5671, 5672, 5673], "TCP", "5671, 5673"],
      [[9094], "UDP", ""],
      [[9094], "TCP", "9094"],
      [[[7568, 8000]], "TCP", ""],
      [[[7569, 8000]], "TCP", "7569-8000"],
      [[[5673, 6800]], "TCP", ""],
      [[[5673, 6799], 1], "TCP", "1, 5673-6799"],
      [[], "TCP", ""],
    ];
    for (const [ports, protocol, deaf] of cases) {
      const flow: Flow = { from: "hub", to: broker, ports, ...(protocol && { protocol }) };
      assert.equal(portsText(deafPorts(flow, broker)), deaf, JSON.stringify(ports));
    }
  });
});
