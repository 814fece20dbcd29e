import type { V1Container } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM, checksum } from "../checksum";
import type { Manifest } from "../manifest";
import { placedOn } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { XCACHE_PORT } from "./ports";
import type { XCacheSettings } from "./settings";
import { localFirstPaths } from "./xcache-local";
import { CERTIFICATE_MOUNT, ORIGIN_MOUNT, TOKEN_SCRIPT, diskMount } from "./xcache-start";

/**
 * User and group id of XRootD in the image, which own the disks
 * (https://github.com/opensciencegrid/docker-xcache/blob/master/xcache/Dockerfile).
 */
export const XROOTD_ID = 10940;

/** Bytes that a pod of the cache may hold on its host's own disk, for its logs, before it is evicted. We chose 1Gi. */
const EPHEMERAL_LIMIT = "1Gi";

/**
 * How long the cache waits for its origin, in seconds and times, in place of XRootD's own 120 seconds, 5 times, and half an hour in which it asks an origin no
 * more that did not answer (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdCl/XrdClConstants.hh). We chose them: clients give up sooner, and an origin
 * that is back is asked again within ten seconds.
 */
const ORIGIN_PATIENCE = { XRD_CONNECTIONWINDOW: 15, XRD_CONNECTIONRETRY: 2, XRD_STREAMERRORWINDOW: 10 } as const;

/** Name of the StorageClass of the cache hosts' own disks. */
export const DISK_CLASS = "xcache-local";

/** Label by which a claim finds the volume of its own disk. */
export const DISK_LABEL = "analysis-facility/cache-disk";

/**
 * Name of the claim and the volume of one disk of a host. It carries a digest of host, path and size: neither a volume nor a claim of another
 * size or path can follow the change, and a volume whose claim is gone is never bound again, so both are replaced by new ones.
 */
export function diskName(host: string, index: number, { path, size }: XCacheSettings["disks"][number]): string {
  return `data${index}-${checksum(`${host} ${path} ${size}`).slice(0, 8)}`;
}

/** Label with the name of the host whose disks a pod of the cache has. */
const HOST_LABEL = "analysis-facility/cache-host";

/**
 * Name of the StatefulSet of a host, from which Kubernetes makes the name of its pod, a label of DNS, and a label of 63 characters with a digest
 * (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/). A host with a longer name, or one with dots, has a digest in its place.
 */
export function setName(host: string): string {
  return `xcache-${/^[a-z0-9-]{1,40}$/.test(host) ? host : checksum(host).slice(0, 8)}`;
}

/** Labels of the pod of one host. */
export function hostLabels(host: string): Record<string, string> {
  return { ...XCACHE_LABELS, [HOST_LABEL]: host };
}

/** Labels of the cache's pods. */
export const XCACHE_LABELS = { "app.kubernetes.io/name": "xcache" };

/** Names that the set shares with the objects beside it. */
export interface XCacheSetNames {
  readonly namespace: string;
  /** Headless Service by which each pod has a name in the cluster's DNS. */
  readonly serversService: string;
  /** `host:port` of that redirector's cmsd. */
  readonly redirector: string;
  readonly configMap: string;
  readonly certificateSecret: string;
  readonly originSecret: string;
  /** Digest of the configuration. The daemon reads its files only at its start, so the annotation restarts it when a file changes. */
  readonly configChecksum: string;
}

/**
 * The StatefulSet of the cache on one host. Each host has its own, because the pods of one set have their claims by number, not by host: with a
 * host that leaves, the pod of another would go, and the claim of a pod that stays would be bound to the disk that has left.
 */
