import assert from "node:assert/strict";
import type { V1PodTemplate } from "@kubernetes/client-node";
import { WORKER_TOKEN_FILE } from "#af/components/data/clients";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import { jupyterhub } from "#af/components/charts/jupyterhub";
import { partsOf } from "#af/stacks/site/parts";
import type { Site } from "#af/stacks/site/schema";
import { everySubject } from "./subjects";

type Texts = Readonly<Record<string, string>>;

/** What a submit command `environment` sets, read as HTCondor reads it: each entry in single quotes, and both kinds of quotes doubled. */
function environmentOf(directives: string): Texts {
  const { environment } = JSON.parse(directives.replaceAll("{{", "{").replaceAll("}}", "}")) as { environment: string };
  const inside = environment.slice(1, -1).replaceAll('""', '"');
  return Object.fromEntries(
    [...inside.matchAll(/(\w+)='((?:[^']|'')*)'/g)].map(([, name = "", value = ""]) => [name, value.replaceAll("''", "'")]),
  );
}

/** Everything that runs for a user with the environment that it gets for reading data, and whether a variable beside it covers one of these. */
function readersOf(site: Site) {
  const { hub, gateway } = partsOf(site).hub;
  const { release: name, values } = hub.releases["chart"] ?? assert.fail();
  const { namespace = "", name: config } = hub.objects["clients"]?.metadata ?? assert.fail("no ConfigMap");
  const pods = (jupyterhub.startedPods?.({ name, namespace, values: values as never }) ?? []) as readonly V1PodTemplate[];
  const notebooks = pods.flatMap((pod) => pod.template?.spec?.containers ?? []);
  const given = gateway?.releases["chart"]?.values as DaskGatewayValues | undefined;
  const code = Object.values(given?.gateway.extraConfig ?? {}).join("\n");
  const inCode = [...code.matchAll(/^c\.ClusterConfig\.environment = (\{.*\})$/gm)].map(([, text = ""]) => JSON.parse(text) as Texts);
  const jobs = notebooks
    .flatMap(({ env = [] }) => env)
    .filter(({ name: variable }) => variable.endsWith("JOB_EXTRA_DIRECTIVES"))
    .map(({ value = "" }) => environmentOf(value));
  return {
    settings: hub.objects["clients"]?.["data"] as Texts,
    config,
    notebooks,
    jobs,
    clusters: given === undefined ? [] : [given.gateway.backend.environment, ...inCode],
  };
}

describe("settings of clients of the site's data", function () {
  this.timeout(60_000);

  it("are one ConfigMap for every container of a user's pod, and the same in jobs and in clusters, which cannot mount it", async () => {
    const seen = { jobs: 0, clusters: 0 };
    for (const { name, site } of await everySubject()) {
      const { settings, config, notebooks, jobs, clusters } = readersOf(site);
      assert.ok(
        ["XCACHE_HOST", "XCACHE_PORT", "XRD_PLUGIN"].every((variable) => settings[variable]),
        name,
      );
      for (const { env = [], envFrom = [], name: container } of notebooks) {
        assert.deepEqual(envFrom, [{ configMapRef: { name: config } }], `${name}: ${container}`);
        const covered = env.map((variable) => variable.name).filter((variable) => variable in settings);
        assert.deepEqual(covered, [], `${name}: a variable of ${container} beside the ConfigMap`);
      }
      for (const { BEARER_TOKEN_FILE: file = WORKER_TOKEN_FILE, ...job } of jobs) {
        const { LOCALDOMAIN: domain, ...same } = job;
        assert.deepEqual(same, settings, `${name}: a job`);
        // Outside of the cluster a name such as xcache is looked for in the signpost's domain.
        const { cache } = site.data;
        assert.equal(domain, cache.kind === "xcache" ? cache.signpost?.domain : undefined, name);
        // A worker has its token elsewhere than a pod.
        assert.equal(file, WORKER_TOKEN_FILE, name);
      }
      // A backend that does not build on that of the chart reads the trait of every backend.
      assert.equal(clusters.length, site.hub.dask.kind !== "gateway" ? 0 : site.hub.dask.backend.kind === "htcondor" ? 2 : 1, name);
      for (const cluster of clusters) assert.deepEqual(cluster, settings, `${name}: a cluster of Dask Gateway`);
      seen.jobs += jobs.length;
      seen.clusters += clusters.length;
    }
    assert.ok(seen.jobs > 2 && seen.clusters > 2, JSON.stringify(seen));
  });
});
