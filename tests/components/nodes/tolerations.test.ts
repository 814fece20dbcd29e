import assert from "node:assert/strict";
import { mayRunOn } from "#af/capacity/placement";
import { POOL_LABEL, useLabel } from "#af/components/nodes/labels";
import { schedulableHosts, workers } from "#af/components/nodes/schedulable";
import { USES } from "#af/components/nodes/settings";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource } from "#af/policies/model/objects";
import { podTemplateOf } from "#af/policies/model/pods";
import { placementOf } from "#af/policies/model/pod-reading";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { partsOf } from "#af/stacks/site/parts";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { tainted } from "../../support/tainted";
import { problemsOf } from "../../support/site-problems";

/** Labels by which pods select hosts of the facility. */
const SELECTED = [...USES.map(useLabel), POOL_LABEL, "hub.jupyter.org/node-purpose"];

/** A pod that finds no way to hosts that it is for. */
interface Kept {
  readonly pod: string;
  readonly hosts: readonly string[];
}

/**
 * Every pod of a stack with the hosts that it is for and cannot reach: what it selects itself; all hosts, for a DaemonSet that selects none;
 * else the hosts of users for a pod that a user starts, and those of services for every other one.
 */
async function keptPods(settings: Record<string, unknown>): Promise<readonly Kept[]> {
  const site = parseSite(settings, "a test");
  const { resources } = await recordProgram(site);
  const hosts = workers(schedulableHosts(site));
  return resources
    .flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn))
    .flatMap((object) => {
      const pod = object.obstacle === undefined ? podTemplateOf(object) : undefined;
      if (!pod || object.partial) return [];
      const placement = placementOf(pod);
      const selects = SELECTED.some((label) => JSON.stringify([placement.nodeSelector, placement.requiredTerms]).includes(`"${label}"`));
      const use = object.kind === "PodTemplate" ? "users" : "services";
      const meant = hosts.filter(({ uses }) => selects || object.kind === "DaemonSet" || uses.includes(use));
      const anywhere = { ...placement, tolerations: [{ operator: "Exists" as const }] };
      const off = meant.filter((host) => mayRunOn(anywhere, host) && !mayRunOn(placement, host));
      return [{ pod: `${object.kind} ${object.name}`, hosts: off.map(({ name }) => name) }];
    });
}

const known = new Map<string, Promise<readonly Kept[]>>();

/** The same; many kinds of sites are one site. */
function kept(settings: Record<string, unknown>): Promise<readonly Kept[]> {
  const key = JSON.stringify(settings);
  const found = known.get(key) ?? keptPods(settings);
  known.set(key, found);
  return found;
}

describe("taints of pools", function () {
  this.timeout(120_000);
  const seen = new Set<string>();

  for (const [title, settings] of [
    ...SITES.map((site) => [site, () => Promise.resolve(siteConfig(site))] as const),
    ...Object.keys(KINDS).map((title) => [title, () => settingsOfKind(title)] as const),
  ])
    it(`${title}: every pod tolerates those of the hosts that it is for, or the settings are refused`, async () => {
      const given = await settings();
      const config = tainted(given);
      const problems = problemsOf(config);
      const installed = (given["servicex"] as { kind?: string } | undefined)?.kind === "servicex";
      assert.deepEqual(
        [...new Set(problems.map(({ path }) => path.replace(/nodes\..*/, "nodes")))],
        installed ? ["af:nodes"] : [],
        JSON.stringify(problems),
      );
      for (const { message } of problems) assert.match(message, /^the chart of servicex gives its pods no tolerations/);
      const pods = await kept(installed ? { ...config, servicex: { kind: "none" } } : config);
      for (const { pod } of pods) seen.add(pod);
      assert.deepEqual(
        pods.filter(({ hosts }) => hosts.length > 0).map(({ pod, hosts }) => `${pod}: kept off ${hosts.join()}`),
        [],
      );
    });

  it("concern pods of objects, of charts, of operators and of users", () => {
    for (const pod of [
      ...[
        "StatefulSet schedd",
        "StatefulSet xcache-cache1",
        "Deployment xcache-signpost",
        "Deployment hub",
        "Deployment traefik",
        "Deployment kube-prometheus-stack-grafana",
      ],
      ...["StatefulSet prometheus-kube-prometheus-stack-prometheus", "PodTemplate singleuser", "PodTemplate dask-worker"],
      ...["DaemonSet metallb-speaker", "DaemonSet continuous-image-puller", "Deployment rook-ceph-osd-0", "Deployment helm-controller"],
    ])
      assert.ok(seen.has(pod), `${pod} is not among ${[...seen].sort().join(", ")}`);
  });

  it("keep ServiceX off only if no host of a use is without one", () => {
    const { servicex: of, ...config } = tainted(siteConfig("unl"));
    const { nodes } = config;
    const names = (use: string) => Object.keys(nodes).filter((name) => nodes[name]?.runs.includes(use));
    const without = Object.fromEntries(
      Object.entries(nodes).map(([name, pool]) => [
        name,
        [names("services")[0], names("users")[0]].includes(name) ? { ...pool, taints: [] } : pool,
      ]),
    );
    assert.deepEqual(problemsOf({ ...config, servicex: of, nodes: without }), []);
  });

  it("reach the pods that answer for a certificate", async () => {
    const config = tainted(await settingsOfKind("platform.certificates(acme).solver: http01"));
    const issuers = JSON.stringify(partsOf(parseSite(config, "a test")).platform.certificates?.objects);
    for (const [name, { runs }] of Object.entries(config.nodes))
      if (runs.includes("services")) assert.match(issuers, new RegExp(`"podTemplate":.*"example.edu/${name}"`));
  });
});