export function xcacheSet(settings: XCacheSettings, host: string, nodes: Nodes, names: XCacheSetNames): Manifest {
  const matchLabels = hostLabels(host);
  const { nodeSelector, ...placed } = placedOn(nodes, "cache");
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: setName(host), namespace: names.namespace },
    spec: {
      replicas: 1,
      serviceName: names.serversService,
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels, annotations: { [CONFIG_CHECKSUM]: names.configChecksum } },
        spec: {
          nodeSelector: { ...nodeSelector, "kubernetes.io/hostname": host },
          ...placed,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // We chose two minutes: the daemon finishes writing blocks, and clients turn to the doors.
          terminationGracePeriodSeconds: 120,
          securityContext: { fsGroup: XROOTD_ID, fsGroupChangePolicy: "OnRootMismatch", seccompProfile: { type: "RuntimeDefault" } },
          containers: [container(settings, host, names)],
          volumes: [
            { name: "config", configMap: { name: names.configMap } },
            { name: "certificate", secret: { secretName: names.certificateSecret, defaultMode: 0o400 } },
            { name: "origin", secret: { secretName: names.originSecret, defaultMode: 0o400 } },
          ],
        },
      },
      // A claim that outlives the StatefulSet would keep its disk's volume from being deleted. Deleting it loses only copies of files.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
      volumeClaimTemplates: settings.disks.map((disk, index) => ({
        metadata: { name: diskName(host, index, disk) },
        spec: {
          storageClassName: DISK_CLASS,
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: disk.size } },
          selector: { matchLabels: { [DISK_LABEL]: diskName(host, index, disk) } },
        },
      })),
    },
  };
}

function container(
  { image, cpu, memory, disks, resource, local, servers, proxies }: XCacheSettings,
  host: string,
  { redirector }: XCacheSetNames,
): V1Container {
  const held = { memory, "ephemeral-storage": EPHEMERAL_LIMIT };
  return {
    name: "xcache",
    image,
    resources: { requests: { cpu, ...held }, limits: held },
    env: [
      // On a large cache the image's recursive chown at the start would take longer than the startup probe waits.
      { name: "XC_FIX_DIR_OWNERS", value: "no" },
      { name: "XC_RESOURCENAME", value: resource },
      ...(servers ? [{ name: "XC_LOCAL_REDIRECTORS", value: redirector }] : []),
      ...Object.entries(ORIGIN_PATIENCE).map(([name, seconds]) => ({ name, value: String(seconds) })),
      // The image would report to OSG whether the site wants it or not; the site file names the collectors.
      { name: "DISABLE_OSG_MONITORING", value: "true" },
    ],
    ports: [{ name: "xrootd", containerPort: XCACHE_PORT }],
    // We chose five minutes (60 times 5 seconds) for the start, in which the daemon scans its disks.
    startupProbe: { tcpSocket: { port: XCACHE_PORT }, failureThreshold: 60, periodSeconds: 5 },
    // The probes do not ask the origin: without it the cache still serves the files that it has. We chose the periods: a cache that hangs
    // is restarted within a minute.
    livenessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 20 },
    readinessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 10 },
    volumeMounts: [
      { name: "config", mountPath: "/etc/xrootd/config.d/40-xcache-auth.cfg", subPath: "40-xcache-auth.cfg", readOnly: true },
      { name: "config", mountPath: "/etc/xrootd/config.d/90-site.cfg", subPath: "90-site.cfg", readOnly: true },
      { name: "config", mountPath: "/etc/xrootd/scitokens.cfg", subPath: "scitokens.cfg", readOnly: true },
      ...(proxies ? [{ name: "config", mountPath: "/etc/xrootd/authfile", subPath: "authfile", readOnly: true }] : []),
      { name: "config", mountPath: "/etc/osg/image-init.d/05-facility.sh", subPath: "start.sh", readOnly: true },
      { name: "config", mountPath: TOKEN_SCRIPT, subPath: "token.sh", readOnly: true },
      { name: "config", mountPath: "/etc/cron.d/lay-origin-token", subPath: "token.cron", readOnly: true },
      ...(local
        ? Object.entries(localFirstPaths).map(([subPath, mountPath]) => ({ name: "config", mountPath, subPath, readOnly: true }))
        : []),
      { name: "certificate", mountPath: CERTIFICATE_MOUNT, readOnly: true },
      { name: "origin", mountPath: ORIGIN_MOUNT, readOnly: true },
      ...disks.map((disk, index) => ({ name: diskName(host, index, disk), mountPath: diskMount(index) })),
    ],
  };
}
