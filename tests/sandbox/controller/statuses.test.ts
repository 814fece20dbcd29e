import assert from "node:assert/strict";
import { crdsOf } from "#af/sandbox/charts/crds";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { groupOf } from "#af/components/manifest";
import { addressPools } from "#af/sandbox/controller/address-pools";
import { customResources } from "#af/sandbox/controller/custom-resources";
import { CERT_MANAGER_BEHAVIOURS } from "#af/sandbox/controller/cert-manager";
import { certificateSecret } from "#af/sandbox/controller/issue";
import type { Reconciler } from "#af/sandbox/controller/reconciler";
import { ROOK_BEHAVIOURS } from "#af/sandbox/controller/rook";
import { fluxSources, indexStatus } from "#af/sandbox/controller/sources";
import { statusSchemaOf, stored } from "#af/sandbox/controller/structural";
import type { Schema } from "#af/tools/schemas/prune";
import { mismatches } from "#af/tools/schemas/validate";
import { schemaFolder } from "#af/tools/schemas/folder";
import { certManager, flux, metallb, object, rook } from "./builders";
import { accountSecretNamed, after, authoritySecret, GATEWAY, healthyCluster, held, ORDER, wanted } from "./situations";
import { notChecked } from "../../support/skipped";

const inRook = { namespace: "rook-ceph" };
const ceph = (kind: string, spec: object = {}, metadata: object = {}): ClusterObject =>
  object("ceph.rook.io/v1", kind, "one", { metadata: { ...inRook, ...metadata }, spec });
const volume = (driver: string, attributes: object): ClusterObject =>
  object("v1", "PersistentVolume", "pvc-1", { spec: { csi: { driver, volumeAttributes: attributes } } });

/** A resource, what is besides it, and who looks after it. */
interface Situation {
  readonly what: string;
  readonly subject: ClusterObject;
  readonly others: readonly ClusterObject[];
}

function reconcilerOf({ kind, apiVersion }: ClusterObject): Reconciler {
  if (kind === "IPAddressPool") return addressPools;
  return apiVersion.includes("fluxcd") ? fluxSources : customResources;
}

/** Everything that the played controllers find, as far as they write a status about it. */
async function situations(): Promise<readonly Situation[]> {
  const all: Situation[] = [];
  const add = (what: string, subject: ClusterObject, ...others: readonly ClusterObject[]): void => void all.push({ what, subject, others });
  const noStatus = { ...healthyCluster, status: {} };
  for (const kind of Object.keys(ROOK_BEHAVIOURS).filter((each) => each !== "CephCluster")) {
    const subject = ceph(kind, {
      store: "s3",
      filesystemName: "fs",
      blockPoolName: "pool",
      gateway: GATEWAY,
      metadataServer: { activeCount: 0 },
    });
    const dependencies = [
      { ...ceph("CephObjectStore"), metadata: { ...inRook, name: "s3" }, status: { phase: "Ready" } },
      { ...ceph("CephFilesystem"), metadata: { ...inRook, name: "fs" }, status: { phase: "Ready" } },
      { ...ceph("CephBlockPool"), metadata: { ...inRook, name: "pool" }, status: { phase: "Ready" } },
    ];
    add("waits", subject, noStatus, ...rook);
    add("waits for another one", subject, healthyCluster, ...rook);
    const settled = { ...subject, status: { phase: "Ready" } };
    add("is ready", settled, healthyCluster, ...dependencies, ...rook);
  }
  const external = { ...healthyCluster, spec: { external: { enable: true } }, status: {} };
  add("connects", external, ...rook);
  add("is connected", { ...external, status: { phase: "Connected" } }, ...rook);
  add("is created", { ...healthyCluster, status: {} }, ...rook);
  const going = (subject: ClusterObject, finalizer: string): ClusterObject => ({
    ...subject,
    metadata: { ...subject.metadata, ...held(finalizer) },
  });
  const rbd = volume("rook-ceph.rbd.csi.ceph.com", { pool: "one", clusterID: "rook-ceph" });
  const cephfs = volume("rook-ceph.cephfs.csi.ceph.com", { fsName: "one", clusterID: "rook-ceph" });
  add("may not go", going(healthyCluster, "cephcluster.ceph.rook.io"), ceph("CephBlockPool"), ...rook);
  add("may not go before its volumes", going(healthyCluster, "cephcluster.ceph.rook.io"), rbd, ...rook);
  add("may not go", going(ceph("CephBlockPool"), "cephblockpool.ceph.rook.io"), healthyCluster, rbd, ...rook);
  add("may not go", going(ceph("CephFilesystem"), "cephfilesystem.ceph.rook.io"), healthyCluster, cephfs, ...rook);
  const user = ceph("CephObjectStoreUser", { store: "one" });
  add("may not go", going(ceph("CephObjectStore"), "cephobjectstore.ceph.rook.io"), healthyCluster, user, ...rook);
  add("waits", object("objectbucket.io/v1alpha1", "ObjectBucketClaim", "b", { spec: { storageClassName: "none" } }), ...rook);

  const issuer = (spec: object): ClusterObject =>
    object("cert-manager.io/v1", "ClusterIssuer", "one", { metadata: { namespace: undefined }, spec });
  const acme = { email: "a@example.org", server: "https://acme.example.org/directory", privateKeySecretRef: { name: "account" } };
  add("is registered", issuer({ acme }), accountSecretNamed("account"), ...certManager);
  add(
    "lacks a Secret",
    issuer({ acme: { ...acme, solvers: [{ dns01: { rfc2136: { tsigSecretSecretRef: { name: "none", key: "k" } } } }] } }),
    accountSecretNamed("account"),
    ...certManager,
  );
  add("is verified", issuer({ ca: { secretName: "authority" } }), { ...(await authoritySecret()) }, ...certManager);
  add("has no key pair", issuer({ ca: { secretName: "authority" } }), ...certManager);
  add("signs itself", { ...issuer({ selfSigned: {} }), kind: "Issuer" }, ...certManager);
  const certificate = object("cert-manager.io/v1", "Certificate", "hub", {
    spec: { secretName: "hub-tls", dnsNames: [...ORDER.dnsNames], issuerRef: { kind: "ClusterIssuer", name: "internal" } },
  });
  add("is issued", certificate, ...certManager);
  add("is up to date", certificate, await certificateSecret(ORDER), ...certManager);

  add("is counted", object("metallb.io/v1beta1", "IPAddressPool", "p", { spec: { addresses: ["192.0.2.0/30"] } }), ...metallb);
  const source = (kind: string, url: string): ClusterObject =>
    object("source.toolkit.fluxcd.io/v1", kind, "charts", { spec: { url, interval: "1h" } });
  add("is stored", source("HelmRepository", "https://charts.example.org"), ...flux);
  add("is stored", source("OCIRepository", "oci://charts.example.org/one"), ...flux);
  return all;
}

