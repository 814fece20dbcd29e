import { dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { NO_PROVISIONER } from "../no-provisioner";
import { hostsThatRun, type Nodes } from "../nodes/settings";
import { part, type Part } from "../parts";
import { certificateManifest, certificateSecret } from "../platform/certificate";
import { INTERNAL_ISSUER, PUBLIC_ISSUER } from "../platform/issuers";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import type { Flow } from "../tenancy/flows";
import { REDIRECTOR_PODS, XCACHE_PODS } from "./pods";
import { collectorPorts } from "./monitoring-settings";
import { CMSD_PORT, FEDERATION_PORTS, XCACHE_PORT } from "./ports";
import { redirectorAddress, redirectorObjects, REDIRECTOR_LABELS, SERVERS_SERVICE } from "./redirector";
import { exportsOf, knownOrigins, type Data, type XCacheSettings } from "./settings";
import { NO_PROXY_CONFIG, proxyRules, siteConfig, tokenConfig } from "./xcache-config";
import { localFirstFiles } from "./xcache-local";
import { DISK_CLASS, DISK_LABEL, XCACHE_LABELS, diskName, xcacheSet } from "./xcache-set";
import { TOKEN_CRON, startScript, tokenScript } from "./xcache-start";

/** Name of the cache's objects. */
const XCACHE = "xcache";

/** Name of the Secret with the token by which the cache authenticates to its origin. */
export const ORIGIN_SECRET = "xcache-origin";

/** What the cache needs to know of the rest of the site. */
export interface XCacheFacts {
  readonly nodes: Nodes;
  readonly namespace: string;
  readonly loadBalancer: LoadBalancer;
}

/** XCache, one on each cache host, on local disks: copies of files are not worth space on Ceph. */
export function xcachePart(settings: XCacheSettings, data: Data, { nodes, namespace, loadBalancer }: XCacheFacts): Part {
  const files = {
    "40-xcache-auth.cfg": NO_PROXY_CONFIG,
    "90-site.cfg": siteConfig(settings, exportsOf(data)),
    "scitokens.cfg": tokenConfig(settings, knownOrigins(data, settings)),
    ...(settings.proxies && { authfile: proxyRules(settings, knownOrigins(data, settings)) }),
    "start.sh": startScript(settings),
    "token.cron": TOKEN_CRON,
    "token.sh": tokenScript(),
    ...localFirstFiles(settings, data, exportsOf(data)),
  };
  const { origin, host, address, servers, monitoring } = settings;
  const issuer = settings.certificate === "public" ? PUBLIC_ISSUER : INTERNAL_ISSUER;
  const shared = { name: XCACHE, namespace };
  const hosts = hostsThatRun(nodes, "cache").map(({ name }) => name);
  const names = {
    namespace,
    serversService: SERVERS_SERVICE,
    redirector: redirectorAddress(namespace),
    configMap: XCACHE,
    certificateSecret: certificateSecret(XCACHE),
    originSecret: ORIGIN_SECRET,
    configChecksum: dataChecksum(files),
  };
  return part("data", {
    objects: {
      config: { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: files },
      certificate: certificateManifest({ issuer, ...shared, dnsNames: [host, ...(servers ?? []).map((server) => server.host)] }),
      service: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...shared, annotations: { "pulumi.com/skipAwait": "true", ...addressAnnotation(loadBalancer, address) } },
        spec: {
          // With Local the cache sees the clients' own addresses.
          ...(address !== undefined && { type: "LoadBalancer", externalTrafficPolicy: "Local" }),
          selector: servers ? REDIRECTOR_LABELS : XCACHE_LABELS,
          ports: [{ name: "xrootd", port: XCACHE_PORT, targetPort: XCACHE_PORT }],
        },
      },
      ...localVolumes(settings, nodes),
      names: namesService(namespace),
      ...Object.fromEntries(hosts.map((name) => [`set-${name}`, xcacheSet(settings, name, nodes, names)])),
      ...redirectorObjects(settings, exportsOf(data), {
        nodes,
        namespace,
        loadBalancer,
        hosts,
        certificateSecret: names.certificateSecret,
      }),
      budget: {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: shared,
        spec: { maxUnavailable: 1, selector: { matchLabels: XCACHE_LABELS } },
      },
    },
    flows: [
      ...(servers ? REDIRECTOR_FLOWS : []),
      { from: "anywhere", to: XCACHE_PODS, ports: [XCACHE_PORT] },
      // The redirector may be inside the campus, at a private address. It sends the cache to doors of any site, which have public addresses.
      { from: XCACHE_PODS, to: "outside", ports: [origin.port] },
      { from: XCACHE_PODS, to: "internet", ports: FEDERATION_PORTS },
      // A site's own collector may be inside the campus.
      ...(monitoring ? [{ from: XCACHE_PODS, to: "outside", protocol: "UDP", ports: collectorPorts(monitoring) } as const] : []),
    ],
    pods: [XCACHE_PODS, ...(servers ? [REDIRECTOR_PODS] : [])],
    probes: [{ service: "XCache", host, port: XCACHE_PORT, scheme: "xrootd" }],
  });
}

/** Flows that only a redirector before several caches has. */
const REDIRECTOR_FLOWS: readonly Flow[] = [
  { from: "anywhere", to: REDIRECTOR_PODS, ports: [XCACHE_PORT] },
  { from: XCACHE_PODS, to: REDIRECTOR_PODS, ports: [CMSD_PORT] },
];

/** Headless Service by which the caches have names in the cluster's DNS. A redirector has to know a cache before that is ready. */
function namesService(namespace: string): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: SERVERS_SERVICE, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: XCACHE_LABELS,
      ports: [{ name: "xrootd", port: XCACHE_PORT, targetPort: XCACHE_PORT }],
    },
  };
}

/** One PersistentVolume for each disk, bound to its host. The claims of the StatefulSet find them by label. */
function localVolumes({ disks }: XCacheSettings, nodes: Nodes): Readonly<Record<string, Manifest>> {
  const storageClass: Manifest = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: DISK_CLASS },
    provisioner: NO_PROVISIONER,
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Retain",
  };
  const volume = (host: string, name: string, disk: XCacheSettings["disks"][number]): Manifest => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: `${XCACHE}-${host}-${name}`,
      labels: { [DISK_LABEL]: name },
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      storageClassName: DISK_CLASS,
      capacity: { storage: disk.size },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      local: { path: disk.path },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [host] }] }] },
      },
    },
  });
  return {
    class: storageClass,
    ...Object.fromEntries(
      hostsThatRun(nodes, "cache").flatMap(({ name }) =>
        disks.map((disk, index) => [`${name}-${diskName(name, index, disk)}`, volume(name, diskName(name, index, disk), disk)]),
      ),
    ),
  };
}
