import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PRIORITIES } from "./priority-classes";

/** The facility's own priority classes; storage has those that every cluster has. */
export class Priorities extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Priorities", name, {}, opts);
    for (const [className, { value, preemptionPolicy, description }] of Object.entries(PRIORITIES)) {
      new k8s.scheduling.v1.PriorityClass(
        `${name}-${className}`,
        { metadata: { name: className }, value, preemptionPolicy, description, globalDefault: false },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
