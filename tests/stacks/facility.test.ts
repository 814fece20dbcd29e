import assert from "node:assert/strict";
import { catalogue } from "#af/components/charts/catalogue";
import { hostsOf } from "#af/components/nodes/settings";
import { networksOf } from "#af/components/platform/settings";
import { nameOf } from "#af/components/tenancy/settings";
import { publicNames } from "#af/stacks/site/public-names";
import { recordProgram, type RecordedResource, type Recording } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES, spoilt } from "../support/site-config";

/** Kinds of Ceph and of Kubernetes that cannot be made again once they are gone. */
const IRREPLACEABLE = /^kubernetes:.*:(CephCluster|CephBlockPool|CephFilesystem|CephObjectStore)$/;
/** Kinds that are a provider's own and are not objects of a cluster. */
const OBJECT = /^kubernetes:(?!helm\.sh)/;

for (const name of SITES) {
  for (const delivery of ["flux", "helm"]) {
    describe(`the program of ${name}, delivered by ${delivery}`, () => {
      let recording: Recording;
      let objects: readonly RecordedResource[];
      before(async () => {
        recording = await recordProgram(parseSite(spoilt(siteConfig(name), ["delivery"], { kind: delivery }), name));
        objects = recording.resources.filter(({ type }) => OBJECT.test(type));
      });

      it("names every object itself, so that a rename is never a replacement by accident", () => {
        for (const { urn, inputs } of objects) assert.equal(typeof metadata(inputs)["name"], "string", urn);
      });

      it("gives every object a parent", () => {
        for (const { urn, parent } of objects) assert.ok(parent, urn);
      });

      it("waits for every custom resource, or says that there is nothing to wait for", () => {
        const custom = objects.filter(({ type }) => /\.(io|ceph\.com)\/v/.test(type) && !/k8s\.io\//.test(type));
        assert.ok(custom.length > 0);
        for (const { urn, inputs } of custom) {
          const annotations = Object.keys(metadata(inputs)["annotations"] ?? {});
          assert.ok(annotations.includes("pulumi.com/waitFor") || annotations.includes("pulumi.com/skipAwait"), urn);
        }
      });

      it("protects what cannot be made again, and the namespaces that hold it", () => {
        const ceph = recording.resources.filter(({ type }) => IRREPLACEABLE.test(type));
        const namespaces = objects.filter(
          ({ type, inputs }) =>
            type === "kubernetes:core/v1:Namespace" && /"(hub|rook|batch)"/.test(JSON.stringify(metadata(inputs)["labels"])),
        );
        for (const { urn, options } of [...ceph, ...namespaces]) assert.ok(options.protect && options.retainOnDelete, urn);
        assert.ok(namespaces.length > 0);
      });

      it("keeps a host's labels when the host leaves the file", () => {
        const patches = recording.resources.filter(({ type }) => type === "kubernetes:core/v1:NodePatch");
        assert.ok(patches.length > 0);
        for (const { urn, options } of patches) assert.ok(options.retainOnDelete, urn);
      });

      it("installs charts of the catalogue under its exact version, each under a name of its own", () => {
        const releases = recording.resources
          .filter(({ type }) => /:(HelmRelease|Release)$/.test(type))
          .map(({ inputs }) => chartOf(inputs));
        assert.ok(releases.length > 1);
        for (const { chart, version } of releases)
          assert.equal(version, catalogue.find((entry) => entry.name === chart)?.version, String(chart));
        assert.equal(new Set(releases.map(({ release }) => release)).size, releases.length);
      });

      it("never delivers one release both ways", () => {
        const byHelm = recording.resources
          .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
          .map(({ inputs }) => chartOf(inputs).chart);
        const byFlux = recording.resources.filter(({ type }) => /:HelmRelease$/.test(type));
        if (delivery === "helm") assert.equal(byFlux.length, 0);
        else assert.deepEqual(byHelm, ["flux2"]);
      });

      it("hides every secret of the operator wherever it goes", () => {
        for (const { urn, inputs } of recording.resources) {
          const readable = withoutSecrets(inputs);
          for (const [secret, value] of Object.entries(recording.placeholders))
            assert.ok(!readable.includes(value), `${secret} is readable in ${urn}`);
        }
      });
    });
  }
}

function metadata(inputs: RecordedResource["inputs"]): Record<string, unknown> {
  return (inputs["metadata"] ?? {}) as Record<string, unknown>;
}

function chartOf(inputs: RecordedResource["inputs"]): { readonly chart: unknown; readonly version: unknown; readonly release: unknown } {
  const spec = inputs["spec"] as { chart: { spec: { chart: string; version: string } }; releaseName: string } | undefined;
  if (spec === undefined) return { chart: inputs["chart"], version: inputs["version"], release: inputs["name"] };
  return { ...spec.chart.spec, release: spec.releaseName };
}

/** The engine's mark of a secret value (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

function withoutSecrets(inputs: unknown): string {
  return JSON.stringify(inputs, (_, value: unknown) =>
    typeof value === "object" && value !== null && SIGNATURE in value ? "hidden" : value,
  );
}

describe("the programs of two sites", () => {
  it("have no string of each other: no host, address, name or domain", async () => {
    const plans = await Promise.all(
      SITES.map(async (name) => {
        const { site, resources } = await recordProgram(parseSite(siteConfig(name), name));
        return { site, text: JSON.stringify(resources) };
      }),
    );
    assert.ok(plans.length > 1);
    for (const { site } of plans) {
      const own = [
        site.site.name,
        site.site.title,
        site.site.domain,
        ...hostsOf(site.nodes).map(({ name }) => name),
        ...publicNames(site).map(({ host }) => host),
        ...networksOf(site.platform.loadBalancer).map(({ network }) => network.split("/")[0] ?? ""),
        ...Object.values(site.data.stores).flatMap(({ doors }) => doors.hosts.flatMap(({ name, address }) => [name, address])),
        nameOf(site.tenancy, "hub"),
      ];
      for (const other of plans.filter(({ site: { site: identity } }) => identity.name !== site.site.name))
        for (const text of own)
          assert.ok(!other.text.includes(text), `"${text}" of ${site.site.name} is in the plan of ${other.site.site.name}`);
    }
  });
});
