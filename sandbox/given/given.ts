import { addressAnnotation, type LoadBalancer } from "../../components/platform/settings";
import type { Site } from "../../stacks/site/schema";
import { ensureCrds } from "../charts/crds";
import type { Cluster, ClusterObject } from "../cluster/client";
import { findObject, textAt, type World } from "../cluster/world";

/** Provisioner of the classes that a site's cluster came with; the sandbox's controller serves their claims. */
export const GIVEN_PROVISIONER = "given.sandbox.analysis-facility";

/** Where the load balancer that the cluster came with is described; its addresses are given out as MetalLB would. */
const LOAD_BALANCER = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "given-load-balancer", namespace: "kube-system" } } as const;

/** What the cluster of a site has before the facility comes: storage classes, a load balancer, and the kinds of its distribution. */
export function givenObjects({ storage, data, platform }: Site): readonly ClusterObject[] {
  const existing = storage.kind === "existing" ? [storage.blockClass, storage.sharedClass] : [];
  const classes = [...existing, data.cvmfs.kind === "csi" ? data.cvmfs.storageClass : undefined];
  return [
    ...classes.flatMap((name) => (name === undefined ? [] : [storageClass(name)])),
    ...(platform.loadBalancer.kind === "provided" ? [description(platform.loadBalancer)] : []),
  ];
}

/** API groups that the distribution brings. */
export function givenGroups({ site }: Site): readonly string[] {
  switch (site.kubernetes.kind) {
    case "kubeadm":
      return [];
    case "okd":
      return ["route.openshift.io"];
  }
}

/** Makes what is missing of it; what is there is left as it is. */
export async function provideGiven(cluster: Cluster, site: Site): Promise<void> {
  await ensureCrds(cluster, givenGroups(site));
  for (const object of givenObjects(site)) if ((await cluster.read(object)) === undefined) await cluster.apply(object, "sandbox-given");
}

/** The load balancer that the cluster came with, or undefined. */
export function givenLoadBalancer(world: World): { readonly annotation: string; readonly addresses: readonly string[] } | undefined {
  const found = findObject(world, "", "ConfigMap", LOAD_BALANCER.metadata.name, LOAD_BALANCER.metadata.namespace);
  const addresses = textAt(found, "data", "addresses");
  return addresses === undefined ? undefined : { annotation: textAt(found, "data", "annotation") ?? "", addresses: addresses.split(",") };
}

function storageClass(name: string): ClusterObject {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: GIVEN_PROVISIONER,
    reclaimPolicy: "Delete",
    allowVolumeExpansion: true,
    volumeBindingMode: "Immediate",
  };
}

function description(settings: Extract<LoadBalancer, { kind: "provided" }>): ClusterObject {
  const [annotation = ""] = Object.keys(addressAnnotation(settings, "any"));
  return { ...LOAD_BALANCER, data: { annotation, addresses: settings.addresses.join(",") } };
}
