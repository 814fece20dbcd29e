import type { V1Container } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM, dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { placedOn } from "../nodes/labels";
import { part, type Part } from "../parts";
import { podKind } from "../tenancy/flows";
import { SERVICES } from "../platform/priority-classes";
import { addressAnnotation } from "../platform/settings";
import type { BatchFacts } from "./facts";
import { CONDOR_PORT } from "./ports";
import { scheddConfig } from "./schedd-config";
import { CONDOR_ID, GRACE_SECONDS, SECRETS_FOLDER, SHUTDOWN_SECONDS } from "./schedd-places";
import { signingKeys, type DedicatedSchedd, type HTCondor } from "./settings";

/** Labels of the access point's pod. */
const LABELS = { "app.kubernetes.io/name": "schedd" };

/** Pods of the facility's own access point. */
export const SCHEDD_PODS = podKind("batch", "schedd", LABELS, { "shared-port": CONDOR_PORT });

const SHARED_PORT = { name: "shared-port", port: CONDOR_PORT, targetPort: CONDOR_PORT };

/** Name of the Secret with the keys of the facility's tokens. */
export const KEYS_SECRET = "schedd-keys";
/** Name of the volume with those keys, whose items are the ids. */
export const KEYS_VOLUME = "keys";
/** Name of the Secret with the schedd's own token. */
export const TOKENS_SECRET = "schedd-tokens";

/** A dedicated access point of the site's HTCondor pool: one pod with one schedd and one queue, to which nobody else writes. */
export function scheddPart(batch: HTCondor, settings: DedicatedSchedd, { nodes, namespace, blockClass, loadBalancer }: BatchFacts): Part {
  const files = { "99-facility.conf": scheddConfig(batch, settings) };
  return part("batch", {
    objects: {
      config: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "schedd", namespace }, data: files },
      service: {
        apiVersion: "v1",
        kind: "Service",
        // The name must not be `condor`: Kubernetes would set CONDOR_SERVICE_HOST in the pods, and HTCondor would take it for the pool's
        // address.
        metadata: { name: "schedd", namespace, annotations: addressAnnotation(loadBalancer, settings.address) },
        spec: {
          type: "LoadBalancer",
          selector: LABELS,
          // With Local the schedd sees the execute nodes' own addresses and logs them.
          externalTrafficPolicy: "Local",
          ports: [SHARED_PORT],
        },
      },
      identity: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "schedd-identity", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { clusterIP: "None", selector: LABELS, ports: [SHARED_PORT] },
      },
      set: statefulSet(settings, {
        ...{ nodes, namespace, blockClass },
        configChecksum: dataChecksum(files),
        keyIds: signingKeys(batch).map(({ id }) => id),
      }),
    },
    flows: [
      // The pool connects to the access point on one port. The access point connects to execute nodes on ephemeral ports.
      { from: "anywhere", to: SCHEDD_PODS, ports: [CONDOR_PORT] },
      { from: SCHEDD_PODS, to: "outside", ports: [] },
    ],
    pods: [SCHEDD_PODS],
    probes: [{ service: "HTCondor access point", host: settings.address, port: CONDOR_PORT, scheme: "tcp" }],
  });
}

interface SetFacts extends Pick<BatchFacts, "nodes"> {
  readonly namespace: string;
  readonly blockClass: string;
  /** Digest of the configuration. The daemon reads its files only at its start, so the annotation restarts it when a file changes. */
  readonly configChecksum: string;
  /** Ids of the keys that check tokens. */
  readonly keyIds: readonly string[];
}

