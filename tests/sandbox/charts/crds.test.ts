import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { crdsOf, crdSource, describeSource, permissiveCrds, SOURCE_ANNOTATION } from "#af/sandbox/charts/crds";
import { KNOWN_KINDS, pluralOf } from "#af/sandbox/charts/kinds";
import { notChecked } from "../../support/skipped";

describe("definitions of custom resources", () => {
  const project = fs.mkdtempSync(path.join(os.tmpdir(), "af-crds-"));
  const folder = path.join(project, "given");
  before(() => {
    fs.mkdirSync(path.join(folder, "deep"), { recursive: true });
    const crd = (group: string, plural: string): string =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${plural}.${group}\nspec:\n  group: ${group}\n  conversion: { strategy: Webhook }\n  names: { plural: ${plural}, kind: X }\n  versions: []\nstatus: {}\n`;
    fs.writeFileSync(path.join(folder, "deep", "two.yaml"), `${crd("metallb.io", "ipaddresspools")}---\n${crd("other.io", "things")}`);
    fs.writeFileSync(path.join(folder, "notes.txt"), "no YAML");
  });
  after(() => fs.rmSync(project, { recursive: true, force: true }));

  it("come from AF_CRDS first, then from beside the project, else they are permissive", () => {
    assert.deepEqual(crdSource({ AF_CRDS: folder }, project), { kind: "folder", folder, why: "AF_CRDS" });
    assert.deepEqual(crdSource({}, path.join(project, "clone")), { kind: "permissive" });
    const beside = path.join(project, "shared", "schemas", "crds");
    fs.mkdirSync(beside, { recursive: true });
    assert.deepEqual(crdSource({}, path.join(project, "clone")), { kind: "folder", folder: beside, why: "beside the project" });
  });

  it("are permissive on request", () => {
    assert.deepEqual(crdSource({ AF_CRDS: "none" }, project), { kind: "permissive" });
  });

  it("are not silently permissive when AF_CRDS is wrong", () => {
    assert.throws(
      () => crdSource({ AF_CRDS: "/nowhere" }, project),
      /AF_CRDS names \/nowhere, which does not exist: give a folder.*or unset it/,
    );
  });

  it("say where they came from", () => {
    assert.match(describeSource({ kind: "permissive" }), /not checked.*AF_CRDS/);
    assert.match(describeSource({ kind: "folder", folder, why: "AF_CRDS" }), /checked against .*\(AF_CRDS\)/);
  });

  it("are those of the asked groups only, without webhooks that nobody serves", () => {
    const found = crdsOf(["metallb.io"], { kind: "folder", folder, why: "AF_CRDS" });
    assert.deepEqual(
      found.map((crd) => crd.metadata.name),
      ["ipaddresspools.metallb.io"],
    );
    assert.deepEqual((found[0]?.["spec"] as { conversion: object }).conversion, { strategy: "None" });
    assert.equal(found[0]?.metadata.annotations?.[SOURCE_ANNOTATION], folder);
  });

  it("are filled up with permissive ones for a group that the folder does not have", () => {
    const found = crdsOf(["metallb.io", "cert-manager.io"], { kind: "folder", folder, why: "AF_CRDS" });
    const permissive = found
      .filter((crd) => crd.metadata.annotations?.[SOURCE_ANNOTATION] === "permissive")
      .map((crd) => crd.metadata.name);
    assert.ok(permissive.includes("clusterissuers.cert-manager.io"));
    assert.ok(!permissive.some((name) => name.endsWith("metallb.io")));
  });

  it("are one for a kind, whatever the number of its versions", () => {
    const twice = permissiveCrds([
      { group: "g.io", version: "v1", kind: "Thing", namespaced: true },
      { group: "g.io", version: "v1beta1", kind: "Thing", namespaced: true },
    ]);
    assert.equal(twice.length, 1);
    const { versions } = twice[0]?.["spec"] as { versions: { name: string; storage: boolean }[] };
    assert.deepEqual(
      versions.map(({ name, storage }) => [name, storage]),
      [
        ["v1", true],
        ["v1beta1", false],
      ],
    );
  });

  it("that are generated have the names and scopes of the real ones", function () {
    const source = crdSource({});
    if (source.kind === "permissive") return notChecked(this, "no ../shared/schemas/crds beside the project and no AF_CRDS");
    const groups = [...new Set(KNOWN_KINDS.map(({ group }) => group))];
    const real = crdsOf(groups, source, []);
    const generated = new Map(permissiveCrds(KNOWN_KINDS).map((crd) => [crd.metadata.name, crd]));
    const scopeOf = (crd: (typeof real)[number] | undefined): string | undefined =>
      (crd?.["spec"] as { scope?: string } | undefined)?.scope;
    const kindOf = (crd: (typeof real)[number]): string => (crd["spec"] as { names: { kind: string } }).names.kind;
    let compared = 0;
    for (const crd of real) {
      if (!KNOWN_KINDS.some(({ kind, group }) => kind === kindOf(crd) && crd.metadata.name.endsWith(`.${group}`))) continue;
      assert.equal(scopeOf(generated.get(crd.metadata.name)), scopeOf(crd), crd.metadata.name);
      compared += 1;
    }
    assert.ok(compared > 40, `only ${compared} compared`);
  });

  it("spell plurals as Kubernetes does", () => {
    assert.deepEqual(["NetworkPolicy", "StorageClass", "Gateway", "TLSStore", "ReleaseProxy"].map(pluralOf), [
      "networkpolicies",
      "storageclasses",
      "gateways",
      "tlsstores",
      "releaseproxies",
    ]);
  });
});
