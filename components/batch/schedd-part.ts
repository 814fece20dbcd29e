import type { V1Container } from "@kubernetes/client-node";
import { CONFIG_CHECKSUM, dataChecksum } from "../checksum";
import type { Manifest } from "../manifest";
import { selectUse } from "../nodes/labels";
import { part, type Part } from "../parts";
import { podKind } from "../tenancy/flows";
import { SERVICES } from "../platform/priority-classes";
import { addressAnnotation } from "../platform/settings";
import type { BatchFacts } from "./facts";
import { CONDOR_PORT } from "./ports";
import { scheddConfig } from "./schedd-config";
import type { DedicatedSchedd, HTCondor } from "./settings";

/** Labels of the access point's pod. */
const LABELS = { "app.kubernetes.io/name": "schedd" };

/** Pods of the facility's own access point. */
export const SCHEDD_PODS = podKind("batch", "schedd", LABELS, { "shared-port": CONDOR_PORT });

const SHARED_PORT = { name: "shared-port", port: CONDOR_PORT, targetPort: CONDOR_PORT };

/** Name of the Secret with the key that signs the facility's tokens. */
export const KEYS_SECRET = "schedd-keys";
/** Name of the Secret with the schedd's own token. */
export const TOKENS_SECRET = "schedd-tokens";

/** A dedicated access point of the site's HTCondor pool: one pod with one schedd and one queue, to which nobody else writes. */
export function scheddPart(batch: HTCondor, settings: DedicatedSchedd, { namespace, blockClass, loadBalancer }: BatchFacts): Part {
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
      set: statefulSet(settings, { namespace, blockClass, configChecksum: dataChecksum(files) }),
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

interface SetFacts {
  readonly namespace: string;
  readonly blockClass: string;
  /** Digest of the configuration. The daemon reads its files only at its start, so the annotation restarts it when a file changes. */
  readonly configChecksum: string;
}

function statefulSet(settings: DedicatedSchedd, { namespace, blockClass, configChecksum }: SetFacts): Manifest {
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
          nodeSelector: selectUse("services"),
          priorityClassName: SERVICES,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // Running jobs survive a restart within their lease of 40 minutes (JobLeaseDuration, see
          // https://htcondor.readthedocs.io/en/latest/users-manual/special-environment-considerations.html). We chose five minutes for the
          // schedd to stop.
          terminationGracePeriodSeconds: 300,
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          containers: [container(settings)],
          volumes: [
            { name: "config", configMap: { name: "schedd" } },
            { name: "keys", secret: { secretName: KEYS_SECRET, defaultMode: 0o600 } },
            { name: "tokens", secret: { secretName: TOKENS_SECRET, defaultMode: 0o600 } },
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

function container({ image, cpu, memory }: DedicatedSchedd): V1Container {
  return {
    name: "schedd",
    image,
    resources: { requests: { cpu, memory }, limits: { memory } },
    ports: [{ name: "shared-port", containerPort: CONDOR_PORT }],
    // condor_master starts as root and acts as the owner of each job, for which it needs exactly these capabilities.
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"], add: ["SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"] },
    },
    // We chose two and a half minutes (30 times 5 seconds) for the start, in which the schedd reads its queue.
    startupProbe: { tcpSocket: { port: CONDOR_PORT }, failureThreshold: 30, periodSeconds: 5 },
    // We chose the periods: a schedd that hangs is restarted within a minute, and condor_ping, which starts a process, runs twice a minute.
    livenessProbe: { tcpSocket: { port: CONDOR_PORT }, periodSeconds: 20 },
    readinessProbe: { exec: { command: ["condor_ping", "-type", "SCHEDD", "READ"] }, periodSeconds: 30, timeoutSeconds: 10 },
    lifecycle: { preStop: { exec: { command: ["condor_off", "-peaceful", "-schedd"] } } },
    volumeMounts: [
      { name: "config", mountPath: "/etc/condor/config.d/99-facility.conf", subPath: "99-facility.conf", readOnly: true },
      { name: "keys", mountPath: "/etc/condor/passwords-orig.d", readOnly: true },
      { name: "tokens", mountPath: "/etc/condor/tokens-orig.d", readOnly: true },
      { name: "spool", mountPath: "/var/lib/condor/spool" },
    ],
  };
}
