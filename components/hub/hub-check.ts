import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { HUB_CHECK_SECRET } from "./check-part";

/** Arguments of {@link HubCheck}. */
export interface HubCheckArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** Token by which the hub knows the job. */
  readonly apiToken: pulumi.Output<string>;
  /** Token with which the job's server reads the known file; undefined where servers are given none. */
  readonly accessToken: pulumi.Output<string> | undefined;
}

/** The job that does what a user does. */
export class HubCheck extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, apiToken, accessToken }: HubCheckArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:hub:HubCheck", name, {}, opts);
    const secret = new k8s.core.v1.Secret(
      `${name}-tokens`,
      {
        metadata: { name: HUB_CHECK_SECRET, namespace },
        stringData: { "api-token": apiToken, ...(accessToken && { "access-token": accessToken }) },
      },
      { parent: this },
    );
    installAll(name, part.objects, (key, before) => ({
      parent: this,
      namespace,
      ...(key === "job" && { dependsOn: [secret, ...Object.values(before)] }),
    }));
    this.registerOutputs({});
  }
}
