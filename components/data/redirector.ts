import { CONFIG_CHECKSUM, dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { placedOn } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import { CMSD_PORT, XCACHE_PORT } from "./ports";
import { nameScript, redirectorConfig, redirectorPrograms, redirectorStart } from "./redirector-config";
import type { XCacheSettings } from "./settings";
import { hostLabels, setName, XROOTD_ID } from "./xcache-set";
import { CERTIFICATE_MOUNT } from "./xcache-start";

/** Name of the redirector's objects. */
const REDIRECTOR = "xcache-redirector";

/** Headless Service by which each cache has a name in the cluster's DNS. */
export const SERVERS_SERVICE = "xcache-servers";

/** Labels of the redirector's pod. */
export const REDIRECTOR_LABELS = { "app.kubernetes.io/name": REDIRECTOR };

/** What the redirector shares with the caches behind it. */
export interface RedirectorFacts {
  readonly nodes: Nodes;
  readonly namespace: string;
  readonly loadBalancer: LoadBalancer;
  /** Names of the caches' hosts, in the order of the site file, in which the caches behind the redirector are told too. */
  readonly hosts: readonly string[];
  readonly certificateSecret: string;
}

/** `host:port` at which caches subscribe. */
export function redirectorAddress(namespace: string): string {
  return `${REDIRECTOR}.${namespace}.svc:${CMSD_PORT}`;
}

/**
 * The redirector before several caches, each of which keeps other files: it sends a client to the cache that has the file, or to one that will
 * fetch it. Clients then talk to that cache by its own name, so each has an address of its own. None where the site has one cache.
 */
export function redirectorObjects(
  settings: XCacheSettings,
  exportedPaths: readonly string[],
  facts: RedirectorFacts,
): Readonly<Record<string, Manifest>> {
  const { servers, image } = settings;
  if (!servers) return {};
  const { nodes, namespace, loadBalancer, hosts } = facts;
  const shared = { name: REDIRECTOR, namespace };
  const caches = hosts.flatMap((name, index) => (servers[index] === undefined ? [] : [{ name, ...servers[index] }]));
  const pods = caches.map(({ name, host }) => ({ pod: `${setName(name)}-0.${SERVERS_SERVICE}.${namespace}.svc`, host }));
  const programs = redirectorPrograms();
  const files = {
    "redirector.cfg": redirectorConfig(settings, exportedPaths),
    "start.sh": redirectorStart(),
    "names.sh": nameScript(pods),
    ...programs,
  };
  const mounts = {
    "redirector.cfg": "/etc/xrootd/redirector.cfg",
    "start.sh": "/etc/osg/image-init.d/05-facility.sh",
    "names.sh": "/usr/local/sbin/name-caches",
    ...Object.fromEntries(Object.keys(programs).map((file) => [file, `/etc/supervisord.d/${file}`])),
  };
  // We chose the figures: a redirector moves no data, and remembers for some hours which cache has a file.
  const held = { memory: "1Gi", "ephemeral-storage": "1Gi" };
  return {
    "redirector-config": { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: files },
    "redirector-subscriptions": {
      apiVersion: "v1",
      kind: "Service",
      metadata: shared,
      spec: { selector: REDIRECTOR_LABELS, ports: [{ name: "cmsd", port: CMSD_PORT, targetPort: CMSD_PORT }] },
    },
    ...Object.fromEntries(
      caches.map(({ name, address }) => [
        `server-${name}`,
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: {
            name: setName(name),
            namespace,
            annotations: { "pulumi.com/skipAwait": "true", ...addressAnnotation(loadBalancer, address) },
          },
          spec: {
            type: "LoadBalancer",
            externalTrafficPolicy: "Local",
            selector: hostLabels(name),
            ports: [{ name: "xrootd", port: XCACHE_PORT, targetPort: XCACHE_PORT }],
          },
        },
      ]),
    ),
    redirector: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: shared,
      spec: {
        replicas: 1,
        // Caches subscribe to one redirector, and a second one would know none.
        strategy: { type: "Recreate" },
        selector: { matchLabels: REDIRECTOR_LABELS },
        template: {
          metadata: { labels: REDIRECTOR_LABELS, annotations: { [CONFIG_CHECKSUM]: dataChecksum(files) } },
          spec: {
            ...placedOn(nodes, "services"),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { fsGroup: XROOTD_ID, fsGroupChangePolicy: "OnRootMismatch", seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: "redirector",
                image,
                resources: { requests: { cpu: "500m", ...held }, limits: held },
                env: [
                  { name: "XC_FIX_DIR_OWNERS", value: "no" },
                  { name: "DISABLE_OSG_MONITORING", value: "true" },
                ],
                ports: [
                  { name: "xrootd", containerPort: XCACHE_PORT },
                  { name: "cmsd", containerPort: CMSD_PORT },
                ],
                startupProbe: { tcpSocket: { port: XCACHE_PORT }, failureThreshold: 60, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port: CMSD_PORT }, periodSeconds: 20 },
                readinessProbe: { tcpSocket: { port: XCACHE_PORT }, periodSeconds: 10 },
                volumeMounts: [
                  ...Object.entries(mounts).map(([subPath, mountPath]) => ({ name: "config", mountPath, subPath, readOnly: true })),
                  { name: "certificate", mountPath: CERTIFICATE_MOUNT, readOnly: true },
                ],
              },
            ],
            volumes: [
              { name: "config", configMap: { name: REDIRECTOR } },
              { name: "certificate", secret: { secretName: facts.certificateSecret, defaultMode: 0o400 } },
            ],
          },
        },
      },
    },
  };
}
