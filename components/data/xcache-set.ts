import type { V1Container } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM } from "../checksum";
import type { Manifest } from "../manifest";
import { selectUse, tolerateUse } from "../nodes/labels";
import { hostsThatRun, type Nodes } from "../nodes/settings";
import { XCACHE_PORT } from "./ports";
import type { XCacheSettings } from "./settings";
import { diskMount } from "./xcache-config";
import { onePerHost } from "../workloads/kit";

/**
 * User and group id of XRootD in the image, which own the disks
 * (https://github.com/opensciencegrid/docker-xcache/blob/master/xcache/Dockerfile).
 */
const XROOTD_ID = 10940;

/** Bytes of metadata of cached files on the host's own disk. We chose 10 KiB for each of a million files. */
const META_SIZE = "10Gi";

/** Bytes that a pod of the cache may hold on its host's own disk before it is evicted: {@link META_SIZE}, and 1Gi for its logs. */
const EPHEMERAL_LIMIT = "11Gi";

/** Name of the StorageClass of the cache hosts' own disks. */
export const DISK_CLASS = "xcache-local";

/** Labels of the cache's pods. */
export const XCACHE_LABELS = { "app.kubernetes.io/name": "xcache" };

/** Names that the set shares with the objects beside it. */
export interface XCacheSetNames {
  readonly name: string;
  readonly namespace: string;
  readonly configMap: string;
  readonly certificateSecret: string;
  readonly originSecret: string;
  /** Digest of the configuration. The daemon reads its files only at its start, so the annotation restarts it when a file changes. */
  readonly configChecksum: string;
}

/** The StatefulSet of the cache, with one pod on each host that runs `cache`. */
export function xcacheSet(settings: XCacheSettings, nodes: Nodes, names: XCacheSetNames): Manifest {
  const tolerations = tolerateUse(nodes, "cache");
  const matchLabels = XCACHE_LABELS;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: names.name, namespace: names.namespace },
    spec: {
      replicas: hostsThatRun(nodes, "cache").length,
      serviceName: names.name,
      selector: { matchLabels },
      template: {
        metadata: { labels: matchLabels, annotations: { [CONFIG_CHECKSUM]: names.configChecksum } },
        spec: {
          nodeSelector: selectUse("cache"),
          ...(tolerations.length > 0 && { tolerations }),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // We chose two minutes: the daemon finishes writing blocks, and clients turn to the doors.
          terminationGracePeriodSeconds: 120,
          affinity: { podAntiAffinity: onePerHost(matchLabels) },
          securityContext: { fsGroup: XROOTD_ID, fsGroupChangePolicy: "OnRootMismatch", seccompProfile: { type: "RuntimeDefault" } },
          containers: [container(settings)],
          volumes: [
            { name: "config", configMap: { name: names.configMap } },
            { name: "certificate", secret: { secretName: names.certificateSecret } },
            { name: "origin", secret: { secretName: names.originSecret, defaultMode: 0o400 } },
            { name: "meta", emptyDir: { sizeLimit: META_SIZE } },
          ],
        },
      },
      // A claim that outlives the StatefulSet would keep its disk's volume from being deleted. Deleting it loses only copies of files.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
      volumeClaimTemplates: settings.disks.map(({ size }, index) => ({
        metadata: { name: `data${index}` },
        spec: { storageClassName: DISK_CLASS, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } },
      })),
    },
  };
}

function container({ image, cpu, memory, disks }: XCacheSettings): V1Container {
  const held = { memory, "ephemeral-storage": EPHEMERAL_LIMIT };
  return {
    name: "xcache",
    image,
    resources: { requests: { cpu, ...held }, limits: held },
    env: [
      // On a large cache the image's recursive chown at the start would take longer than the startup probe waits.
      { name: "XC_FIX_DIR_OWNERS", value: "no" },
      { name: "BEARER_TOKEN_FILE", value: "/etc/xcache-origin/token" },
    ],
    ports: [{ name: "xrootd", containerPort: XCACHE_PORT }],
    // We chose five minutes (60 times 5 seconds) for the start, in which the daemon scans its disks.
    startupProbe: { tcpSocket: { port: XCACHE_PORT }, failureThreshold: 60, periodSeconds: 5 },
    // The probes do not ask the origin: without it the cache still serves the files that it has. We chose the periods: a cache that hangs
    // is restarted within a minute.
    livenessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 20 },
    readinessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 10 },
    volumeMounts: [
      { name: "config", mountPath: "/etc/xrootd/config.d/90-site.cfg", subPath: "90-site.cfg", readOnly: true },
      { name: "config", mountPath: "/etc/xrootd/scitokens.cfg", subPath: "scitokens.cfg", readOnly: true },
      { name: "certificate", mountPath: "/etc/grid-security/xrd", readOnly: true },
      { name: "origin", mountPath: "/etc/xcache-origin", readOnly: true },
      { name: "meta", mountPath: "/xcache/meta" },
      ...disks.map((_, index) => ({ name: `data${index}`, mountPath: diskMount(index) })),
    ],
  };
}
