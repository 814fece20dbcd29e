import assert from "node:assert/strict";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { flowsOfParts } from "#af/components/part-flows";
import { allParts, partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";

describe("the file of ServiceX' client in users' servers", () => {
  const hubOf = (config: Record<string, unknown>) => {
    const { objects, releases } = partsOf(parseSite(config, "a test")).hub.hub;
    const { extraVolumes, extraVolumeMounts } = (releases["chart"]?.values as JupyterHubValues).singleuser.storage;
    return {
      object: objects["servicex-client"],
      volumes: extraVolumes.filter(({ name }) => name === "servicex-client"),
      mounts: extraVolumeMounts.filter(({ name }) => name === "servicex-client"),
    };
  };

  it("is at their root, and its ConfigMap has the name that they mount", () => {
    const { object, volumes, mounts } = hubOf(siteConfig("unl"));
    assert.deepEqual(volumes, [{ name: "servicex-client", configMap: { name: object?.metadata.name } }]);
    assert.deepEqual(mounts, [{ name: "servicex-client", mountPath: "/servicex.yaml", subPath: "servicex.yaml", readOnly: true }]);
  });

  it("is not there at a site without ServiceX", () => {
    const { object, volumes, mounts } = hubOf(spoilt(siteConfig("unl"), ["servicex"], { kind: "none" }));
    assert.deepEqual([object, volumes, mounts], [undefined, [], []]);
  });

  it("leads where they may connect to: the public entrance, or the app itself", async () => {
    for (const [kind, to, port] of [
      ["oidc", "traefik", 8443],
      ["internal", "app", 5000],
    ] as const) {
      const flows = flowsOfParts(allParts(parseSite(await settingsOfKind(`servicex(servicex).auth: ${kind}`), "a test")));
      const open = flows.some(
        (flow) =>
          typeof flow.from === "object" &&
          "name" in flow.from &&
          flow.from.name === "users" &&
          typeof flow.to === "object" &&
          "name" in flow.to &&
          flow.to.name === to &&
          flow.ports.includes(port),
      );
      assert.ok(open, kind);
    }
  });
});
