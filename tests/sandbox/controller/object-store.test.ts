import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { customResources } from "#af/sandbox/controller/custom-resources";
import { advertisedEndpoint } from "#af/sandbox/controller/object-store";
import type { Action } from "#af/sandbox/controller/reconciler";
import { object, rook } from "./builders";
import { after, applied, eventsIn, GATEWAY, healthyCluster, heldText, held, wanted } from "./situations";

const inRook = { namespace: "rook-ceph" };
const store = (spec: object = {}, rest: object = { status: { phase: "Ready" } }): ClusterObject =>
  object("ceph.rook.io/v1", "CephObjectStore", "s3", { metadata: inRook, spec: { gateway: GATEWAY, ...spec }, ...rest });
const user = (metadata: object, spec: object = {}): ClusterObject =>
  object("ceph.rook.io/v1", "CephObjectStoreUser", "servicex", { metadata, spec: { store: "s3", ...spec } });
const changes = (subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] =>
  wanted(customResources, subject, ...others, ...rook);
const public443 = { hosting: { advertiseEndpoint: { dnsName: "s3.example.org", port: 443, useTls: true } } };

describe("an object store in the sandbox", () => {
  it("advertises the endpoint that Rook would", () => {
    const table: readonly [spec: object, expected: object][] = [
      [{}, { host: "rook-ceph-rgw-s3.rook-ceph.svc", port: 80, tls: false }],
      [public443, { host: "s3.example.org", port: 443, tls: true }],
      [{ gateway: { securePort: 443, sslCertificateRef: "s3-tls" } }, { host: "rook-ceph-rgw-s3.rook-ceph.svc", port: 443, tls: true }],
      // A secure port without a certificate is none.
      [{ gateway: { port: 80, securePort: 443 } }, { host: "rook-ceph-rgw-s3.rook-ceph.svc", port: 80, tls: false }],
      [{ gateway: { port: 80, externalRgwEndpoints: [{ ip: "192.0.2.1" }] } }, { host: "192.0.2.1", port: 80, tls: false }],
    ];
    for (const [spec, expected] of table) assert.deepEqual(advertisedEndpoint(store(spec)), expected);
  });

  it("has the endpoints, replicas and selector of its gateways in its status", () => {
    const fresh = store({ ...public443, gateway: { ...GATEWAY, instances: 0 } }, {});
    const gateways = applied(changes(fresh, healthyCluster)).map((each) => ({ ...each, status: { observedGeneration: 1 } }));
    assert.deepEqual(after(fresh, changes(fresh, healthyCluster, ...gateways))["status"], {
      phase: "Ready",
      observedGeneration: 1,
      replicas: 0,
      info: { endpoint: "https://s3.example.org:443" },
      endpoints: { insecure: ["http://rook-ceph-rgw-s3.rook-ceph.svc:80"], secure: [] },
      selector: "app=rook-ceph-rgw,ceph_daemon_id=s3,rgw=s3,rook_cluster=rook-ceph,rook_object_store=s3",
    });
  });

  it("does not go while a bucket is in it; a user of another namespace does not hold it, as with Rook", () => {
    const going = { ...store(), metadata: { ...store().metadata, ...held("cephobjectstore.ceph.rook.io") } };
    const bucket = object("objectbucket.io/v1alpha1", "ObjectBucket", "obc-default-b", {
      spec: { endpoint: { bucketName: "b" }, additionalState: { objectStoreName: "s3", objectStoreNamespace: "rook-ceph" } },
    });
    assert.match(eventsIn(changes(going, healthyCluster, bucket)).join(), /buckets in the object store .*: \[b\]/);
    const guest = user({ namespace: "servicex" }, { clusterNamespace: "rook-ceph" });
    assert.ok(changes(going, healthyCluster, guest).some((each) => each.kind === "finalizers"));
  });
});

describe("a user of an object store in the sandbox", () => {
  it("gets keys that stay the same, and the advertised endpoint", () => {
    const own = user(inRook);
    const [secret] = applied(changes(own, store(public443), healthyCluster));
    assert.deepEqual(applied(changes(own, store(public443), healthyCluster))[0], secret);
    assert.equal(secret?.metadata.name, "rook-ceph-object-user-s3-servicex");
    assert.equal(secret["type"], "kubernetes.io/rook");
    assert.deepEqual(secret.metadata.labels, {
      app: "rook-ceph-rgw",
      user: "servicex",
      rook_cluster: "rook-ceph",
      rook_object_store: "s3",
    });
    assert.deepEqual((secret.metadata.ownerReferences as { controller: boolean }[])[0]?.controller, true);
    assert.equal(heldText(secret, "Endpoint"), "https://s3.example.org:443");
  });

  it("may live elsewhere only where the store allows it, and keeps the keys that it was given", () => {
    const keys = [{ accessKeyRef: { name: "own", key: "a" }, secretKeyRef: { name: "own", key: "s" } }];
    const guest = user({ namespace: "servicex" }, { clusterNamespace: "rook-ceph", keys });
    const own = object("v1", "Secret", "own", { metadata: { namespace: "servicex" }, data: { a: "QQ==", s: "Uw==" } });
    const refusals: readonly [others: readonly ClusterObject[], expected: RegExp][] = [
      [[store(), own], /does not allow creating users namespace "servicex".*allowUsersInNamespaces/],
      [[store({ allowUsersInNamespaces: ["servicex"] })], /failed to generate UserKeySpec for "servicex".*AccessKey/],
      [[store({}, {}), own], /CephObjectStore rook-ceph\/s3 is not ready/],
    ];
    for (const [others, expected] of refusals) {
      const refused = changes(guest, healthyCluster, ...others);
      assert.match(eventsIn(refused).join(), expected);
      assert.deepEqual(after(guest, refused)["status"], { phase: "ReconcileFailed" });
      assert.deepEqual(applied(refused), []);
    }
    const accepted = changes(guest, healthyCluster, store({ allowUsersInNamespaces: ["*"] }), own);
    const [secret] = applied(accepted);
    assert.deepEqual([heldText(secret, "AccessKey"), heldText(secret, "SecretKey")], ["A", "S"]);
    const { keys: told, info } = after(guest, accepted)["status"] as { keys: object[]; info: object };
    assert.deepEqual(told, [{ name: "own", namespace: "servicex", uid: own.metadata.uid }]);
    assert.deepEqual(info, { secretName: "rook-ceph-object-user-s3-servicex" });
  });
});
