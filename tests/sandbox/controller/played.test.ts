import assert from "node:assert/strict";
import { worldOf } from "#af/sandbox/cluster/world";
import { RECONCILERS } from "#af/sandbox/controller/controller";
import { playedReconcilers } from "#af/sandbox/controller/played";
import type { RealName } from "#af/sandbox/control-plane/real-controllers";
import { definition, object } from "./builders";

describe("what is played beside real controllers", () => {
  const world = worldOf([
    definition("cert-manager.io", "Certificate"),
    definition("ceph.rook.io", "CephBlockPool"),
    object("cert-manager.io/v1", "Certificate", "c"),
    object("ceph.rook.io/v1", "CephBlockPool", "p"),
    object("metallb.io/v1beta1", "IPAddressPool", "a", { spec: { addresses: [] } }),
    object("source.toolkit.fluxcd.io/v1", "HelmRepository", "s", { spec: { url: "https://x" } }),
    object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "h"),
    object("v1", "Service", "lb", { spec: { type: "LoadBalancer" } }),
  ]);
  const looked = (real: readonly string[]): readonly string[] =>
    playedReconcilers(real).flatMap((reconciler) => reconciler.subjects(world).map(({ kind }) => kind));
  const all = looked([]);

  it("is everything when nothing is real", () => {
    assert.deepEqual(playedReconcilers([]), RECONCILERS);
    assert.deepEqual([...all].sort(), ["CephBlockPool", "Certificate", "HelmRelease", "HelmRepository", "IPAddressPool", "Service"]);
  });

  it("is all but what the real one does, for each that can be real, and for all of them together", () => {
    const silent: Readonly<Record<RealName, readonly string[]>> = {
      "cert-manager": ["Certificate"],
      "helm-controller": ["HelmRelease"],
      metallb: ["IPAddressPool", "Service"],
      "source-controller": ["HelmRepository"],
    };
    for (const [name, kinds] of Object.entries(silent))
      assert.deepEqual(
        looked([name]),
        all.filter((kind) => !kinds.includes(kind)),
        name,
      );
    assert.deepEqual(looked(Object.keys(silent)), ["CephBlockPool"]);
  });

  it("is the load balancer that a cluster came with, whatever MetalLB is", () => {
    const given = object("v1", "ConfigMap", "given-load-balancer", {
      metadata: { namespace: "kube-system" },
      data: { addresses: "192.0.2.1" },
    });
    const service = object("v1", "Service", "lb", { spec: { type: "LoadBalancer" } });
    const kinds = playedReconcilers(["metallb"]).flatMap((each) => each.subjects(worldOf([given, service])).map(({ kind }) => kind));
    assert.deepEqual(kinds, ["Service"]);
  });
});
