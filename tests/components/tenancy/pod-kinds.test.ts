import assert from "node:assert/strict";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { selectsLabels } from "#af/capacity/packing/selectors";
import { dataParts } from "#af/components/data/parts";
import { REDIRECTOR_PODS } from "#af/components/data/pods";
import { Data } from "#af/components/data/settings";
import type { Manifest } from "#af/components/manifest";
import { workloadsOfParts } from "#af/components/part-workloads";
import { podsOfParts } from "#af/components/part-flows";
import { flattened } from "#af/components/parts";
import { selectorOf, type PodKind } from "#af/components/tenancy/flows";
import { ROLES, type Role } from "#af/components/tenancy/roles";
import { allParts } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";
import { renderedCases } from "../../support/rendered-charts";
import { SITES } from "../../support/site-config";
import { notChecked } from "../../support/skipped";

/** Roles of the charts whose renderings are compared. */
const ROLE_OF: Readonly<Record<string, Role>> = {
  "cert-manager": "cert-manager",
  "dask-gateway": "hub",
  flux2: "flux",
  jupyterhub: "hub",
  "kube-prometheus-stack": "monitoring",
  metallb: "metallb",
  "rook-ceph": "rook",
  servicex: "servicex",
  traefik: "traefik",
};

function templateOf(manifest: Manifest): V1PodTemplateSpec | undefined {
  return ["Deployment", "StatefulSet", "DaemonSet", "Job"].includes(manifest.kind)
    ? (manifest["spec"] as { template: V1PodTemplateSpec }).template
    : undefined;
}

const selects = (kind: PodKind, labels: Readonly<Record<string, string>>) => selectsLabels(selectorOf(kind), labels);

/** Data of a site with two caches behind a redirector, which none of the sites has. */
const TWO_CACHES = Data.parse({
  stores: {
    site: {
      ...{ kind: "eos", capacity: "1P", status: "a test's" },
      doors: { exports: ["/store"], hosts: [{ name: "door.example.edu", address: "192.0.2.1" }] },
    },
  },
  cache: {
    ...{ kind: "xcache", host: "cache.example.edu", origin: { host: "origin.example.edu" }, image: "registry.example.edu/xcache:1" },
    servers: ["192.0.2.21", "192.0.2.22"].map((address, index) => ({ host: `cache${index}.example.edu`, address })),
    ...{ disks: [{ path: "/mnt/cache", size: "1Ti" }], resource: "EXAMPLE", address: "192.0.2.20" },
    tokens: { issuers: [{ url: "https://issuer.example.edu/", paths: ["/store"] }] },
  },
  cvmfs: { kind: "none" },
});

describe("kinds of pods", () => {
  it("have names that the API server takes in the name of a policy", () => {
    const caches = dataParts(TWO_CACHES, { nodes: {}, namespaceOf: (role) => role, loadBalancer: { kind: "none" }, monitored: true });
    const pods = podsOfParts([...SITES.flatMap((site) => allParts(readSite(site))), ...flattened(caches)]);
    assert.ok(pods.includes(REDIRECTOR_PODS));
    for (const { name, role } of pods) assert.match(name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, role);
  });

  for (const site of SITES) {
    const pods = podsOfParts(allParts(readSite(site)));

    it(`of ${site} are told apart by their labels`, () => {
      for (const kind of pods)
        for (const other of pods.filter(({ role, name }) => role === kind.role && name !== kind.name))
          assert.ok(!selects(other, { ...kind.labels, ...kind.further }), `${other.name} of ${kind.role} means ${kind.name} too`);
    });

    it(`of ${site} are all that the workloads of its namespaces run, and listen on their ports`, () => {
      const parts = allParts(readSite(site));
      for (const role of ROLES)
        for (const workload of workloadsOfParts(
          parts.filter((part) => part.role === role),
          role,
        )) {
          const template = templateOf(workload as unknown as Manifest);
          if (!template?.spec || template.spec.hostNetwork) continue;
          const kinds = pods.filter((kind) => kind.role === role && selects(kind, template.metadata?.labels ?? {}));
          assert.equal(
            kinds.length,
            1,
            `${role}/${workload.metadata?.name} is ${kinds.map(({ name }) => name).join(" and ") || "of no kind"}`,
          );
          const heard = kinds.flatMap(({ listens }) => listens.map(({ port, protocol = "TCP" }) => `${String(port)}/${protocol}`));
          for (const { containerPort, protocol = "TCP" } of template.spec.containers.flatMap(({ ports = [] }) => ports)) {
            const port = `${containerPort}/${protocol}`;
            assert.ok(UNUSED.has(port) || heard.includes(port), `${role}/${workload.metadata?.name} listens on ${port}`);
          }
        }
    });

    const found = renderedCases();
    const cases = "missing" in found ? [] : found.filter((each) => each.case === site);
    it(`of ${site} are compared with renderings where these are at hand`, function () {
      if ("missing" in found) return notChecked(this, found.missing);
      assert.ok(cases.length > 1);
    });

    for (const rendering of cases.filter((each) => ROLE_OF[each.chart] !== undefined))
      it(`of ${site} have the labels and listen on the ports of ${rendering.chart}`, () => {
        for (const manifest of rendering.objects) {
          const template = templateOf(manifest);
          if (!template?.spec || template.spec.hostNetwork || NOT_OURS.has(manifest.metadata.name ?? "")) continue;
          const labels = template.metadata?.labels ?? {};
          const kinds = pods.filter((kind) => kind.role === ROLE_OF[rendering.chart] && selects(kind, labels));
          assert.equal(kinds.length, 1, `${manifest.metadata.name} is ${kinds.map(({ name }) => name).join(" and ") || "of no kind"}`);
          const [kind] = kinds;
          for (const [key, value] of Object.entries({ ...kind?.labels, ...kind?.further }))
            assert.equal(labels[key], value, `${manifest.metadata.name}: ${key}`);
          const listened = kind?.listens.flatMap(({ port, protocol = "TCP" }) => (typeof port === "number" ? [`${port}/${protocol}`] : []));
          const rendered = template.spec.containers.flatMap(({ ports = [] }) =>
            ports.map(({ containerPort, protocol = "TCP" }) => `${containerPort}/${protocol}`),
          );
          for (const port of rendered.filter((each) => !UNUSED.has(each)))
            assert.ok(listened?.includes(port), `${manifest.metadata.name}: ${port}`);
          // A user's server beside the hub, and what an operator starts, are in no rendering.
          for (const port of listened ?? []) assert.ok(rendered.includes(port), `${manifest.metadata.name} does not listen on ${port}`);
        }
      });
  }
});

/** Ports of Grafana for several of its kind, of which a facility has one. */
const UNUSED = new Set(["9094/TCP", "9094/UDP"]);

/** Pods that pull images before the hub is upgraded: the renderings have them, and the facility turns them off. */
const NOT_OURS = new Set(["hook-image-puller", "hook-image-awaiter"]);
