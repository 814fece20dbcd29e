import assert from "node:assert/strict";
import type { V1PodSpec } from "@kubernetes/client-node";
import { recordProgram, type RecordedResource } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { declaredSecrets } from "#af/stacks/site/secrets";
import { siteConfig, spoilt } from "../../support/site-config";

const OVERLAP = { id: "facility-2", previous: { id: "facility", until: "2031-01-31" } };

function siteWith(signingKey: object | undefined) {
  const config = siteConfig("unl");
  return parseSite(signingKey ? spoilt(config, ["batch", "schedd", "signingKey"], signingKey) : config, "a test");
}

function named(resources: readonly RecordedResource[], kind: string, name: string): RecordedResource {
  const isIt = ({ type, inputs }: RecordedResource) =>
    type.endsWith(`:${kind}`) && (inputs["metadata"] as { readonly name?: unknown } | undefined)?.name === name;
  return resources.find(isIt) ?? assert.fail(`no ${kind} ${name}`);
}

describe("The signing keys of the facility's own access point", function () {
  this.timeout(60_000);

  for (const [title, signingKey, ids, secrets] of [
    ["one, whose secret every site has", undefined, ["facility"], ["condorSigningKey"]],
    ["two during an overlap", OVERLAP, ["facility-2", "facility"], ["condorSigningKey-facility-2", "condorSigningKey"]],
    ["the next one alone", { id: "facility-2" }, ["facility-2"], ["condorSigningKey-facility-2"]],
  ] as const)
    it(`${title}: asked of the operator, mounted by the access point and by the hub, which signs with the first`, async () => {
      const site = siteWith(signingKey);
      const asked = declaredSecrets(site).map(({ name }) => name);
      assert.deepEqual(
        asked.filter((name) => name.startsWith("condorSigningKey")),
        secrets,
      );
      const { resources } = await recordProgram(site);
      for (const name of ["schedd-keys", "hub-condor-key"])
        assert.deepEqual(
          Object.keys((named(resources, "Secret", name).inputs["data"] as { readonly value: object }).value).sort(),
          [...ids].sort(),
          name,
        );
      const set = named(resources, "StatefulSet", "schedd").inputs as { spec: { template: { spec: V1PodSpec } } };
      const volume = set.spec.template.spec.volumes?.find(({ name }) => name === "keys");
      assert.deepEqual(
        volume?.secret?.items,
        ids.map((id) => ({ key: id, path: id })),
      );
      const values = JSON.stringify(named(resources, "HelmRelease", "jupyterhub").inputs);
      assert.ok(values.includes(`"keyId":"${ids[0]}"`) && values.includes(`"keyFile":"/etc/condor-key/${ids[0]}"`));
    });

  it("are the hub's only after the access point has them", async () => {
    const { resources } = await recordProgram(siteWith(OVERLAP));
    const { options } = named(resources, "Secret", "hub-condor-key");
    assert.ok(
      options.dependsOn.some((urn) => urn.includes("StatefulSet::schedd")),
      options.dependsOn.join("\n"),
    );
  });
});
