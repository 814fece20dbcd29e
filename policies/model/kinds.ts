import { catalogue } from "../../components/charts/catalogue";
import { groupOf } from "../../components/manifest";
import { isFields } from "./fields";
import { is, type KubernetesObject } from "./objects";
import { hasPodTemplate } from "./pods";

/**
 * Kinds of Kubernetes' own groups that hold no pods, by group; the kinds that do are those of {@link hasPodTemplate}
 * (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/).
 */
const WITHOUT_PODS: Readonly<Record<string, readonly string[]>> = {
  "": [
    ...["ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim"],
    ...["ResourceQuota", "Secret", "Service", "ServiceAccount"],
  ],
  apps: ["ControllerRevision"],
  autoscaling: ["HorizontalPodAutoscaler"],
  policy: ["PodDisruptionBudget"],
  "admissionregistration.k8s.io": [
    ...["MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"],
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "coordination.k8s.io": ["Lease"],
  "discovery.k8s.io": ["EndpointSlice"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "networking.k8s.io": ["IPAddress", "Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
  "resource.k8s.io": ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  "gateway.networking.k8s.io": ["BackendTLSPolicy", "GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant", "TLSRoute"],
  "route.openshift.io": ["Route"],
  "snapshot.storage.k8s.io": ["VolumeSnapshot", "VolumeSnapshotClass", "VolumeSnapshotContent"],
  "helm.sh": ["Release"],
  "helm.toolkit.fluxcd.io": ["HelmRelease"],
  "kustomize.toolkit.fluxcd.io": [],
  "notification.toolkit.fluxcd.io": ["Alert", "Provider", "Receiver"],
  "source.toolkit.fluxcd.io": ["Bucket", "GitRepository", "HelmChart", "HelmRepository", "OCIRepository"],
  // Those from which its operator makes pods are described, but for these.
  "monitoring.coreos.com": [
    "Alertmanager",
    "AlertmanagerConfig",
    "PodMonitor",
    "Probe",
    "Prometheus",
    "PrometheusRule",
    "ScrapeConfig",
    "ServiceMonitor",
  ],
};
/** Groups of charts of the catalogue in which some kinds hold pods that no description tells. */
const WITH_OTHERS = new Set(["gateway.dask.org", ...Object.keys(WITHOUT_PODS)]);

/** What other kinds install or run, as far as it is known. */
const HOLDERS: readonly (readonly [apiVersion: string, kind: string, what: string])[] = [
  ["kustomize.toolkit.fluxcd.io/*", "Kustomization", "installs objects from elsewhere"],
  ["argoproj.io/*", "Application", "installs objects from elsewhere"],
  ["argoproj.io/*", "ApplicationSet", "installs objects from elsewhere"],
  ["helm.cattle.io/*", "HelmChart", "installs a chart"],
  ["helm.sh/*", "Chart", "installs a chart"],
  ["apps.openshift.io/*", "DeploymentConfig", "runs pods"],
  ["argoproj.io/*", "Rollout", "runs pods"],
  ["argoproj.io/*", "Workflow", "runs pods"],
  ["argoproj.io/*", "CronWorkflow", "runs pods"],
  ["gateway.dask.org/*", "DaskCluster", "runs pods"],
  ["kubernetes.dask.org/*", "DaskCluster", "runs pods"],
  ["kubernetes.dask.org/*", "DaskJob", "runs pods"],
  ["kubeflow.org/*", "Notebook", "runs pods"],
  ["serving.knative.dev/*", "Service", "runs pods"],
  ["monitoring.coreos.com/*", "PrometheusAgent", "runs pods"],
  ["monitoring.coreos.com/*", "ThanosRuler", "runs pods"],
  ["security.openshift.io/*", "SecurityContextConstraints", "says what pods may do"],
];

/** True if the rules see every pod that an object of this kind holds. */
export function isKnownKind(object: KubernetesObject): boolean {
  const group = groupOf(object.apiVersion);
  const versioned = group !== "" || object.apiVersion === "v1";
  if (!versioned) return false;
  // A group that is named as a property of every object, such as "constructor", is none of these.
  const withoutPods = Object.hasOwn(WITHOUT_PODS, group) ? WITHOUT_PODS[group] : undefined;
  if (hasPodTemplate(object) || withoutPods?.includes(object.kind)) return true;
  return !WITH_OTHERS.has(group) && object.kind !== "" && catalogue.some(({ crdGroups }) => crdGroups.includes(group));
}

/** What an object of a kind that no rule knows does, as far as that can be told. */
export function whatItDoes(object: KubernetesObject): string {
  const holder = HOLDERS.find(([apiVersion, kind]) => is(object, apiVersion, kind));
  return holder?.[2] ?? (hasContainers(object.root.raw()) ? "holds containers" : "may run anything");
}

function hasContainers(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasContainers);
  return isFields(value) && (Array.isArray(value["containers"]) || Object.values(value).some(hasContainers));
}