function statefulSet(settings: DedicatedSchedd, { nodes, namespace, blockClass, configChecksum, keyIds }: SetFacts): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "schedd", namespace },
    spec: {
      replicas: 1,
      serviceName: "schedd-identity",
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS, annotations: { [CONFIG_CHECKSUM]: configChecksum } },
        spec: {
          ...placedOn(nodes, "services"),
          priorityClassName: SERVICES,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // Running jobs survive a restart within their lease of 40 minutes (JobLeaseDuration, see
          // https://htcondor.readthedocs.io/en/latest/users-manual/special-environment-considerations.html).
          terminationGracePeriodSeconds: GRACE_SECONDS,
          // condor_master must not be the first process (https://github.com/htcondor/htcondor/blob/main/build/docker/services/base/start.sh).
          shareProcessNamespace: true,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: CONDOR_ID,
            runAsGroup: CONDOR_ID,
            // A new volume is root's. The kubelet gives it to the group of the daemons, which then write the queue.
            fsGroup: CONDOR_ID,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
          },
          initContainers: [copySecrets(settings)],
          containers: [container(settings)],
          volumes: [
            { name: "config", configMap: { name: "schedd" } },
            { name: KEYS_VOLUME, secret: { secretName: KEYS_SECRET, items: keyIds.map((id) => ({ key: id, path: id })) } },
            { name: "tokens", secret: { secretName: TOKENS_SECRET } },
            { name: "copies", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
            // The package makes these folders at the start of a host, which a container has not.
            { name: "run", emptyDir: { sizeLimit: "64Mi" } },
            { name: "lock", emptyDir: { sizeLimit: "64Mi" } },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "spool" },
          spec: {
            storageClassName: blockClass,
            // Two schedds with one spool corrupt the queue, and ReadWriteOnce does not keep two pods on one host from mounting it.
            accessModes: ["ReadWriteOncePod"],
            resources: { requests: { storage: settings.spool } },
          },
        },
      ],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    },
  };
}

/** Nothing in the pod gets a right beyond those of its user. */
const UNPRIVILEGED = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/**
 * Copies of the keys and of the token that only the daemons' user can read: the kubelet lets the group read what it mounts, and HTCondor
 * refuses such files (https://github.com/htcondor/htcondor/blob/main/src/condor_utils/secure_file.cpp).
 */
function copySecrets({ image }: DedicatedSchedd): V1Container {
  const [keys, tokens] = [`${SECRETS_FOLDER}/keys`, `${SECRETS_FOLDER}/tokens`];
  const script = [
    `install -d -m 0700 ${keys} ${tokens}`,
    `install -m 0600 /secrets/keys/* ${keys}`,
    `install -m 0600 /secrets/tokens/schedd.token ${tokens}/schedd.token`,
  ];
  return {
    name: "copy-secrets",
    image,
    command: ["/bin/sh", "-ec", script.join("\n")],
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
    securityContext: UNPRIVILEGED,
    volumeMounts: [
      { name: KEYS_VOLUME, mountPath: "/secrets/keys", readOnly: true },
      { name: "tokens", mountPath: "/secrets/tokens", readOnly: true },
      { name: "copies", mountPath: SECRETS_FOLDER },
    ],
  };
}

/** Asks the schedd itself: shared_port answers on the TCP port also where the schedd cannot write its queue and ends again and again. */
const ASK_THE_SCHEDD = { exec: { command: ["condor_ping", "-type", "SCHEDD", "READ", "WRITE"] }, timeoutSeconds: 20 };

/** Stops the schedd by SIGQUIT and waits for its end, for which the master has a bound of its own. */
const STOP = [
  "condor_off -fast -daemon schedd",
  `timeout ${SHUTDOWN_SECONDS.wait - SHUTDOWN_SECONDS.spare} sh -c 'while pgrep -x condor_schedd; do sleep 1; done'`,
].join("\n");

function container({ image, cpu, memory }: DedicatedSchedd): V1Container {
  return {
    name: "schedd",
    image,
    // The image's own start is for root.
    command: ["/usr/sbin/condor_master", "-f"],
    resources: { requests: { cpu, memory }, limits: { memory } },
    ports: [{ name: "shared-port", containerPort: CONDOR_PORT }],
    securityContext: UNPRIVILEGED,
    // We chose ten minutes (60 times 10 seconds) for the start, in which the schedd reads its queue.
    startupProbe: { ...ASK_THE_SCHEDD, failureThreshold: 60, periodSeconds: 10 },
    // We chose the periods: a schedd that hangs for five minutes is restarted, and one that is only busy is not.
    livenessProbe: { ...ASK_THE_SCHEDD, failureThreshold: 5, periodSeconds: 60 },
    readinessProbe: { ...ASK_THE_SCHEDD, periodSeconds: 30 },
    lifecycle: { preStop: { exec: { command: ["/bin/sh", "-c", STOP] } } },
    volumeMounts: [
      { name: "config", mountPath: "/etc/condor/config.d/99-facility.conf", subPath: "99-facility.conf", readOnly: true },
      { name: "copies", mountPath: SECRETS_FOLDER, readOnly: true },
      { name: "run", mountPath: "/run/condor" },
      { name: "lock", mountPath: "/var/lock/condor" },
      { name: "spool", mountPath: "/var/lib/condor/spool" },
    ],
  };
}
