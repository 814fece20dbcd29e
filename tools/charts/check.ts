import { type ExplainedDifference, EXPLAINED } from "../../components/charts/explained";
import { judge } from "../../policies/judge";
import type { KubernetesObject } from "../../policies/model/objects";
import { RULES } from "../../policies/packs";
import { recordedObjects } from "../../policies/recorded-objects";
import { recordProgram } from "../../stacks/record";
import { releasesOf, type SiteRelease } from "../../stacks/site/releases";
import type { Site } from "../../stacks/site/schema";
import type { Cluster } from "../../sandbox/cluster/client";
import { unservedAddresses } from "./addresses";
import { refusals } from "./admission";
import { type Difference, differencesOf, differenceText } from "./compare";
import { deadValues } from "./dead-values";
import { type HelmTemplate, objectsIn, type Rendering, type TemplateInput } from "./helm";
import { type RenderedRelease, renderedObjects } from "./objects";
import { inClear } from "./tenancies";
import { withPlaceholders } from "./placeholders";

/** What a check has found about one release, or about a site as a whole. */
export interface CheckResult {
  readonly subject: string;
  /** One line each; none if all is well. */
  readonly problems: readonly string[];
}

/** What `helm template` is told of a release. */
export function templateInput({ chart, release, namespace, values }: SiteRelease, archive: string): TemplateInput {
  return { release, namespace, archive, values: withPlaceholders(chart.name, values) };
}

/** What a site is checked with. */
export interface CheckMeans {
  /** The charts' archives by chart name. */
  readonly archives: ReadonlyMap<string, string>;
  readonly helm: HelmTemplate;
  /** An API server that holds nothing yet. */
  readonly cluster: Cluster;
  /** Is called before each step. */
  readonly told: (step: string) => void;
}

/**
 * Checks the releases of a site whose charts are at hand: each renders, a template reads each of its values, and its workloads are those of the chart's
 * description. Then the packs judge the site with the rendered objects in place of the described ones, and an API server is asked to admit
 * them.
 */
export async function checkSite(site: Site, { archives, helm, cluster, told }: CheckMeans): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const rendered: RenderedRelease[] = [];
  const releases = releasesOf(site);
  for (const release of releases) {
    const archive = archives.get(release.chart.name);
    if (archive === undefined) continue;
    const subject = `${release.chart.name} ${release.chart.version} as ${release.namespace}/${release.release}`;
    told(`rendering ${subject}`);
    const input = templateInput(release, archive);
    const rendering = await helm.render(input);
    if ("failure" in rendering) {
      results.push({ subject, problems: [`does not render: ${rendering.failure}`] });
      continue;
    }
    const objects = objectsIn(rendering.text, release.namespace);
    rendered.push({ chart: release.chart.name, release: release.release, namespace: release.namespace, objects });
    told(`looking for values of ${subject} that nothing reads`);
    const dead = await deadValues(helm, input, JSON.parse(JSON.stringify(release.values)));
    results.push({ subject, problems: [...dead.map((path) => `no template reads ${path}`), ...differenceProblems(release, objects)] });
  }
  if (rendered.length === 0) return results;
  told("judging the rendered objects");
  const judged = `what ${rendered.length} of ${releases.length} charts render and the descriptions of the others`;
  const objects = await objectsWith(site, rendered);
  results.push({ subject: `the packs, on ${judged}`, problems: findingsIn(site, objects) });
  if (rendered.length === releases.length) {
    results.push({ subject: "addresses of Services in values and objects", problems: unserved(releases, objects) });
  }
  told("asking the API server for the rendered objects");
  const definitions = await Promise.all([...archives.values()].map((archive) => helm.definitions(archive)));
  const problems = await refusals({ cluster, site, objects, releases: rendered, definitions: definitions.flat() });
  results.push({ subject: `the API server, asked for ${judged}`, problems });
  return results;
}

function differenceProblems({ chart, release, namespace, values }: SiteRelease, objects: RenderedRelease["objects"]): readonly string[] {
  const found = differencesOf(chart.workloads({ name: release, namespace, values }), objects, { sameVersion: true });
  const mine = EXPLAINED.filter((each) => each.chart === chart.name);
  return unexplained(found, mine, release).map(differenceText);
}

/** The differences that no explanation is about. What only one of the two has cannot be explained. */
export function unexplained(
  differences: readonly Difference[],
  explained: readonly ExplainedDifference[],
  release: string,
): readonly Difference[] {
  return differences.filter(
    ({ workload, field }) =>
      field === "exists" || !explained.some((each) => each.workload.replaceAll("{release}", release) === workload && each.field === field),
  );
}

/** The objects of the site, the rendered charts in place of their descriptions. */
async function objectsWith(site: Site, releases: readonly RenderedRelease[]): Promise<readonly KubernetesObject[]> {
  const described = recordedObjects(await recordProgram(site));
  const isReplaced = ({ origin, namespace }: KubernetesObject) =>
    releases.some((each) => each.chart === origin?.chart && each.release === origin.release && each.namespace === namespace);
  return [...described.filter((object) => !isReplaced(object)), ...renderedObjects(releases)];
}

/** The URLs in what the project itself writes that lead to no Service. They are known only where all charts are rendered. */
function unserved(releases: readonly SiteRelease[], objects: readonly KubernetesObject[]): readonly string[] {
  const own = objects
    // The values of releases are read below, once and in the namespace of their pods.
    .filter(({ origin, kind }) => origin === undefined && !["HelmRelease", "Release"].includes(kind))
    .map((object) => ({
      by: `${object.kind} ${object.namespace}/${object.name}`,
      namespace: object.namespace,
      text: JSON.stringify(inClear(object)),
    }));
  const values = releases.map(({ release, namespace, values: given }) => ({
    by: `the release ${namespace}/${release}`,
    namespace,
    text: JSON.stringify(given),
  }));
  return unservedAddresses([...own, ...values], objects.map(inClear));
}

function findingsIn(site: Site, objects: readonly KubernetesObject[]): readonly string[] {
  return judge(RULES, objects, { site })
    .findings.filter(({ enforcement }) => enforcement === "mandatory")
    .map(({ rule, object, message }) => `${rule}: ${object.kind} ${object.namespace}/${object.name}: ${message}`);
}

/** The renderings of a site's releases whose charts are at hand. */
export async function renderSite(
  site: Site,
  archives: ReadonlyMap<string, string>,
  helm: HelmTemplate,
): Promise<readonly (SiteRelease & { readonly rendering: Rendering })[]> {
  const releases = releasesOf(site).flatMap((release) => {
    const archive = archives.get(release.chart.name);
    return archive === undefined ? [] : [{ release, archive }];
  });
  return Promise.all(
    releases.map(async ({ release, archive }) => ({ ...release, rendering: await helm.render(templateInput(release, archive)) })),
  );
}
