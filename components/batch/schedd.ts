import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../checksum";
import { selectUse } from "../nodes/labels";
import { SERVICES } from "../platform/priority-classes";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import { SCHEDD_PORT, scheddConfig } from "./schedd-config";
import type { DedicatedSchedd, HTCondor } from "./settings";
import { SCHEDD_LABELS as labels } from "./workload";

export interface ScheddArgs {
  readonly batch: HTCondor;
  readonly settings: DedicatedSchedd;
  readonly namespace: pulumi.Input<string>;
  readonly storageClass: string;
  readonly loadBalancer: LoadBalancer;
  /** Signing key of the facility's tokens, base64: keys are bytes, and a text field would cut them at a NUL (guide policies.md F-17). */
  readonly signingKey: pulumi.Output<string>;
  /** The schedd's own IDTOKEN towards the pool. */
  readonly daemonToken: pulumi.Output<string>;
}

/** A dedicated access point of the site's HTCondor pool: one daemon, one queue, one writer. */
export class Schedd extends pulumi.ComponentResource {
  constructor(name: string, args: ScheddArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:batch:Schedd", name, {}, opts);
    const { batch, settings, namespace, storageClass, signingKey, daemonToken } = args;
    const text = scheddConfig(batch, settings);
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: { name: "schedd", namespace }, data: { "99-facility.conf": text } },
      { parent: this },
    );
    const keys = new k8s.core.v1.Secret(
      `${name}-keys`,
      { metadata: { name: "schedd-keys", namespace }, data: { facility: signingKey } },
      { parent: this },
    );
    const tokens = new k8s.core.v1.Secret(
      `${name}-tokens`,
      { metadata: { name: "schedd-tokens", namespace }, stringData: { "schedd.token": daemonToken } },
      { parent: this },
    );
    new k8s.core.v1.Service(
      `${name}-service`,
      {
        // Not `condor`: CONDOR_SERVICE_HOST would then override the pool's address (guide batch.md §1).
        metadata: { name: "schedd", namespace, annotations: addressAnnotation(args.loadBalancer, settings.address) },
        spec: {
          type: "LoadBalancer",
          selector: labels,
          // Local keeps addresses of execute nodes readable in the logs.
          externalTrafficPolicy: "Local",
          ports: [{ name: "shared-port", port: SCHEDD_PORT, targetPort: SCHEDD_PORT }],
        },
      },
      { parent: this },
    );
    const headless = new k8s.core.v1.Service(
      `${name}-identity`,
      {
        metadata: { name: "schedd-identity", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { clusterIP: "None", selector: labels, ports: [{ name: "shared-port", port: SCHEDD_PORT, targetPort: SCHEDD_PORT }] },
      },
      { parent: this },
    );
    new k8s.apps.v1.StatefulSet(
      `${name}-set`,
      {
        metadata: { name: "schedd", namespace },
        spec: {
          replicas: 1,
          serviceName: headless.metadata.name,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels, annotations: { "checksum/config": checksum(text) } },
            spec: {
              nodeSelector: selectUse("services"),
              priorityClassName: SERVICES,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              // Running jobs outlive a restart through their lease of 40 minutes; five minutes to let go are enough (guide batch.md §3).
              terminationGracePeriodSeconds: 300,
              securityContext: { seccompProfile: { type: "RuntimeDefault" } },
              containers: [container(settings)],
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "keys", secret: { secretName: keys.metadata.name, defaultMode: 0o600 } },
                { name: "tokens", secret: { secretName: tokens.metadata.name, defaultMode: 0o600 } },
              ],
            },
          },
          volumeClaimTemplates: [
            {
              metadata: { name: "spool" },
              // Two schedds on one spool corrupt the queue, and ReadWriteOnce does not stop two pods on one host.
              spec: {
                storageClassName: storageClass,
                accessModes: ["ReadWriteOncePod"],
                resources: { requests: { storage: settings.spool } },
              },
            },
          ],
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ address: settings.address });
  }
}

function container({ image, cpu, memory }: DedicatedSchedd): k8s.types.input.core.v1.Container {
  return {
    name: "schedd",
    image,
    resources: { requests: { cpu, memory }, limits: { memory } },
    ports: [{ name: "shared-port", containerPort: SCHEDD_PORT }],
    // condor_master starts as root and drops to the owner of each job; it needs these and nothing else.
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"], add: ["SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"] },
    },
    startupProbe: { tcpSocket: { port: SCHEDD_PORT }, failureThreshold: 30, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: SCHEDD_PORT }, periodSeconds: 20 },
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
