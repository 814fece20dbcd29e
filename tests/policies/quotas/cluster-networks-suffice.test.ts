import assert from "node:assert/strict";
import { clusterNetworksSuffice } from "#af/policies/quotas/cluster-networks-suffice";
import { HUB } from "../facility-objects";
import { comparedBy, siteWith } from "../expect";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: clusterNetworksSuffice,
  passes: [HUB],
  refused: [
    {
      of: "site",
      at: ["site", "kubernetes", "podCidr"],
      value: "10.244.0.0/20",
      path: "",
      message: /^10\.244\.0\.0\/20 needs 21 \/24 for hosts and has 16: 5 too few$/,
    },
    {
      of: "site",
      at: ["site", "kubernetes", "serviceCidr"],
      value: "10.96.0.0/27",
      path: "",
      message: /needs 60 addresses of Services and has 29: 31 too few$/,
    },
  ],
  boundary: { of: "site", at: ["hub", "users", "concurrent"], resource: /^addresses/, side: "need", write: Number },
  unknown: [{ of: 0, at: ["spec", "chart", "spec", "chart"], wrong: 1 }],
};

describeCases(cases);

describe("cluster-networks-suffice, by the addresses that it counts", () => {
  const service = (spec: Data): Data => ({ apiVersion: "v1", kind: "Service", metadata: { name: "program", namespace: "work" }, spec });
  const NARROW = siteWith(["site", "kubernetes", "serviceCidr"], "10.96.0.0/24");
  const addresses = (objects: readonly Data[], site = NARROW) => comparedBy(clusterNetworksSuffice, objects, site).slice(1);
  const line = (need: number) => [`10.96.0.0/24 addresses of Services: ${need} of 253 count`];

  it("counts Services that have an address, and nothing else", () => {
    const plain = service({});
    assert.deepEqual(addresses([]), line(0));
    assert.deepEqual(addresses([plain, service({ clusterIP: "10.96.0.10" }), service({ clusterIP: "None" })]), line(2));
    assert.deepEqual(addresses([plain, { ...plain, kind: "Endpoints" }, { ...plain, apiVersion: "serving.knative.dev/v1" }]), line(1));
  });

  it("counts one for each user where the hub makes Services for their schedulers", () => {
    assert.equal(NARROW.hub.dask.kind, "sni");
    assert.deepEqual(addresses([HUB]), line(NARROW.hub.users.concurrent));
    assert.deepEqual(addresses([changed(HUB, ["spec", "chart", "spec", "chart"], "another")]), line(0));
    assert.deepEqual(addresses([HUB], siteWith(["hub", "dask", "kind"], "none", NARROW)), line(0));
  });

  it("never counts fewer than no address", () => {
    assert.deepEqual(addresses([], siteWith(["site", "kubernetes", "serviceCidr"], "10.96.0.0/31")), [
      "10.96.0.0/31 addresses of Services: 0 of 0 count",
    ]);
  });
});
