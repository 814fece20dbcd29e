import type * as pulumi from "@pulumi/pulumi";
import type { Part } from "../parts";
import { HelmChart, type ValueTree } from "./helm-chart";
import type { Delivery } from "./settings";

/** Where and how the charts of a part are installed. */
export interface DeliverArgs {
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** Secret values by the release's key in the part. */
  readonly secretValues?: Readonly<Record<string, ValueTree>>;
}

/** Installs every chart of a part, each as `<name>-<key>`. */
export function deliver(
  name: string,
  { releases }: Part,
  { namespace, delivery, secretValues = {} }: DeliverArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly HelmChart[] {
  return Object.entries(releases).map(([key, release]) => {
    const secret = secretValues[key];
    return new HelmChart(`${name}-${key}`, { ...release, namespace, delivery, ...(secret && { secretValues: secret }) }, opts);
  });
}
