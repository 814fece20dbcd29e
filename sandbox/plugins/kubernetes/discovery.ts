import type { Json } from "../properties";
import { ApiError, type Cluster } from "./cluster";
import { groupOf, listAt, nameOf, textAt } from "./objects";

/** Where objects of a kind live in the API. */
export interface ApiKind {
  readonly namespaced: boolean;
  /** Path of the collection in a namespace, or of one object in it. */
  path(namespace: string, name?: string): string;
}

/** Built-in kinds without a namespace, for previews without a cluster; every other kind is taken to have one, as in the official provider. */
// prettier-ignore
const clusterScoped: ReadonlySet<string> = new Set([
  "/Namespace", "/Node", "/PersistentVolume", "/ComponentStatus",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration", "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy", "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/MutatingAdmissionPolicy", "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
  "apiextensions.k8s.io/CustomResourceDefinition", "apiregistration.k8s.io/APIService",
  "certificates.k8s.io/CertificateSigningRequest", "certificates.k8s.io/ClusterTrustBundle",
  "flowcontrol.apiserver.k8s.io/FlowSchema", "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  "networking.k8s.io/IngressClass", "networking.k8s.io/IPAddress", "networking.k8s.io/ServiceCIDR", "node.k8s.io/RuntimeClass",
  "rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/ClusterRoleBinding",
  "resource.k8s.io/DeviceClass", "resource.k8s.io/ResourceSlice", "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/CSIDriver", "storage.k8s.io/CSINode", "storage.k8s.io/StorageClass", "storage.k8s.io/VolumeAttachment",
  "storage.k8s.io/VolumeAttributesClass",
]);

/** Which kinds the API server has. Answers are kept per group version; a kind that is missing is looked for again, since its definition may have come. */
export class Discovery {
  private readonly groups = new Map<string, Promise<ReadonlyMap<string, ApiKind>>>();
  private readonly defined = new Map<string, boolean>();

  public constructor(private readonly cluster: Cluster | undefined) {}

  /** `undefined` where the server does not have the kind. */
  public async find(apiVersion: string, kind: string): Promise<ApiKind | undefined> {
    const known = (await this.groups.get(apiVersion))?.get(kind);
    if (known !== undefined) return known;
    this.groups.delete(apiVersion);
    return (await this.load(apiVersion)).get(kind);
  }

  /** Remembers a CustomResourceDefinition of the program, so that its objects are placed right before it exists. */
  public learn(definition: Json): void {
    const kind = `${textAt(definition, "spec", "group")}/${textAt(definition, "spec", "names", "kind")}`;
    this.defined.set(kind, textAt(definition, "spec", "scope") !== "Cluster");
  }

  /** Whether objects of the kind have a namespace, from the server where it knows. */
  public async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    const found = this.cluster !== undefined && (await this.cluster.unreachable()) === "" ? await this.find(apiVersion, kind) : undefined;
    const groupKind = `${groupOf(apiVersion)}/${kind}`;
    return found?.namespaced ?? this.defined.get(groupKind) ?? !clusterScoped.has(groupKind);
  }

  /** Forgets a group version, after one of its definitions has changed. */
  public forget(apiVersion: string): void {
    this.groups.delete(apiVersion);
  }

  private load(apiVersion: string): Promise<ReadonlyMap<string, ApiKind>> {
    const running = this.groups.get(apiVersion) ?? this.read(apiVersion);
    this.groups.set(apiVersion, running);
    // A failure must not be remembered.
    running.catch(() => this.groups.delete(apiVersion));
    return running;
  }

  private async read(apiVersion: string): Promise<ReadonlyMap<string, ApiKind>> {
    const root = groupOf(apiVersion) === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
    const kinds = new Map<string, ApiKind>();
    const body = await this.cluster?.get(root).catch((error: unknown) => {
      // An aggregated API whose own server is away: its kinds are not there for now.
      if (error instanceof ApiError && error.status === 503) return undefined;
      throw error;
    });
    for (const resource of listAt(body, "resources")) {
      const plural = textAt(resource, "name");
      if (plural.includes("/")) continue;
      const namespaced = (resource as { namespaced?: Json }).namespaced === true;
      kinds.set(textAt(resource, "kind"), {
        namespaced,
        path: (namespace, name) => collection(root, namespaced ? namespace : "", plural, name),
      });
    }
    return kinds;
  }
}

/** The group versions that a CustomResourceDefinition serves. */
export function servedVersions(definition: Json): readonly string[] {
  const group = textAt(definition, "spec", "group") || nameOf(definition).replace(/^[^.]*\./, "");
  return listAt(definition, "spec", "versions").map((version) => `${group}/${textAt(version, "name")}`);
}

function collection(root: string, namespace: string, plural: string, name: string | undefined): string {
  const folder = namespace === "" ? root : `${root}/namespaces/${encodeURIComponent(namespace)}`;
  return name === undefined ? `${folder}/${plural}` : `${folder}/${plural}/${encodeURIComponent(name)}`;
}
