import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { settingsOfKind } from "../../support/site-kinds";

describe("values of Dask Gateway", () => {
  it("are configuration that Python runs: the backend, its limits, and the pool for HTCondor's libraries", async () => {
    const site = parseSite(await settingsOfKind("hub.dask(gateway).backend: htcondor"), "a test");
    const values = partsOf(site).hub.gateway?.releases["chart"]?.values as DaskGatewayValues;
    const program = [
      "import json, os, types",
      "class Any(types.SimpleNamespace):",
      "    def __getattr__(self, name):",
      "        self.__dict__[name] = Any()",
      "        return self.__dict__[name]",
      "c = Any()",
      ...Object.keys(values.gateway.extraConfig)
        .sort()
        .map((key) => values.gateway.extraConfig[key] ?? ""),
      "print(json.dumps([c.DaskGateway.backend_class, c.ClusterConfig.cluster_max_workers, os.environ['_CONDOR_SCHEDD_HOST']]))",
    ].join("\n");
    const said: unknown = JSON.parse(execFileSync("python3", ["-c", program], { encoding: "utf8" }));
    assert.deepEqual(said, ["site_gateway.HTCondorBackend", 4, "schedd.example.edu"]);
  });
});
