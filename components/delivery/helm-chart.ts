import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { choose } from "../choose";
import type { Chart } from "../charts/chart";
import type { Delivery } from "./settings";

/** One installation of a third-party chart. */
export interface HelmChartArgs<Values> {
  readonly chart: Chart<Values>;
  /** Name of the Helm release; objects of the chart are called after it. */
  readonly release: string;
  readonly namespace: pulumi.Input<string>;
  /** Readable values: anybody who may see a preview may see them. */
  readonly values: Values;
  /**
   * Values that nobody may read: they travel in a Secret, or as secret inputs, and never in `values`. The tree is plain and only its leaves
   * are Outputs, so that a policy can read the rest of the values in a preview in which the leaves are not known yet.
   */
  readonly secretValues?: ValueTree;
  readonly delivery: Delivery;
  /** How long the release may take, in minutes. Default 10. */
  readonly timeoutMinutes?: number;
}

/** Values whose leaves may be Outputs. */
export interface ValueTree {
  readonly [key: string]: pulumi.Input<string> | readonly pulumi.Input<string>[] | ValueTree;
}

/**
 * A chart, delivered the site's way: through Flux (Pulumi owns the HelmRelease, Flux what it renders) or by Pulumi's Helm client.
 * Either way the resource is ready only when the chart's workloads are, so what depends on it finds CRDs and webhooks in place.
 */
export class HelmChart<Values extends object = object> extends pulumi.ComponentResource {
  constructor(name: string, args: HelmChartArgs<Values>, opts?: pulumi.ComponentResourceOptions) {
    super("af:charts:HelmChart", name, {}, opts);
    choose(args.delivery, {
      flux: (delivery) => fluxRelease(this, name, args, delivery),
      helm: (delivery) => helmRelease(this, name, args, delivery),
    });
    this.registerOutputs({});
  }
}

type Parent = pulumi.ComponentResource;
type Kind<K extends Delivery["kind"]> = Extract<Delivery, { kind: K }>;

function fluxRelease<Values extends object>(parent: Parent, name: string, args: HelmChartArgs<Values>, delivery: Kind<"flux">): void {
  const { chart, release, namespace, values, secretValues, timeoutMinutes = 10 } = args;
  const url = delivery.mirror ?? chart.repository;
  const source = new k8s.apiextensions.CustomResource(
    `${name}-source`,
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "HelmRepository",
      metadata: { name: release, namespace, annotations: url.startsWith("oci://") ? { ...NOT_AWAITED } : { ...AWAIT_READY } },
      spec: { url, interval: "1h", ...(url.startsWith("oci://") && { type: "oci" }) },
    },
    { parent },
  );
  const secret =
    secretValues &&
    new k8s.core.v1.Secret(
      `${name}-values`,
      {
        // Flux reconciles at once when a watched Secret changes, not at the next interval.
        metadata: { name: `${release}-values`, namespace, labels: { "reconcile.fluxcd.io/watch": "Enabled" } },
        stringData: { "values.yaml": pulumi.secret(pulumi.jsonStringify(secretValues)) },
      },
      { parent },
    );
  new k8s.apiextensions.CustomResource(
    `${name}-release`,
    {
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata: { name: release, namespace, annotations: { ...AWAIT_READY } },
      spec: {
        interval: delivery.interval,
        timeout: `${timeoutMinutes}m`,
        releaseName: release,
        chart: { spec: { chart: chart.name, version: chart.version, sourceRef: { kind: "HelmRepository", name: release } } },
        // A chart's CRDs are upgraded with it; Helm alone installs them once and never again.
        install: { crds: "CreateReplace", remediation: { retries: 3 } },
        upgrade: { crds: "CreateReplace", remediation: { retries: 3 } },
        driftDetection: { mode: "enabled" },
        values,
        ...(secret && { valuesFrom: [{ kind: "Secret", name: secret.metadata.name, valuesKey: "values.yaml" }] }),
      },
    },
    { parent, dependsOn: [source], customTimeouts: timeouts(timeoutMinutes) },
  );
}

function helmRelease<Values extends object>(parent: Parent, name: string, args: HelmChartArgs<Values>, delivery: Kind<"helm">): void {
  const { chart, release, namespace, values, secretValues = {}, timeoutMinutes = 10 } = args;
  const repository = delivery.mirror ?? chart.repository;
  const oci = repository.startsWith("oci://");
  new k8s.helm.v3.Release(
    `${name}-release`,
    {
      // An explicit name: a suffix would rename every object of the chart.
      name: release,
      namespace,
      chart: oci ? `${repository}/${chart.name}` : chart.name,
      version: chart.version,
      ...(!oci && { repositoryOpts: { repo: repository } }),
      values: merge(Object.fromEntries(Object.entries(values)), secretValues),
      timeout: timeoutMinutes * 60,
      createNamespace: false,
      maxHistory: 5,
    },
    // Helm echoes the values back, and an echo of a secret is no longer marked as one.
    { parent, customTimeouts: timeouts(timeoutMinutes), ...(args.secretValues !== undefined && { additionalSecretOutputs: ["values"] }) },
  );
}

const AWAIT_READY = { "pulumi.com/waitFor": "condition=Ready" };
/** An OCI HelmRepository is static: Flux gives it no status to wait for. */
const NOT_AWAITED = { "pulumi.com/skipAwait": "true" };

function timeouts(minutes: number): pulumi.CustomTimeouts {
  return { create: `${minutes + 1}m`, update: `${minutes + 1}m`, delete: `${minutes + 1}m` };
}

/** Deep merge of two value trees; the second wins, lists are replaced as Helm does. */
export function merge(base: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value);
}
