import assert from "node:assert/strict";
import type { V1Container, V1Deployment, V1Job, V1PodDisruptionBudget, V1PodSpec } from "@kubernetes/client-node";
import { podAmounts } from "#af/capacity/requests";
import { cephDaemons } from "#af/components/operators/ceph-daemons";
import type { Manifest } from "#af/components/manifest";
import type { Workload } from "#af/components/workloads/workload";
import { cephClusterSpec, objectStoreSpec } from "#af/components/storage/specs";
import { skyhookFilesystemSpec } from "#af/components/skyhook/specs";
import { CONTAINER_DEFAULTS } from "#af/components/tenancy/defaults";
import { externalClusterSpec, externalObjectStoreSpec } from "#af/components/storage/external-specs";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";

/** `name: maxUnavailable N` or `name: minAvailable N` of each budget. */
function budgets(workloads: readonly Workload[]): readonly string[] {
  return workloads
    .filter((workload): workload is V1PodDisruptionBudget => workload.kind === "PodDisruptionBudget")
    .map(({ metadata, spec }) => {
      const says = spec?.minAvailable === undefined ? `maxUnavailable ${spec?.maxUnavailable}` : `minAvailable ${spec.minAvailable}`;
      return `${metadata?.name}: ${says}`;
    });
}

describe("what Rook runs for a resource of Ceph", () => {
  const site = SITES.map((name) => readSite(name)).find(({ storage }) => storage.kind === "rook");
  if (site?.storage.kind !== "rook") throw new Error("no site has its own Ceph");
  const { storage, nodes } = site;
  const spec = cephClusterSpec(storage, nodes);
  const resource = (kind: string, contents: object, namespace = "here"): Manifest => ({
    apiVersion: "ceph.rook.io/v1",
    kind,
    metadata: { name: "s", namespace },
    spec: contents,
  });
  const made = (kind: string, contents: object, siblings: readonly Manifest[] = []) => cephDaemons(resource(kind, contents), siblings);
  const ofCluster = (changes: object) => budgets(made("CephCluster", { ...spec, ...changes }));
  const store = (count: number) => objectStoreSpec(storage, { kind: "rgw", host: "s3.example.edu", gateways: count }, nodes);

  it("is the daemons of a cluster as Rook runs them: three monitors, two managers, an OSD a disk, two reporters a host", () => {
    const disks = spec.storage.nodes.reduce((sum, { devices }) => sum + devices.length, 0);
    const running = made("CephCluster", spec).filter(({ kind }) => kind === "Deployment");
    const count = (prefix: string) => running.filter(({ metadata }) => metadata?.name?.startsWith(`rook-ceph-${prefix}-`)).length;
    assert.deepEqual(
      [count("mon"), count("mgr"), count("osd"), count("crashcollector"), count("exporter")],
      [3, 2, disks, spec.storage.nodes.length, spec.storage.nodes.length],
    );
  });

  const filesystem = skyhookFilesystemSpec(
    { kind: "experimental", image: "registry.example.org/ceph:v20.2.4", cephMajor: 20, objectClass: "arrow", pool: "none", devices: [] },
    nodes,
  );

  it("is a job on each host with disks that makes OSDs of them, and one that asks the image for its release", () => {
    const jobs = made("CephCluster", spec).filter(({ kind }) => kind === "Job");
    assert.deepEqual(
      jobs.map(({ metadata }) => metadata?.name),
      ["rook-ceph-detect-version", ...spec.storage.nodes.map(({ name }) => `rook-ceph-osd-prepare-${name}`)],
    );
  });

  it("is two metadata servers for a file system with a standby, of which one must stay", () => {
    const workloads = made("CephFilesystem", filesystem);
    assert.deepEqual(
      workloads.map(({ metadata }) => metadata?.name),
      ["rook-ceph-mds-s-a", "rook-ceph-mds-s-b", "rook-ceph-mds-s"],
    );
    assert.deepEqual(budgets(workloads), ["rook-ceph-mds-s: minAvailable 1"]);
  });

  it("has the limits that were meant, and none that the namespace's defaults give", () => {
    const siblings = [resource("CephCluster", spec)];
    const everything = [
      ...made("CephCluster", spec),
      ...made("CephFilesystem", filesystem, siblings),
      ...made("CephObjectStore", store(2), siblings),
    ] as readonly (V1Deployment | V1Job)[];
    const containers = everything.flatMap(({ metadata, spec: contents }) => {
      const pod = (contents as { readonly template?: { readonly spec?: V1PodSpec } } | undefined)?.template?.spec;
      return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map((each) => ({ of: metadata?.name ?? "", ...each }));
    });
    assert.ok(containers.length > 20);
    const amounts = (each: V1Container, defaults: readonly (typeof CONTAINER_DEFAULTS)[]) =>
      podAmounts({ containers: [{ resources: each.resources ?? {} }] }, defaults);
    for (const each of containers) {
      const [alone, admitted] = [amounts(each, []), amounts(each, [CONTAINER_DEFAULTS])];
      const meant = (from: typeof alone) => [from.requests["cpu"], from.requests["memory"], from.limits["memory"]];
      assert.deepEqual(meant(admitted), meant(alone), `${each.of}/${each.name}`);
      // "2Gi may be required": https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph-cluster/values.yaml, prepareosd.
      if (each.of.startsWith("rook-ceph-osd-prepare")) assert.equal(admitted.limits["memory"], 2n << 30n);
      // https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/file/mds/mds.go, cephMdsPodMinimumMemory.
      if (each.name === "mds") assert.ok((admitted.limits["memory"] ?? 0n) >= 4n << 30n);
    }
  });

  it("is the gateways of an object store, and nothing for a pool", () => {
    assert.deepEqual(
      made("CephObjectStore", store(3)).map(({ kind, metadata }) => `${kind} ${metadata?.name}`),
      ["Deployment rook-ceph-rgw-s-a", "PodDisruptionBudget rook-ceph-rgw-s", "Service rook-ceph-rgw-s"],
    );
    const [gateways] = made("CephObjectStore", store(3));
    assert.equal((gateways as V1Deployment).spec?.replicas, 3);
    assert.deepEqual(made("CephBlockPool", {}), []);
  });

  it("is gateways of the release that the cluster beside them runs, and of no release that is only guessed", () => {
    const imageBeside = (...siblings: readonly Manifest[]) => {
      const [gateways] = made("CephObjectStore", store(2), siblings);
      return (gateways as V1Deployment).spec?.template.spec?.containers[0]?.image;
    };
    const cluster = { ...spec, cephVersion: { ...spec.cephVersion, image: "quay.io/ceph/ceph:v19.2.1" } };
    assert.equal(imageBeside(resource("CephCluster", cluster)), "quay.io/ceph/ceph:v19.2.1");
    assert.equal(imageBeside(resource("CephCluster", cluster, "elsewhere")), undefined);
    assert.equal(imageBeside(), undefined);
  });

  it("is nothing for a cluster and gateways that run elsewhere", () => {
    assert.deepEqual(made("CephCluster", externalClusterSpec({ monitors: { port: 6789, hosts: [] } })), []);
    assert.deepEqual(made("CephObjectStore", externalObjectStoreSpec({ kind: "rgw", host: "s3.example.edu", port: 443, tls: true })), []);
  });

  it("lets one monitor of three go, two of five, and has no budget for one alone", () => {
    const mons = (count: number) => ofCluster({ mon: { ...spec.mon, count } }).filter((text) => text.includes("mon"));
    assert.deepEqual([1, 3, 5].map(mons), [[], ["rook-ceph-mon-pdb: maxUnavailable 1"], ["rook-ceph-mon-pdb: maxUnavailable 2"]]);
  });

  it("keeps one manager of two, whoever looks after budgets", () => {
    const managers = (changes: object) => ofCluster(changes).filter((text) => text.includes("mgr"));
    assert.deepEqual(managers({}), ["rook-ceph-mgr-pdb: maxUnavailable 1"]);
    assert.deepEqual(managers({ mgr: { ...spec.mgr, count: 1 } }), []);
    assert.deepEqual(ofCluster({ disruptionManagement: { managePodBudgets: false } }), ["rook-ceph-mgr-pdb: maxUnavailable 1"]);
  });

  it("keeps all gateways but one, and nothing where there is one", () => {
    const gateways = (count: number) => budgets(made("CephObjectStore", store(count)));
    assert.deepEqual([1, 2, 4].map(gateways), [[], ["rook-ceph-rgw-s: minAvailable 1"], ["rook-ceph-rgw-s: minAvailable 3"]]);
  });
});
