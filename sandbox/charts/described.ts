import { stringify } from "yaml";
import type { Chart } from "../../components/charts/chart";
import { podSpecOf } from "../../components/workloads/demand";
import { reasonOf, CommandFailure } from "../../terminal/failure";
import type { SiteRelease } from "../../stacks/site/releases";
import type { ClusterObject } from "../cluster/client";

/** What a release gets in place of its described workloads, so that pods run as programs; undefined for one whose pods are played. */
export type FillRelease = (
  release: SiteRelease,
  described: readonly ClusterObject[],
) => { readonly objects: readonly ClusterObject[]; readonly templates: Readonly<Record<string, string>> } | undefined;

/**
 * The files of a chart that holds what descriptions say of its releases: the workloads of each, and the definitions of custom resources.
 * The chart makes only these releases, and only with the values that it was made for, so that nobody takes the workloads of some values for
 * those of others. Secret values are not among them and are not compared.
 * @throws {CommandFailure} for values that do not fit the description.
 */
export function chartFiles(
  chart: Chart<object>,
  releases: readonly SiteRelease[],
  definitions: readonly ClusterObject[],
  fill: FillRelease = () => undefined,
): Readonly<Record<string, string>> {
  const files: Record<string, string> = {
    "Chart.yaml": stringify({
      apiVersion: "v2",
      name: chart.name,
      version: chart.version,
      description: `Stand-in of the sandbox for ${chart.name}: the workloads that the chart's description tells, nothing else`,
    }),
    "templates/described.yaml": TEMPLATE,
  };
  for (const release of releases) {
    const at = `releases/${release.namespace}/${release.release}`;
    const described = workloadsOf(release);
    const filled = fill(release, described);
    const objects = filled?.objects ?? [...accountsOf(described, namedIn(release.values)), ...described];
    files[`${at}/objects.yaml`] = objects.map((object) => stringify(object)).join("---\n");
    for (const [name, text] of Object.entries(filled?.templates ?? {})) files[`templates/${name}`] = text;
    files[`${at}/values.yaml`] = stringify(release.values);
  }
  for (const definition of definitions) files[`crds/${definition.metadata.name}.yaml`] = stringify(definition);
  return files;
}

/** Helm waits for a hook and makes it anew at each upgrade, as charts have it for their Jobs, whose pods cannot be changed. */
const HOOK = { "helm.sh/hook": "post-install,post-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation" };

function workloadsOf({ chart, release, namespace, values }: SiteRelease): readonly ClusterObject[] {
  try {
    return chart.workloads({ name: release, namespace, values }).map((workload) => {
      const plain = JSON.parse(JSON.stringify(workload)) as ClusterObject;
      const annotations = plain.kind === "Job" ? { annotations: { ...plain.metadata.annotations, ...HOOK } } : {};
      return { ...plain, metadata: { namespace, ...plain.metadata, ...annotations } };
    });
  } catch (error) {
    throw new CommandFailure(`the values of release ${namespace}/${release} do not fit chart ${chart.name}: ${reasonOf(error)}`);
  }
}

/**
 * The accounts that described pods run as, which the real chart makes too: without its account no pod of a Job would be made.
 * @param existing names of accounts that somebody else makes.
 */
function accountsOf(described: readonly ClusterObject[], existing: ReadonlySet<string>): readonly ClusterObject[] {
  const accounts = new Map<string, ClusterObject>();
  for (const { metadata, spec } of described as readonly (ClusterObject & { readonly spec?: object })[]) {
    const name = podSpecOf(spec ?? {})?.serviceAccountName;
    const { namespace = "" } = metadata;
    if (name !== undefined && name !== "default" && !existing.has(name))
      accounts.set(`${namespace}/${name}`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  }
  return [...accounts.values()];
}

/** Accounts that values name by `serviceAccountName`. A chart takes them as they are; those that it makes have another key, as `serviceAccount.name`. */
function namedIn(values: unknown): ReadonlySet<string> {
  if (typeof values !== "object" || values === null) return new Set();
  const below = Object.entries(values).flatMap(([key, value]) =>
    key === "serviceAccountName" && typeof value === "string" ? [value] : [...namedIn(value)],
  );
  return new Set(below);
}

/**
 * The one template of a described chart. Helm renders the objects as they are in the file: they are data, not templates, and may hold braces
 * themselves.
 */
const TEMPLATE = `{{- define "described.compare" -}}
{{- $root := index . 0 }}{{- $path := index . 1 }}{{- $made := index . 2 }}{{- $given := index . 3 }}
{{- if kindIs "map" $made }}
{{- range $key, $value := $made }}
{{- $at := printf "%s%s" (ternary "" (printf "%s." $path) (eq $path "")) $key }}
{{- $found := "" }}
{{- if kindIs "map" $given }}{{ if hasKey $given $key }}{{ $found = list (get $given $key) }}{{ end }}{{ end }}
{{- if and (not $found) (not (kindIs "invalid" $value)) }}
{{- fail (printf "%s is missing, but this stand-in of chart %s holds the workloads of %s: bring the site up again" $at $root.Chart.Name (toJson $value)) }}
{{- end }}
{{- if $found }}{{ include "described.compare" (list $root $at $value (first $found)) }}{{ end }}
{{- end }}
{{- else if ne (toJson $made) (toJson $given) }}
{{- fail (printf "%s is %s, but this stand-in of chart %s holds the workloads of %s: bring the site up again" $path (toJson $given) $root.Chart.Name (toJson $made)) }}
{{- end }}
{{- end -}}
{{- $at := printf "releases/%s/%s" .Release.Namespace .Release.Name }}
{{- $values := .Files.Get (printf "%s/values.yaml" $at) }}
{{- if not $values }}
{{- fail (printf "this stand-in of chart %s holds no release %s in namespace %s: bring the site up again" .Chart.Name .Release.Name .Release.Namespace) }}
{{- end }}
{{- include "described.compare" (list . "" (fromYaml $values) .Values) }}
{{ .Files.Get (printf "%s/objects.yaml" $at) }}
`;
