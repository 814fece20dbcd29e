import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { bytes, millicores } from "#af/capacity/quantity";
import { clientEnvironment } from "#af/components/data/clients";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import { toolsAtHand } from "#af/sandbox/tools/toolbox";
import { chartAtHand } from "../../support/charts-at-hand";
import { pythonEnvironment } from "../../support/python";
import { settingsOfKind } from "../../support/site-kinds";
import { everySubject, PYTHON, subjectOf, type Subject } from "./subjects";

interface Answer {
  readonly problems: readonly string[];
  readonly taken?: number;
  readonly refusals?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The configuration file that the chart makes of values; undefined where the chart or Helm is not at hand. */
async function renderedBy(chart: string | undefined, values: DaskGatewayValues): Promise<string | undefined> {
  const { helm } = (await toolsAtHand()).found;
  if (chart === undefined || helm === undefined) return undefined;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-gateway-"));
  try {
    const file = path.join(folder, "values.json");
    fs.writeFileSync(file, JSON.stringify(values));
    const text = execFileSync(helm.path, ["template", "dask-gateway", chart, "--namespace", "hub", "--values", file], { encoding: "utf8" });
    const objects = parseAllDocuments(text).map(
      (each) => each.toJS() as { readonly kind?: string; readonly metadata?: { name: string } } | null,
    );
    const [map] = objects.filter((each) => each?.kind === "ConfigMap" && each.metadata?.name === "api-dask-gateway");
    return (map as unknown as { data: Record<string, string> }).data["dask_gateway_config.py"];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe("Dask Gateway's values, read by the real gateway", function () {
  this.timeout(600_000);

  it("every class and trait is known, each cluster is as the site file says, and a user has no more of them than it says", async function () {
    const environment = await pythonEnvironment(this, path.join(PYTHON, "gateway.txt"));
    console.log(`      dask-gateway-server: the chart's 2026.3.0, here ${environment.versionOf("dask-gateway-server")}`);
    const chart = chartAtHand("dask-gateway");
    const subjects = (await everySubject()).filter((each): each is Subject & { gateway: DaskGatewayValues } => each.gateway !== undefined);
    assert.ok(subjects.length > 2);
    const given = await Promise.all(subjects.map(async ({ gateway: values }) => ({ values, rendered: await renderedBy(chart, values) })));
    const answers = (await environment.ask(path.join(PYTHON, "gateway_reads.py"), given)) as readonly Answer[];
    for (const [index, { name, site }] of subjects.entries()) {
      const { problems, taken, refusals = [], config } = answers[index] ?? assert.fail(name);
      assert.deepEqual(problems, [], name);
      const { dask } = site.hub;
      if (dask.kind !== "gateway") throw new Error(name);
      const { clusters, workers } = dask;
      assert.equal(taken, 2 * clusters.perUser, name);
      assert.deepEqual(refusals, [
        `you have ${clusters.perUser} of ${clusters.perUser} clusters that a user may have; shut one down first`,
      ]);
      const [cores, memory] = [Number(millicores(workers.cpu)) / 1000, Number(bytes(workers.memory))];
      const meant = { image: workers.image, cluster_max_workers: workers.max, worker_cores: cores, worker_cores_limit: cores };
      assert.deepEqual(pick(config, Object.keys(meant)), meant, name);
      assert.deepEqual(
        pick(config, ["worker_memory", "worker_memory_limit"]),
        { worker_memory: memory, worker_memory_limit: memory },
        name,
      );
      assert.equal(config?.["scheduler_memory"], 2 ** 30);
      // Nobody's program becomes root in a pod of a cluster.
      for (const trait of ["scheduler_extra_container_config", "worker_extra_container_config"]) {
        const { securityContext } = config[trait] as { readonly securityContext: Readonly<Record<string, unknown>> };
        assert.deepEqual(pick(securityContext, ["runAsNonRoot", "allowPrivilegeEscalation"]), {
          runAsNonRoot: true,
          allowPrivilegeEscalation: false,
        });
      }
      // Workers of a cluster read the site's data as the notebook does.
      assert.deepEqual(config["environment"], clientEnvironment(site.data), name);
    }
  });

  it("says which classes and traits nobody reads, and what the server refuses", async function () {
    const environment = await pythonEnvironment(this, path.join(PYTHON, "gateway.txt"));
    const { gateway = assert.fail() } = subjectOf("a test", await settingsOfKind("hub.dask: gateway"));
    const wrong: readonly (readonly [code: string, problem: string])[] = [
      ["c.UserLimits.max_clusters = 2", "UserLimits: no class that runs has this name"],
      ["c.ClusterConfig.max_workers = 2", "ClusterConfig.max_workers: the class has no such trait"],
      ["c.KubeClusterConfig.worker_memory = '4Gi'", "PublicException: 4Gi is not a valid memory specification"],
    ];
    const given = wrong.map(([code]) => ({
      values: { ...gateway, gateway: { ...gateway.gateway, extraConfig: { ...gateway.gateway.extraConfig, "30-wrong": code } } },
    }));
    const answers = (await environment.ask(path.join(PYTHON, "gateway_reads.py"), given)) as readonly Answer[];
    for (const [index, [code, problem]] of wrong.entries())
      assert.ok(answers[index]?.problems[0]?.startsWith(problem), `${code}: ${JSON.stringify(answers[index])}`);
  });
});

function pick(from: Readonly<Record<string, unknown>> = {}, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}
