import assert from "node:assert/strict";
import { claims } from "#af/sandbox/controller/volumes";
import { loadBalancers } from "#af/sandbox/controller/load-balancer";
import { worldOf } from "#af/sandbox/cluster/world";
import { GIVEN_PROVISIONER, givenGroups, givenObjects } from "#af/sandbox/given/given";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";
import { object } from "../controller/builders";

for (const name of SITES) {
  describe(`what the cluster of ${name} came with`, () => {
    const site = readSite(name);
    const objects = givenObjects(site);

    it("are the storage classes that the site file takes for granted, and no others", () => {
      const { storage, data } = site;
      const wanted = [
        ...(storage.kind === "existing" ? [storage.blockClass, storage.sharedClass] : []),
        ...(data.cvmfs.kind === "csi" ? [data.cvmfs.storageClass] : []),
      ].filter((one) => one !== undefined);
      const classes = objects.filter(({ kind }) => kind === "StorageClass").map(({ metadata }) => metadata.name);
      assert.deepEqual(classes.sort(), wanted.sort());
    });

    it("is the router's kind where the distribution has one", () => {
      assert.deepEqual(givenGroups(site), site.site.kubernetes.kind === "okd" ? ["route.openshift.io"] : []);
    });
  });
}

describe("a load balancer and classes that a cluster came with", () => {
  const site = SITES.map((name) => readSite(name)).find(({ platform }) => platform.loadBalancer.kind === "provided");
  assert.ok(site);
  const own = { kind: "provided" as const, addresses: ["192.0.2.0/30"], annotation: "lb.example.edu/address" };
  const given = givenObjects({ ...site, platform: { ...site.platform, loadBalancer: own } });
  const service = (address: string) =>
    object("v1", "Service", "web", {
      metadata: { annotations: { "lb.example.edu/address": address } },
      spec: { type: "LoadBalancer", ports: [{ port: 443, protocol: "TCP" }] },
      status: {},
    });

  it("give the address that the site's own annotation asks for, and refuse any that is not theirs", () => {
    const [change] = loadBalancers.actions(worldOf([...given, service("192.0.2.2")]), service("192.0.2.2"));
    assert.deepEqual(change?.kind === "status" && change.status, { loadBalancer: { ingress: [{ ip: "192.0.2.2" }] } });
    const [refusal] = loadBalancers.actions(worldOf([...given, service("198.51.100.1")]), service("198.51.100.1"));
    assert.match(refusal?.kind === "event" ? refusal.message : "", /\["198\.51\.100\.1"\] is not allowed in config/);
  });

  it("make a volume for any claim, many writers included", () => {
    const claim = object("v1", "PersistentVolumeClaim", "home", {
      metadata: { annotations: { "volume.kubernetes.io/storage-provisioner": GIVEN_PROVISIONER } },
      spec: { accessModes: ["ReadWriteMany"], storageClassName: "shared", resources: { requests: { storage: "1Gi" } } },
      status: { phase: "Pending" },
    });
    const shared = object("storage.k8s.io/v1", "StorageClass", "shared", { provisioner: GIVEN_PROVISIONER, reclaimPolicy: "Delete" });
    const made = claims.actions(worldOf([claim, shared]), claim).flatMap((change) => (change.kind === "apply" ? [change.object.kind] : []));
    assert.deepEqual(made, ["PersistentVolume"]);
  });
});
