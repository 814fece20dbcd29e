import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { selectUse, tolerateUse } from "../nodes/labels";
import { checksum } from "../checksum";
import { hostsThatRun, type Nodes } from "../nodes/settings";
import { INTERNAL_ISSUER } from "../platform/certificates";
import { exportsOf, type Data, type XCacheSettings } from "./settings";
import { DISK_CLASS, META_SIZE, xcacheResources } from "./workload";
import { diskMount, siteConfig, tokenConfig, XCACHE_PORT } from "./xcache-config";

export interface XCacheArgs {
  readonly data: Data;
  readonly settings: XCacheSettings;
  readonly nodes: Nodes;
  readonly namespace: pulumi.Input<string>;
  readonly namespaceName: string;
  /** The cache's own identity towards its origin, independent of users (guide data-access.md §3). */
  readonly originToken: pulumi.Output<string>;
}

/** User of the image; it owns the disks (guide data-access.md §3). */
const XROOTD_ID = 10940;

/** One XCache a cache host, on local disks: cached data is never worth a copy on Ceph. */
export class XCache extends pulumi.ComponentResource {
  constructor(name: string, args: XCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:XCache", name, {}, opts);
    const { data, settings, nodes, namespace, originToken } = args;
    const hosts = hostsThatRun(nodes, "cache");
    const files = { "90-site.cfg": siteConfig(settings, exportsOf(data)), "scitokens.cfg": tokenConfig(settings) };
    const config = new k8s.core.v1.ConfigMap(`${name}-config`, { metadata: { name: "xcache", namespace }, data: files }, { parent: this });
    const token = new k8s.core.v1.Secret(
      `${name}-token`,
      { metadata: { name: "xcache-origin", namespace }, stringData: { token: originToken } },
      { parent: this },
    );
    const certificate = this.certificate(name, args);
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: { name: "xcache", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { selector: labels, ports: [{ name: "xrootd", port: XCACHE_PORT, targetPort: XCACHE_PORT }] },
      },
      { parent: this },
    );
    const disks = this.disks(
      name,
      settings,
      hosts.map((host) => host.name),
    );
    const tolerations = tolerateUse(nodes, "cache");
    new k8s.apps.v1.StatefulSet(
      `${name}-set`,
      {
        metadata: { name: "xcache", namespace },
        spec: {
          replicas: hosts.length,
          serviceName: service.metadata.name,
          selector: { matchLabels: labels },
          template: {
            // A changed file restarts the daemon, which reads it only at its start.
            metadata: { labels, annotations: { "checksum/config": checksum(JSON.stringify(files)) } },
            spec: {
              nodeSelector: selectUse("cache"),
              ...(tolerations.length > 0 && { tolerations }),
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              terminationGracePeriodSeconds: 120,
              affinity: {
                podAntiAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                    { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" },
                  ],
                },
              },
              securityContext: { fsGroup: XROOTD_ID, fsGroupChangePolicy: "OnRootMismatch", seccompProfile: { type: "RuntimeDefault" } },
              containers: [container(settings)],
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "certificate", secret: { secretName: "xcache-tls" } },
                { name: "origin", secret: { secretName: token.metadata.name, defaultMode: 0o400 } },
                { name: "meta", emptyDir: { sizeLimit: META_SIZE } },
              ],
            },
          },
          // A claim that outlived the set would hold its disk's volume, and neither could ever be deleted. What is lost is warmth.
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
          volumeClaimTemplates: settings.disks.map(({ size }, index) => ({
            metadata: { name: `data${index}` },
            spec: { storageClassName: DISK_CLASS, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } },
          })),
        },
      },
      { parent: this, dependsOn: [certificate, ...disks] },
    );
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      { metadata: { name: "xcache", namespace }, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
      { parent: this },
    );
    this.registerOutputs({ host: settings.host });
  }

  private certificate(name: string, { settings, namespace, namespaceName }: XCacheArgs): k8s.apiextensions.CustomResource {
    return new k8s.apiextensions.CustomResource(
      `${name}-certificate`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: "xcache", namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: {
          secretName: "xcache-tls",
          dnsNames: [settings.host, `xcache.${namespaceName}.svc`],
          issuerRef: { kind: "ClusterIssuer", name: INTERNAL_ISSUER },
        },
      },
      { parent: this },
    );
  }

  /** A PersistentVolume per disk, tied to its host; the claims of the set find them by class and size. */
  private disks(name: string, settings: XCacheSettings, hosts: readonly string[]): readonly pulumi.Resource[] {
    const storageClass = new k8s.storage.v1.StorageClass(
      `${name}-class`,
      {
        metadata: { name: DISK_CLASS },
        provisioner: "kubernetes.io/no-provisioner",
        volumeBindingMode: "WaitForFirstConsumer",
        reclaimPolicy: "Retain",
      },
      { parent: this },
    );
    return hosts.flatMap((host) =>
      settings.disks.map(
        ({ path, size }, index) =>
          new k8s.core.v1.PersistentVolume(
            `${name}-${host}-data${index}`,
            {
              metadata: { name: `xcache-${host}-data${index}`, annotations: { "pulumi.com/skipAwait": "true" } },
              spec: {
                storageClassName: storageClass.metadata.name,
                capacity: { storage: size },
                accessModes: ["ReadWriteOnce"],
                persistentVolumeReclaimPolicy: "Retain",
                local: { path },
                nodeAffinity: {
                  required: {
                    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [host] }] }],
                  },
                },
              },
            },
            { parent: this },
          ),
      ),
    );
  }
}

const labels = { "app.kubernetes.io/name": "xcache" };

function container(settings: XCacheSettings): k8s.types.input.core.v1.Container {
  return {
    name: "xcache",
    image: settings.image,
    resources: xcacheResources(settings),
    env: [
      // A recursive chown at start would outlast any probe on a large cache (guide data-access.md §3).
      { name: "XC_FIX_DIR_OWNERS", value: "no" },
      { name: "BEARER_TOKEN_FILE", value: "/etc/xcache-origin/token" },
    ],
    ports: [{ name: "xrootd", containerPort: XCACHE_PORT }],
    startupProbe: { tcpSocket: { port: XCACHE_PORT }, failureThreshold: 60, periodSeconds: 5 },
    // The origin is not asked: a cache that cannot reach it still serves what it has.
    livenessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 20 },
    readinessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 10 },
    volumeMounts: [
      { name: "config", mountPath: "/etc/xrootd/config.d/90-site.cfg", subPath: "90-site.cfg", readOnly: true },
      { name: "config", mountPath: "/etc/xrootd/scitokens.cfg", subPath: "scitokens.cfg", readOnly: true },
      { name: "certificate", mountPath: "/etc/grid-security/xrd", readOnly: true },
      { name: "origin", mountPath: "/etc/xcache-origin", readOnly: true },
      { name: "meta", mountPath: "/xcache/meta" },
      ...settings.disks.map((_, index) => ({ name: `data${index}`, mountPath: diskMount(index) })),
    ],
  };
}
