import assert from "node:assert/strict";
import { mayRunOn } from "#af/capacity/placement";
import { useLabel } from "#af/components/nodes/labels";
import { schedulableHosts, workers } from "#af/components/nodes/schedulable";
import { USES } from "#af/components/nodes/settings";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource } from "#af/policies/model/objects";
import { podTemplateOf } from "#af/policies/model/pods";
import { placementOf } from "#af/policies/model/pod-reading";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

type Config = Record<string, unknown> & { nodes: Record<string, { runs: readonly string[]; taints?: unknown[] }> };

/** The settings with a taint of its own on every pool but the control plane's. */
function tainted(settings: Record<string, unknown>): Config {
  const config = structuredClone(settings) as Config;
  for (const [name, pool] of Object.entries(config.nodes))
    if (!pool.runs.includes("control-plane")) pool.taints = [...(pool.taints ?? []), { key: `example.edu/${name}` }];
  return config;
}

/** Pods that select the hosts of a use, and how many of those hosts have a taint that they do not tolerate. */
async function kept(settings: Record<string, unknown>): Promise<ReadonlyMap<string, number>> {
  const site = parseSite(tainted(settings), "a test");
  const { resources } = await recordProgram(site);
  const hosts = workers(schedulableHosts(site));
  const found = new Map<string, number>();
  for (const object of resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn))) {
    const pod = object.obstacle === undefined ? podTemplateOf(object) : undefined;
    if (!pod || object.partial) continue;
    const placement = placementOf(pod);
    if (!USES.some((use) => JSON.stringify([placement.nodeSelector, placement.requiredTerms]).includes(`"${useLabel(use)}"`))) continue;
    const anywhere = { ...placement, tolerations: [{ operator: "Exists" as const }] };
    const off = hosts.filter((host) => mayRunOn(anywhere, host) && !mayRunOn(placement, host));
    found.set(`${object.kind} ${object.namespace}/${object.name}`, off.length);
  }
  return found;
}

describe("pods that select the hosts of a use", function () {
  this.timeout(120_000);
  const seen = new Set<string>();

  for (const [title, settings] of [
    ...SITES.map((site) => [site, () => Promise.resolve(siteConfig(site))] as const),
    ...Object.keys(KINDS).map((title) => [title, () => settingsOfKind(title)] as const),
  ])
    it(`${title}: tolerate every taint of those hosts`, async () => {
      const pods = await kept(await settings());
      for (const pod of pods.keys()) seen.add(pod.replace(/ .*\//, " "));
      assert.deepEqual(
        [...pods].filter(([, off]) => off > 0).map(([pod, off]) => `${pod}: kept off ${off} hosts`),
        [],
      );
    });

  it("are the access point's, the cache's, Prometheus' and Ceph's", () => {
    for (const pod of [/^StatefulSet schedd$/, /^StatefulSet xcache-/, /^StatefulSet prometheus-kube-prometheus-stack-prometheus$/])
      assert.ok(
        [...seen].some((each) => pod.test(each)),
        `${String(pod)} is not among ${[...seen].join(", ")}`,
      );
  });
});
