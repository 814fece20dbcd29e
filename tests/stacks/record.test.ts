import assert from "node:assert/strict";
import { SITES } from "../support/site-config";
import { readSite } from "#af/stacks/site/read";
import { recordProgram, RecordingError, type Recording } from "#af/stacks/record";
import type { Site } from "#af/stacks/site/schema";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

for (const name of SITES) {
  describe(`the program of ${name}, recorded`, () => {
    let recording: Recording;
    before(async () => {
      recording = await recordProgram(readSite(name));
    });

    it("gives every resource the URN that an engine would", () => {
      const { resources } = recording;
      const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
      assert.equal(byUrn.size, resources.length);
      for (const { urn, type, name: own, parent } of resources) {
        const above = parent === undefined ? undefined : byUrn.get(parent);
        assert.equal(parent === undefined, above === undefined, `the parent of ${urn} is recorded`);
        const chain = above === undefined ? "" : `${above.urn.split("::")[2]}$`;
        assert.equal(urn, `urn:pulumi:${name}::af::${chain}${type}::${own}`);
      }
    });

    it("hangs everything below the facility, and knows who waits for whom", () => {
      const roots = recording.resources.filter(({ parent }) => parent === undefined).map(({ type }) => type);
      assert.deepEqual(roots, ["pulumi:providers:kubernetes", "af:stacks:Facility"]);
      const urns = new Set(recording.resources.map(({ urn }) => urn));
      for (const { urn, options } of recording.resources)
        for (const other of options.dependsOn) assert.ok(urns.has(other), `${urn} depends on ${other}`);
    });

    it("lets what is protected stand on little: no ingress, nor a namespace that holds nothing of worth", () => {
      const byUrn = new Map(recording.resources.map((resource) => [resource.urn, resource]));
      const kept = new Set<string>();
      const keep = (urn: string | undefined): void => {
        const resource = urn === undefined || kept.has(urn) ? undefined : byUrn.get(urn);
        if (urn === undefined || resource === undefined) return;
        kept.add(urn);
        for (const below of [resource.parent, ...resource.options.dependsOn]) keep(below);
      };
      for (const { urn, options } of recording.resources) if (options.protect) keep(urn);
      assert.ok(kept.size > 10);
      const left = [...kept].flatMap((urn) => byUrn.get(urn) ?? []);
      assert.ok(!left.some(({ type }) => type === "af:platform:Traefik"));
      const namespaces = left.filter(({ type }) => type.endsWith(":Namespace")).map(({ name: own }) => own);
      for (const role of ["servicex", "monitoring", "data"])
        assert.ok(!namespaces.includes(`${role}-namespace`), `the namespace of ${role} stays: ${namespaces.join(", ")}`);
    });

    it("records protection, retention, deletion with a namespace and time limits", () => {
      const find = (type: string) => recording.resources.find((resource) => resource.custom && resource.type.endsWith(type));
      const cluster = find(":CephCluster")?.options;
      if (cluster) assert.deepEqual([cluster.protect, cluster.retainOnDelete, cluster.timeouts.create], [true, true, "30m"]);
      assert.match(find(":ResourceQuota")?.options.deletedWith ?? "", /:Namespace::/);
    });

    it("leaves unknown only what a provider computes", () => {
      const unknown = recording.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(UNKNOWN)).map(({ type }) => type);
      assert.deepEqual(
        [...new Set(unknown)].filter((type) => !/:(Secret|SelfSignedCert|Release)$/.test(type)),
        [],
      );
    });

    it("shows placeholders of secrets nowhere but inside a secret", () => {
      const marked = JSON.stringify(
        recording.resources.map(({ inputs }) => inputs),
        (_, value: unknown) =>
          typeof value === "object" &&
          value !== null &&
          Reflect.get(value, "4dabf18193072939515e22adb298388d") === "1b47061264138c4ac30d75fd1eb44270"
            ? "hidden"
            : value,
      );
      for (const [secret, text] of Object.entries(recording.placeholders)) assert.ok(!marked.includes(text), `${secret} is readable`);
      assert.ok(JSON.stringify(recording.resources).includes(recording.placeholders["hubClientSecret"] ?? "none"), "placeholders are used");
    });

    it("is the same at every run, and several runs at once do not touch each other", async () => {
      const again = await Promise.all([recordProgram(readSite(name)), recordProgram(readSite(name))]);
      const sorted = ({ resources }: Recording) => [...resources].sort((a, b) => a.urn.localeCompare(b.urn));
      for (const other of again) assert.deepEqual(sorted(other), sorted(recording));
    });
  });
}

describe("a program that does not run through", () => {
  // The test runner ends at any rejection nobody awaits; here the recorder is to collect them.
  const listeners = process.listeners("unhandledRejection");
  before(() => process.removeAllListeners("unhandledRejection"));
  after(() => listeners.forEach((listener) => process.on("unhandledRejection", listener)));

  it("is an error that says why, each reason once", async () => {
    const [name = ""] = SITES;
    const broken = { ...readSite(name), nodes: undefined } as unknown as Site;
    await assert.rejects(recordProgram(broken), (error: unknown) => {
      assert.ok(error instanceof RecordingError);
      assert.match(error.message, /^the program of \w+ does not run through:\n {2}Cannot .* undefined/);
      assert.equal(new Set(error.causes).size, error.causes.length);
      return true;
    });
  });
});
