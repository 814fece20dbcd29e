import assert from "node:assert/strict";
import { podKind, type Flow } from "#af/components/tenancy/flows";
import { judge } from "#af/policies/judge";
import { connectionsOf, deafPorts, type Connections } from "#af/policies/model/connections";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { without } from "#af/policies/model/port-set";
import { connectionsAreListed } from "#af/policies/security/connections-are-listed";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";
import { facilityOf, saidOf, type Facility } from "./facilities";

const isPolicy = (namespace: string, policy: string) => (object: KubernetesObject) =>
  object.kind === "NetworkPolicy" && object.namespace === namespace && object.name === policy;

const policy = (namespace: string, spec: object) => (objects: readonly KubernetesObject[]) => [
  ...objects,
  ...objectsOf({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "another", namespace }, spec }),
];

/** Names of what one kind of pods reaches, each with its ports. */
const reachOf = ({ reaches }: Connections, source: string) =>
  reaches
    .filter(({ from, open }) => from.name === source && open.length > 0)
    .map(({ to, protocol, open }) => ({ to: to.pods ? `${to.pods.role}/${to.name}` : to.name, protocol, open }));

describe("connections-are-listed", () => {
  const facilities = new Map<string, Facility>();
  before(async () => {
    for (const site of SITES) facilities.set(site, await facilityOf(readSite(site)));
  });
  const facility = (site: string): Facility => {
    const found = facilities.get(site);
    assert.ok(found, site);
    return found;
  };

  for (const site of SITES) {
    it(`is kept by ${site}, about every pair of pods, hosts and addresses`, () => {
      assert.deepEqual(saidOf(facility(site)), []);
      const { objects, site: settings } = facility(site);
      const { pairs } = connectionsOf(objects, settings);
      assert.ok(pairs > 500);
      assert.deepEqual(judge([connectionsAreListed], objects, { site: settings }).checked, { "connections-are-listed": pairs });
    });

    it(`shuts each user of ${site} off from the others, the proxy's orders, the hosts with the API server, and metadata`, () => {
      const { objects, site: settings } = facility(site);
      const reached = reachOf(connectionsOf(objects, settings), "users");
      const shut = (name: string) =>
        assert.deepEqual(
          reached.filter(({ to }) => to === name),
          [],
          `users reach ${name}`,
        );
      for (const name of ["hub/users", "metadata", "link-local", "Services", "other pods", "servicex/postgresql"]) shut(name);
      const ports = (name: string) => reached.filter(({ to }) => to === name).map(({ open }) => open);
      for (const [runs] of [ports("hub/proxy")]) assert.ok(!runs?.some(([first, last]) => first <= 8001 && last >= 8001));
      // The cluster's router may be on its hosts; users reach it there, and neither kubelets nor the API server.
      assert.deepEqual(ports("hosts"), settings.site.kubernetes.kind === "okd" ? [[[443, 443]]] : []);
    });
  }

  it("refuses what opens a namespace to itself: a user would reach the others on every port", () => {
    const within = {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{ to: [{ podSelector: {} }] }],
    };
    const said = saidOf(facility("unl"), policy("cmsaf-prod", within));
    assert.match(
      said.join("\n"),
      /^cmsaf-prod: hub\/users may connect to .*hub\/proxy on TCP 1-7999, 8001-8442, 8444-65535.*hub\/users on TCP any port.*, which no flow lists/m,
    );
  });

  it("refuses the policies of charts, which open more", () => {
    const unlike = (chart: string, values: object) => (objects: readonly KubernetesObject[]) => [
      ...objects,
      ...objectsOf({
        apiVersion: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata: { name: chart, namespace: chart === "flux2" ? "flux-system" : "cmsaf-prod" },
        spec: { chart: { spec: { chart, version: "1" } }, values },
      }),
    ];
    assert.match(saidOf(facility("unl"), unlike("jupyterhub", {})).join("\n"), /hub\/users may connect to .*metadata on (TCP|UDP) 53/);
    assert.match(saidOf(facility("unl"), unlike("jupyterhub", {})).join("\n"), /hub\/hub may connect to .*metadata on TCP any port/);
    assert.match(
      saidOf(facility("unl"), unlike("flux2", {})).join("\n"),
      /flux\/helm-controller may connect to .*metadata on TCP any port/,
    );
  });

  it("refuses a listed flow that is shut at one end", () => {
    for (const [namespace, name, message] of [
      ["rook-ceph", "allow-flows-mon", /^rook-ceph: hosts cannot connect to rook\/mon on TCP 3300, 6789/m],
      [
        "monitoring",
        "allow-flows-prometheus",
        /^monitoring: monitoring\/prometheus cannot connect to .*hosts on TCP 2381, 9100, 9120, 10249-10250, 10257, 10259/m,
      ],
      [
        "rook-ceph",
        "allow-flows-operator",
        /^rook-ceph: rook\/operator cannot connect to .*rook\/rgw on TCP 8080.*, which a flow lists; allowed: policies that open it at both ends$/m,
      ],
      ["cert-manager", "allow-flows-webhook", /^cert-manager: hosts cannot connect to cert-manager\/webhook on TCP 10250/m],
      ["traefik", "allow-dns", /^traefik: traefik\/traefik cannot connect to DNS on TCP 53; DNS on UDP 53; node-local DNS/m],
    ] as const) {
      const said = saidOf(facility("unl"), (objects) => objects.filter((object) => !isPolicy(namespace, name)(object)));
      assert.match(said.join("\n"), message);
    }
  });

  it("makes its finding of the Namespace, whatever else has its name", () => {
    const { objects, site } = facility("unl");
    const namesake = objectsOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "rook-ceph", namespace: "rook-ceph" } });
    const left = [...namesake, ...objects.filter((object) => !isPolicy("rook-ceph", "allow-flows-mon")(object))];
    const { findings } = judge([connectionsAreListed], left, { site });
    assert.ok(findings.length > 0);
    assert.deepEqual([...new Set(findings.map(({ object, path }) => `${object.kind}${path}`))], ["Namespace"]);
  });

  it("finds ports of a flow on which its target does not listen; one port of a range is enough", () => {
    const broker = podKind("servicex", "broker", { app: "broker" }, { amqp: 5672, chosen: [6800, 7568] });
    const deaf = (ports: Flow["ports"], protocol: "TCP" | "UDP" = "TCP") => deafPorts({ from: "hub", to: broker, ports, protocol }, broker);
    assert.deepEqual([deaf([5672]), deaf([[7000, 8000]]), deaf([])], [[], [], []]);
    assert.deepEqual([deaf([5671, 5672]), deaf([[1, 5671]]), deaf([5672], "UDP")], [[[5671, 5671]], [[1, 5671]], [[5672, 5672]]]);
  });

  it("is never silent about a policy that it cannot read", () => {
    const said = saidOf(facility("unl"), policy("cmsaf-prod", { podSelector: {}, ingress: [{ from: "all" }] }));
    assert.match(said.join("\n"), /ingress\[0\]\.from is text; allowed: a list|found text; allowed: a list/);
  });

  it("asks about namespaces of the stack alone", () => {
    const { site, objects } = facility("unl");
    const { pairs, reaches } = connectionsOf(
      objects.filter(({ kind }) => kind !== "Namespace"),
      site,
    );
    assert.deepEqual([pairs, reaches], [0, []]);
    assert.ok(reachOf(connectionsOf(objects, site), "users").every(({ open }) => without(open, []).length > 0));
  });
});
