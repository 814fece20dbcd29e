import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "./manifest";

type Constructor = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** The SDK's class of each kind that parts hold, by `apiVersion kind`; any other kind is a custom resource. */
const CLASSES: Readonly<Record<string, Constructor>> = {
  "v1 ConfigMap": k8s.core.v1.ConfigMap,
  "v1 LimitRange": k8s.core.v1.LimitRange,
  "v1 PersistentVolume": k8s.core.v1.PersistentVolume,
  "v1 PersistentVolumeClaim": k8s.core.v1.PersistentVolumeClaim,
  "v1 ResourceQuota": k8s.core.v1.ResourceQuota,
  "v1 Service": k8s.core.v1.Service,
  "apps/v1 StatefulSet": k8s.apps.v1.StatefulSet,
  "discovery.k8s.io/v1 EndpointSlice": k8s.discovery.v1.EndpointSlice,
  "networking.k8s.io/v1 NetworkPolicy": k8s.networking.v1.NetworkPolicy,
  "policy/v1 PodDisruptionBudget": k8s.policy.v1.PodDisruptionBudget,
  "rbac.authorization.k8s.io/v1 RoleBinding": k8s.rbac.v1.RoleBinding,
  "scheduling.k8s.io/v1 PriorityClass": k8s.scheduling.v1.PriorityClass,
  "storage.k8s.io/v1 StorageClass": k8s.storage.v1.StorageClass,
};

/** Options of an installed object. */
export interface InstallOptions extends pulumi.CustomResourceOptions {
  /** The namespace as an Output: the object then waits for it, and goes before it. Left out for what has no namespace. */
  readonly namespace?: pulumi.Input<string>;
}

/**
 * Installs one object of a part as it is told.
 * @param name of the Pulumi resource.
 */
export function install(name: string, { metadata, ...object }: Manifest, { namespace, ...opts }: InstallOptions): pulumi.CustomResource {
  const placed = metadata.namespace === undefined || namespace === undefined ? metadata : { ...metadata, namespace };
  const args = { ...object, metadata: placed };
  const Class = CLASSES[`${object.apiVersion} ${object.kind}`];
  // The table pairs each class with the kind whose fields the manifest has; the compiler cannot follow a key made of two texts.
  return Class === undefined ? new k8s.apiextensions.CustomResource(name, args, opts) : new Class(name, args as never, opts);
}

/**
 * Installs objects in the order in which they are told, each as `<name>-<key>`.
 * @param optionsOf what the engine is told of each: dependencies, protection, timeouts. It sees what has been installed before.
 */
export function installAll(
  name: string,
  objects: Readonly<Record<string, Manifest>>,
  optionsOf: (key: string, before: Readonly<Record<string, pulumi.CustomResource>>) => InstallOptions,
): Readonly<Record<string, pulumi.CustomResource>> {
  const installed: Record<string, pulumi.CustomResource> = {};
  for (const [key, object] of Object.entries(objects)) installed[key] = install(`${name}-${key}`, object, optionsOf(key, installed));
  return installed;
}
