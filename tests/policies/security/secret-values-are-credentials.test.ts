import assert from "node:assert/strict";
import { UNKNOWN } from "#af/policies/model/field";
import { secretValuesAreCredentials as rule } from "#af/policies/security/secret-values-are-credentials";
import { stringify } from "yaml";
import { verdictOn } from "../expect";
import { changed, type Data } from "../manifests";
import { SECURITY_EXAMPLES } from "./examples";

const { accepted = [] } = SECURITY_EXAMPLES[rule.name] ?? {};
const [release = {}, secret = {}] = accepted;
const said = (...objects: readonly Data[]) => {
  const { findings, checked } = verdictOn(objects, [rule]);
  return { told: findings.map(({ object, path, message }) => `${object.kind} ${path}: ${message}`), checked: checked[rule.name] };
};
const holding = (values: unknown) => changed(secret, ["stringData"], { "values.yaml": stringify(values) });

describe("secret-values-are-credentials", () => {
  it("accepts the credentials that the description of the chart names, as JSON or YAML, in data or stringData", () => {
    assert.deepEqual(said(release, secret), { told: [], checked: 2 });
    const text = (secret["stringData"] as Readonly<Record<string, string>>)["values.yaml"] ?? "";
    const encoded = { ...changed(secret, ["stringData"], undefined), data: { "values.yaml": Buffer.from(text).toString("base64") } };
    assert.deepEqual(said(release, encoded), { told: [], checked: 2 });
    assert.deepEqual(said(release, holding(JSON.parse(text))).told, []);
    assert.deepEqual(said(release, holding({})).told, []);
  });

  it("refuses every other value, each by its path and never with what it is", () => {
    const privileged = holding({ hub: { containerSecurityContext: { privileged: true }, extraConfig: { x: "hunter2" }, image: {} } });
    const { told } = said(release, privileged);
    assert.deepEqual(
      told.map((line) => /^Secret data\["values\.yaml"\]: gives chart jupyterhub (\S+), which is no credential/.exec(line)?.[1]),
      ["hub.containerSecurityContext.privileged", "hub.extraConfig.x", "hub.image"],
    );
    assert.ok(!told.join().includes("hunter2"));
    // A chart that takes no credentials takes nothing from a Secret.
    const other = changed(release, ["spec", "chart", "spec", "chart"], "traefik");
    assert.match(said(other, secret).told.join(), /gives chart traefik hub\.config\..*allowed: nothing$/);
  });

  it("reads the key that the release names", () => {
    const named = changed(release, ["spec", "valuesFrom", 0, "valuesKey"], "other");
    assert.deepEqual(said(named, secret), { told: [], checked: 1 });
    const both = changed(secret, ["stringData", "other"], "hub: {image: {tag: latest}}");
    assert.match(said(named, both).told.join(), /^Secret data\.other: gives chart jupyterhub hub\.image\.tag/);
  });

  it("refuses what is no map of values, and a Secret that nobody can see", () => {
    for (const text of ["privileged", "- 1", "a: [", ""])
      assert.match(
        said(release, changed(secret, ["stringData", "values.yaml"], text)).told.join() || "nothing",
        /gives chart jupyterhub/,
        text,
      );
    assert.match(
      said(release).told.join(),
      /^HelmRelease spec\.valuesFrom\[0\]: values come from the Secret \S+, which is not among the objects/,
    );
    const elsewhere = changed(secret, ["metadata", "namespace"], "elsewhere");
    assert.match(said(release, elsewhere).told.join(), /not among the objects/);
    assert.match(said(changed(release, ["spec", "valuesFrom"], UNKNOWN), secret).told.join(), /undetermined/);
    assert.match(said(release, changed(secret, ["stringData"], { "values.yaml": 1 })).told.join(), /found a number; allowed: text/);
  });

  it("waits for what is generated, which it has not checked, and for what a manifest leaves out", () => {
    for (const stringData of [UNKNOWN, { "values.yaml": UNKNOWN }, { "values.yaml": "[secret]" }])
      assert.deepEqual(said(release, changed(secret, ["stringData"], stringData)), { told: [], checked: 1 });
    assert.deepEqual(said(release, { ...changed(secret, ["stringData"], undefined), data: "[secret]" }), { told: [], checked: 1 });
  });
});
