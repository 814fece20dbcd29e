import { dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { hostsThatRun, type Nodes } from "../nodes/settings";
import { part, type Part } from "../parts";
import { certificateManifest, certificateSecret } from "../platform/certificate";
import { INTERNAL_ISSUER } from "../platform/issuers";
import { XCACHE_PODS } from "./pods";
import { DOORS_ELSEWHERE_PORTS, XCACHE_PORT } from "./ports";
import { exportsOf, type Data, type XCacheSettings } from "./settings";
import { siteConfig, tokenConfig } from "./xcache-config";
import { DISK_CLASS, XCACHE_LABELS, xcacheSet } from "./xcache-set";

/** Name of the cache's objects. */
const XCACHE = "xcache";

/** Name of the Secret with the token by which the cache authenticates to its origin. */
export const ORIGIN_SECRET = "xcache-origin";

/** XCache, one on each cache host, on local disks: copies of files are not worth space on Ceph. */
export function xcachePart(settings: XCacheSettings, data: Data, nodes: Nodes, namespace: string): Part {
  const files = { "90-site.cfg": siteConfig(settings, exportsOf(data)), "scitokens.cfg": tokenConfig(settings) };
  const { origin, host } = settings;
  const shared = { name: XCACHE, namespace };
  return part("data", {
    objects: {
      config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: files },
      certificate: certificateManifest({ issuer: INTERNAL_ISSUER, ...shared, dnsNames: [host, `${XCACHE}.${namespace}.svc`] }),
      service: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...shared, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { selector: XCACHE_LABELS, ports: [{ name: "xrootd", port: XCACHE_PORT, targetPort: XCACHE_PORT }] },
      },
      ...localVolumes(settings, nodes),
      set: xcacheSet(settings, nodes, {
        ...shared,
        configMap: XCACHE,
        certificateSecret: certificateSecret(XCACHE),
        originSecret: ORIGIN_SECRET,
        configChecksum: dataChecksum(files),
      }),
      budget: {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: shared,
        spec: { maxUnavailable: 1, selector: { matchLabels: XCACHE_LABELS } },
      },
    },
    flows: [
      { from: "anywhere", to: XCACHE_PODS, ports: [XCACHE_PORT] },
      // The redirector may be inside the campus, at a private address. It sends the cache to doors of any site, which have public
      // addresses.
      { from: XCACHE_PODS, to: "outside", ports: [origin.port] },
      { from: XCACHE_PODS, to: "internet", ports: DOORS_ELSEWHERE_PORTS },
    ],
    pods: [XCACHE_PODS],
    probes: [{ service: "XCache", host, port: XCACHE_PORT, scheme: "tls" }],
  });
}

/** One PersistentVolume for each disk, bound to its host. The claims of the StatefulSet find them by StorageClass and size. */
function localVolumes({ disks }: XCacheSettings, nodes: Nodes): Readonly<Record<string, Manifest>> {
  const storageClass: Manifest = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: DISK_CLASS },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Retain",
  };
  const volume = (host: string, index: number, { path, size }: XCacheSettings["disks"][number]): Manifest => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `${XCACHE}-${host}-data${index}`, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      storageClassName: DISK_CLASS,
      capacity: { storage: size },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      local: { path },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [host] }] }] },
      },
    },
  });
  return {
    class: storageClass,
    ...Object.fromEntries(
      hostsThatRun(nodes, "cache").flatMap(({ name }) => disks.map((disk, index) => [`${name}-data${index}`, volume(name, index, disk)])),
    ),
  };
}
