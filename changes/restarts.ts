import { findChart } from "../components/charts/catalogue";
import { plain } from "../policies/engine-values";
import { objectsOfResource, releaseOf, type KubernetesObject } from "../policies/model/objects";
import { podTemplateOf } from "../policies/model/pods";
import { groupKindOf, subject, type ResourceChange } from "./change";
import { type Consequence, type Effect, UNNOTICED, worse } from "./effects";
import type { StateResource } from "./state";

/** What a restart of some pods means for people. */
interface Meaning {
  readonly chart: string;
  readonly pods: RegExp;
  readonly effect: Effect;
  readonly because: string;
}

/** Pods of charts through which people's connections go, or without which they wait. */
const MEANINGS: readonly Meaning[] = [
  {
    chart: "traefik",
    pods: /./,
    effect: "Dask connections cut",
    because: "every connection through Traefik is cut: Dask clients, workers, browsers",
  },
  {
    chart: "jupyterhub",
    pods: /^proxy$/,
    effect: "user sessions cut",
    because: "the proxy drops every connection to a server; browsers connect again, servers go on",
  },
  { chart: "jupyterhub", pods: /^hub$/, effect: "pods restart", because: "log-ins and starts of servers wait for the hub; servers go on" },
  { chart: "metallb", pods: /speaker/, effect: "user sessions cut", because: "addresses move to another host while a speaker restarts" },
];

/** No pods at all. */
const NONE = /(?!)/;

/** Keys of the values of a chart whose change restarts these pods and no others; of other keys we say that they may restart all of them. */
const RESTARTED: Readonly<Record<string, readonly { readonly path: RegExp; readonly pods: RegExp }[]>> = {
  // The hub's pod carries a digest of all values but the secret ones, which the chart writes into its configuration
  // (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/deployment.yaml).
  jupyterhub: [
    { path: /^(singleuser|hub|custom|cull|debug|ingress)\b/, pods: /^hub$/ },
    { path: /^prePuller\b/, pods: /puller/ },
    { path: /^scheduling\b/, pods: /^(hub|user-scheduler)$/ },
  ],
  // Neither the Service nor the number of pods is part of the pods' template.
  traefik: [{ path: /^(service|podDisruptionBudget|autoscaling|deployment\.replicas)\b/, pods: NONE }],
  "kube-prometheus-stack": [
    { path: /^prometheus\b/, pods: /^prometheus-/ },
    { path: /^alertmanager\b/, pods: /^alertmanager-/ },
    { path: /^grafana\b/, pods: /grafana/ },
    { path: /^(kubeStateMetrics|kube-state-metrics)\b/, pods: /kube-state-metrics/ },
    { path: /^(nodeExporter|prometheus-node-exporter)\b/, pods: /node-exporter/ },
  ],
};

/** Which pods restart by a change, and what that does to people. */
export function restarts(change: ResourceChange): Consequence {
  const { action, before, after } = change;
  const resource = subject(change);
  const group = groupKindOf(resource);
  if (group === undefined) return UNNOTICED;
  const had = releaseIn(before);
  const chart = releaseIn(after)?.chart ?? had?.chart;
  if (chart !== undefined && before !== undefined) return released(change, chart, had?.pods ?? []);
  if (action === "create" || !/^apps\//.test(group)) return UNNOTICED;
  const restarted = action === "update" ? change.fields.some(({ path }) => path.startsWith("spec.template")) : true;
  if (!restarted) return UNNOTICED;
  const because = action === "delete" ? "its pods end" : "its pods restart";
  return { effect: "pods restart", because, reversible: true };
}

/** What a changed release of a chart does to the pods that it has. */
function released({ action, fields }: ResourceChange, chart: string, pods: readonly string[]): Consequence {
  const values = fields.map(({ path }) => path.replace(/^spec\.values\.|^values\./, ""));
  const touched = pods.filter((name) => action !== "update" || values.some((path) => restartedBy(chart, path, fields, name)));
  if (touched.length === 0) return UNNOTICED;
  const end = action === "delete" ? "end" : action === "replace" ? "end and are made anew" : "may restart";
  const plainly: Consequence = { effect: "pods restart", because: `${touched.join(", ")} ${end}`, reversible: true };
  return MEANINGS.filter((meaning) => meaning.chart === chart && touched.some((name) => meaning.pods.test(name)))
    .map(({ effect, because }): Consequence => ({ effect, because, reversible: true }))
    .reduce(worse, plainly);
}

/** True if the pods of this name may restart when this value of a chart changes. */
function restartedBy(chart: string, path: string, fields: ResourceChange["fields"], pods: string): boolean {
  const isValue = fields.some((field) => field.path.endsWith(path) && /(^|\.)values\./.test(field.path));
  if (!isValue) return /^spec\.(chart\.spec\.)?(version|chart)$/.test(path);
  const known = (RESTARTED[chart] ?? []).filter((each) => each.path.test(path));
  return known.length === 0 || known.some((each) => each.pods.test(pods));
}

/** A release of a chart that has a description: the chart's name, and the names of the workloads that it runs; undefined for any other resource. */
function releaseIn(resource: StateResource | undefined): { readonly chart: string; readonly pods: readonly string[] } | undefined {
  if (resource === undefined || !/:(HelmRelease|Release)$/.test(resource.type)) return undefined;
  const [object, ...made] = objectsOfResource(resource.type, plain(resource.inputs), resource.urn);
  const chart = object && releaseOf(object)?.chart;
  if (chart === undefined || findChart(chart) === undefined) return undefined;
  return { chart, pods: [...new Set(made.filter(hasPods).map(({ name }) => name))] };
}

function hasPods(object: KubernetesObject): boolean {
  try {
    return podTemplateOf(object) !== undefined;
  } catch {
    return true;
  }
}
