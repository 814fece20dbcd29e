import { groupOf } from "../../components/manifest";
import type { RealName } from "../control-plane/real-controllers";
import { givenLoadBalancer } from "../given/given";
import { addressPools } from "./address-pools";
import { RECONCILERS } from "./controller";
import { customResources } from "./custom-resources";
import { helmReleases } from "./helm-release";
import { loadBalancers } from "./load-balancer";
import type { Reconciler } from "./reconciler";
import { fluxSources } from "./sources";

/** What is left of each played controller when a real one does its work; undefined if nothing is. */
const LEFT: Readonly<Record<RealName, (reconciler: Reconciler) => Reconciler | undefined>> = {
  "source-controller": (reconciler) => (reconciler === fluxSources ? undefined : reconciler),
  "helm-controller": (reconciler) => (reconciler === helmReleases ? undefined : reconciler),
  "cert-manager": (reconciler) =>
    reconciler === customResources
      ? { ...reconciler, subjects: (world) => reconciler.subjects(world).filter((each) => groupOf(each.apiVersion) !== "cert-manager.io") }
      : reconciler,
  metallb: (reconciler) => {
    if (reconciler === addressPools) return undefined;
    if (reconciler !== loadBalancers) return reconciler;
    // The load balancer that a cluster comes with is none of MetalLB's.
    return { ...reconciler, subjects: (world) => (givenLoadBalancer(world) === undefined ? [] : reconciler.subjects(world)) };
  },
};

/** The reconcilers of the sandbox without the work of the controllers that are real. */
export function playedReconcilers(real: readonly string[], all: readonly Reconciler[] = RECONCILERS): readonly Reconciler[] {
  const left = Object.entries(LEFT).filter(([name]) => real.includes(name));
  return all.flatMap((one) => {
    // Each rule knows a reconciler by identity, so the rules are applied to the original and not to each other's result.
    const results = left.map(([, rule]) => rule(one));
    if (results.includes(undefined)) return [];
    return results.find((result) => result !== one) ?? one;
  });
}
