import { addressAnnotation, type LoadBalancer } from "../../components/platform/settings";
import type { Site } from "../../stacks/site/schema";
import { crdsOf, crdSource, ensureCrds } from "../charts/crds";
import type { Cluster, ClusterObject } from "../cluster/client";
import { findObject, textAt, type World } from "../cluster/world";

/** Provisioner of the storage classes that a site's cluster comes with; the sandbox's controller makes their volumes. */
export const GIVEN_PROVISIONER = "given.sandbox.analysis-facility";

/** The ConfigMap that describes the load balancer of the cluster; the sandbox's controller gives out its addresses as MetalLB would. */
const LOAD_BALANCER = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "given-load-balancer", namespace: "kube-system" } } as const;

/** Objects that the cluster of a site has before the facility comes: storage classes and the description of a load balancer. */
export function givenObjects({ storage, data, platform }: Site): readonly ClusterObject[] {
  const existing = storage.kind === "existing" ? [storage.blockClass, storage.sharedClass] : [];
  const classes = [...existing, data.cvmfs.kind === "csi" ? data.cvmfs.storageClass : undefined];
  return [
    ...classes.flatMap((name) => (name === undefined ? [] : [storageClass(name)])),
    ...(platform.loadBalancer.kind === "provided" ? [description(platform.loadBalancer)] : []),
  ];
}

/** API groups that the Kubernetes distribution of a site brings. */
export function givenGroups({ site }: Site): readonly string[] {
  switch (site.kubernetes.kind) {
    case "kubeadm":
      return [];
    case "okd":
      return ["route.openshift.io"];
  }
}

/** Makes what a site's cluster comes with, and leaves alone what is there already. */
export async function provideGiven(cluster: Cluster, site: Site): Promise<void> {
  await ensureCrds(cluster, givenGroups(site));
  for (const object of givenObjects(site)) if ((await cluster.read(object)) === undefined) await cluster.apply(object, "sandbox-given");
}

/** What a site's cluster comes with and this one does not have, as kind and name. */
export async function missingGiven(cluster: Cluster, site: Site): Promise<readonly string[]> {
  const wanted = [...crdsOf(givenGroups(site), crdSource()), ...givenObjects(site)];
  const found = await Promise.all(wanted.map((object) => cluster.read(object)));
  return wanted.filter((_, index) => found[index] === undefined).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** The load balancer of the cluster: the annotation by which a Service asks for an address, and its ranges; undefined if there is none. */
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