describe("a status that the sandbox writes", () => {
  let definitions: readonly ClusterObject[];
  let all: Awaited<ReturnType<typeof situations>>;

  before(async function () {
    this.timeout(60_000);
    all = await situations();
    const folder = schemaFolder();
    if ("missing" in folder) return notChecked(this, folder.missing);
    const groups = [...new Set(all.map(({ subject }) => groupOf(subject.apiVersion)))];
    definitions = crdsOf(groups, { kind: "folder", folder: folder.crds, why: "beside the project" });
  });

  const allowed = (what: string, subject: ClusterObject, status: Readonly<Record<string, unknown>>): void => {
    const where = `${subject.kind} that ${what}: ${JSON.stringify(status)}`;
    const definition = definitions.find((each) => (each["spec"] as { names: { kind: string } }).names.kind === subject.kind);
    assert.ok(definition, where);
    const schema = statusSchemaOf(definition, subject.apiVersion);
    assert.deepEqual(stored(schema, status), status, where);
    assert.deepEqual(mismatches(schema as Schema, status), [], where);
  };

  it("is stored whole, is allowed by the kind's definition, and comes to rest", () => {
    for (const { what, subject, others } of all) {
      let [now, rounds] = [subject, 0];
      for (;;) {
        const statuses = wanted(reconcilerOf(now), now, ...others).flatMap((action) => (action.kind === "status" ? [action] : []));
        for (const { status } of statuses) allowed(what, subject, status);
        if (statuses.length === 0) break;
        now = after(now, statuses);
        assert.ok((rounds += 1) < 3, `${subject.kind} that ${what} is written again and again`);
      }
      assert.ok(rounds > 0 || what.startsWith("waits"), `${subject.kind} that ${what} has no status`);
    }
  });

  it("is checked for every kind that has a behaviour of its own", () => {
    const kinds = new Set(all.map(({ subject }) => subject.kind));
    const played = [
      ...Object.keys(ROOK_BEHAVIOURS),
      ...Object.keys(CERT_MANAGER_BEHAVIOURS),
      "ObjectBucketClaim",
      "IPAddressPool",
      "HelmRepository",
    ];
    assert.deepEqual(
      played.filter((kind) => !kinds.has(kind)),
      [],
    );
  });

  it("of a repository on this machine is allowed too, whether its index came or not", async () => {
    const local = object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", { spec: { url: "http://127.0.0.1:1/charts" } });
    allowed("is fetched", local, await indexStatus(local, () => Promise.resolve("apiVersion: v1")));
    allowed("is not there", local, await indexStatus(local, () => Promise.reject(new Error("refused"))));
  });
});
