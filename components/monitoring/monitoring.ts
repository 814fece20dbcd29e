import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";
import { ADMIN_SECRET } from "./values";

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** Prometheus, Alertmanager and Grafana. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery }: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:monitoring:Monitoring", name, {}, opts);
    // The chart would draw a new password each time it is rendered. 32 letters and digits hold 190 bits.
    const password = new random.RandomPassword(`${name}-grafana-password`, { length: 32, special: false }, { parent: this });
    const admin = new k8s.core.v1.Secret(
      `${name}-grafana-admin`,
      { metadata: { name: ADMIN_SECRET, namespace }, stringData: { "admin-user": "admin", "admin-password": password.result } },
      { parent: this },
    );
    const charts = deliver(name, part, { namespace, delivery }, { parent: this, dependsOn: [admin] });
    // The chart brings the kinds Probe and PrometheusRule.
    const known = (key: string) => part.objects[key]?.apiVersion.startsWith("monitoring.coreos.com/") === true;
    installAll(name, part.objects, (key, { config }) => ({
      parent: this,
      namespace,
      ...(known(key) && { dependsOn: [...charts] }),
      ...(key === "exporter" && config && { dependsOn: [config] }),
    }));
    this.registerOutputs({ grafanaAdminSecret: ADMIN_SECRET });
  }
}
