import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "./manifest";
import { reportOf, WAIT_FOR } from "./wait-for";

type Constructor = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** The SDK's class of each kind that parts hold, by `apiVersion kind`. Objects of any other kind become custom resources. */
const CLASSES: Readonly<Record<string, Constructor>> = {
  "v1 ConfigMap": k8s.core.v1.ConfigMap,
  "v1 LimitRange": k8s.core.v1.LimitRange,
  "v1 PersistentVolume": k8s.core.v1.PersistentVolume,
  "v1 PersistentVolumeClaim": k8s.core.v1.PersistentVolumeClaim,
  "v1 ResourceQuota": k8s.core.v1.ResourceQuota,
  "v1 Service": k8s.core.v1.Service,
  "v1 ServiceAccount": k8s.core.v1.ServiceAccount,
  "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy": k8s.admissionregistration.v1.ValidatingAdmissionPolicy,
  "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding": k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding,
  "apps/v1 Deployment": k8s.apps.v1.Deployment,
  "apps/v1 StatefulSet": k8s.apps.v1.StatefulSet,
  "discovery.k8s.io/v1 EndpointSlice": k8s.discovery.v1.EndpointSlice,
  "networking.k8s.io/v1 NetworkPolicy": k8s.networking.v1.NetworkPolicy,
  "policy/v1 PodDisruptionBudget": k8s.policy.v1.PodDisruptionBudget,
  "rbac.authorization.k8s.io/v1 ClusterRole": k8s.rbac.v1.ClusterRole,
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": k8s.rbac.v1.ClusterRoleBinding,
  "rbac.authorization.k8s.io/v1 Role": k8s.rbac.v1.Role,
  "rbac.authorization.k8s.io/v1 RoleBinding": k8s.rbac.v1.RoleBinding,
  "scheduling.k8s.io/v1 PriorityClass": k8s.scheduling.v1.PriorityClass,
  "storage.k8s.io/v1 StorageClass": k8s.storage.v1.StorageClass,
};

/** Options of an installed object. */
export interface InstallOptions extends pulumi.CustomResourceOptions {
  /** The namespace as an Output: the object is then made after it and deleted before it. Left out for objects without a namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** Annotations of the object's pod template that are known only to the component, such as digests of secret values. */
  readonly podAnnotations?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Registers one object of a part with the engine.
 * @param name name of the Pulumi resource.
 * @throws {Error} if the object waits for something that the provider cannot read ({@link reportOf}).
 */
export function install(name: string, { metadata, ...object }: Manifest, options: InstallOptions): pulumi.CustomResource {
  const { namespace, podAnnotations, ...opts } = options;
  const awaited = metadata.annotations?.[WAIT_FOR];
  if (awaited !== undefined) reportOf(awaited);
  const placed = metadata.namespace === undefined || namespace === undefined ? metadata : { ...metadata, namespace };
  const args = { ...object, ...(podAnnotations && { spec: annotated(object["spec"], podAnnotations) }), metadata: placed };
  const Class = CLASSES[`${object.apiVersion} ${object.kind}`];
  // Each class of the table takes the fields of its own kind; the compiler cannot follow a key that is composed of two texts.
  return Class === undefined ? new k8s.apiextensions.CustomResource(name, args, opts) : new Class(name, args as never, opts);
}

/**
 * Registers objects in the order of their keys, each as `<name>-<key>`.
 * @param optionsOf gives the options of each object: dependencies, protection, timeouts. It gets the resources registered before, by key.
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

/** The spec of a workload whose pod template has further annotations. */
function annotated(spec: unknown, more: Readonly<Record<string, pulumi.Input<string>>>): unknown {
  const workload = spec as { readonly template: V1PodTemplateSpec };
  const { metadata, ...template } = workload.template;
  return { ...workload, template: { ...template, metadata: { ...metadata, annotations: { ...metadata?.annotations, ...more } } } };
}
