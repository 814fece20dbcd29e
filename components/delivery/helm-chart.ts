import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { choose } from "../choose";
import type { Chart } from "../charts/chart";
import { DEFAULT_TIMEOUT_MINUTES } from "../parts";
import { waitFor } from "../wait-for";
import type { Delivery } from "./settings";

/** Arguments of {@link HelmChart}. */
export interface HelmChartArgs<Values> {
  readonly chart: Chart<Values>;
  /** Name of the Helm release; most charts prefix the names of their objects with it. */
  readonly release: string;
  readonly namespace: pulumi.Input<string>;
  /** Values that anybody who sees a preview may read. */
  readonly values: Values;
  /**
   * Values that nobody may read: the component passes them in a Secret or as secret inputs, never in `values`. Only the leaves of the tree
   * are Outputs, so that a policy can read the other values in a preview, in which the leaves are not known yet.
   */
  readonly secretValues?: ValueTree;
  readonly delivery: Delivery;
  /** Minutes that the release may take; {@link DEFAULT_TIMEOUT_MINUTES} unless given. */
  readonly timeoutMinutes?: number;
}

/** Values whose leaves may be Outputs. */
export interface ValueTree {
  readonly [key: string]: pulumi.Input<string> | readonly pulumi.Input<string>[] | ValueTree;
}

/**
 * A chart that the site's way of delivery installs: Flux, for which Pulumi writes a HelmRelease, or Pulumi's own Helm client. In both cases
 * the resource becomes ready when the chart's workloads are ready, so that resources that depend on it find CRDs and webhooks in place.
 */
export class HelmChart<Values extends object = object> extends pulumi.ComponentResource {
  constructor(name: string, args: HelmChartArgs<Values>, opts?: pulumi.ComponentResourceOptions) {
    super("af:charts:HelmChart", name, {}, opts);
    choose(args.delivery, {
      flux: (delivery) => fluxRelease(this, name, args, delivery),
      helm: (delivery) => helmRelease(this, name, args, delivery),
    });
    const { chart, release, namespace } = args;
    this.registerOutputs({ release, namespace, chart: chart.name, version: chart.version });
  }
}

type Parent = pulumi.ComponentResource;
type Kind<K extends Delivery["kind"]> = Extract<Delivery, { kind: K }>;

/** How often Flux asks a chart repository for its index. Charts are pinned, so a new index changes nothing here; we chose an hour. */
const INDEX_INTERVAL = "1h";

/** How often Flux tries a failed installation or upgrade again before it gives up; we chose 3, enough for a webhook that is late. */
const RETRIES = 3;

/**
 * Revisions of a release that Helm keeps for a rollback; 5 is what Flux keeps unless told otherwise
 * (https://fluxcd.io/flux/components/helm/helmreleases/).
 */
const REVISIONS = 5;

function fluxRelease<Values extends object>(parent: Parent, name: string, args: HelmChartArgs<Values>, delivery: Kind<"flux">): void {
  const { chart, release, namespace, values, secretValues, timeoutMinutes = DEFAULT_TIMEOUT_MINUTES } = args;
  const url = delivery.mirror ?? chart.repository;
  const source = new k8s.apiextensions.CustomResource(
    `${name}-source`,
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "HelmRepository",
      metadata: { name: release, namespace, annotations: url.startsWith("oci://") ? { ...NOT_AWAITED } : { ...AWAIT_READY } },
      spec: { url, interval: INDEX_INTERVAL, ...(url.startsWith("oci://") && { type: "oci" }) },
    },
    { parent },
  );
  const secret =
    secretValues &&
    new k8s.core.v1.Secret(
      `${name}-values`,
      {
        // With this label Flux reconciles the release as soon as the Secret changes, instead of at the next interval.
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
        // Helm alone installs a chart's CRDs once and never upgrades them; Flux upgrades them with the chart.
        install: { crds: "CreateReplace", remediation: { retries: RETRIES } },
        upgrade: { crds: "CreateReplace", remediation: { retries: RETRIES } },
        driftDetection: { mode: "enabled" },
        values,
        ...(secret && { valuesFrom: [{ kind: "Secret", name: secret.metadata.name, valuesKey: "values.yaml" }] }),
      },
    },
    { parent, dependsOn: [source], customTimeouts: timeouts(timeoutMinutes) },
  );
}

function helmRelease<Values extends object>(parent: Parent, name: string, args: HelmChartArgs<Values>, delivery: Kind<"helm">): void {
  const { chart, release, namespace, values, secretValues = {}, timeoutMinutes = DEFAULT_TIMEOUT_MINUTES } = args;
  const repository = delivery.mirror ?? chart.repository;
  const oci = repository.startsWith("oci://");
  new k8s.helm.v3.Release(
    `${name}-release`,
    {
      // Without an explicit name Pulumi adds a random suffix, which would rename every object of the chart.
      name: release,
      namespace,
      chart: oci ? `${repository}/${chart.name}` : chart.name,
      version: chart.version,
      ...(!oci && { repositoryOpts: { repo: repository } }),
      values: merge(Object.fromEntries(Object.entries(values)), secretValues),
      // Seconds.
      timeout: timeoutMinutes * 60,
      // Otherwise the provider drops empty lists and nulls, and the chart's defaults come back
      // (https://github.com/pulumi/pulumi-kubernetes/issues/2731).
      allowNullValues: true,
      createNamespace: false,
      maxHistory: REVISIONS,
    },
    // The provider returns the values as an output, in which secrets are no longer marked as secrets.
    { parent, customTimeouts: timeouts(timeoutMinutes), ...(args.secretValues !== undefined && { additionalSecretOutputs: ["values"] }) },
  );
}

const AWAIT_READY = waitFor({ condition: "Ready" });
/** An OCI HelmRepository is static: Flux sets no status on it that Pulumi could wait for. */
const NOT_AWAITED = { "pulumi.com/skipAwait": "true" };

/** Pulumi waits a minute longer than Helm or Flux, so that their error message is the one that is shown. */
function timeouts(minutes: number): pulumi.CustomTimeouts {
  return { create: `${minutes + 1}m`, update: `${minutes + 1}m`, delete: `${minutes + 1}m` };
}

/** Merges two value trees deeply. Where both have a value the second one wins; a list replaces a list as a whole, as in Helm. */
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
