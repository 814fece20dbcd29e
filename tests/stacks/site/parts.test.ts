import assert from "node:assert/strict";
import type { Manifest } from "#af/components/manifest";
import { recordProgram, type RecordedResource } from "#af/stacks/record";
import { allParts, rolesOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

/** What components add to their parts, and what is made of all parts together: hosts' labels and namespaces. */
const NOT_OF_A_PART = /:(Secret|NodePatch|HelmRepository)$|\$(random|tls):|^pulumi:|\$af:tenancy:Tenant\$/;
const RELEASE = /:(HelmRelease|Release)$/;

interface Named {
  readonly name: string;
  readonly content: unknown;
}

/** Objects of the parts, as the engine should get them. */
function toldBy(site: Site): readonly Named[] {
  const objects: readonly Manifest[] = allParts(site).flatMap((part) => Object.values(part.objects));
  return objects.map((object) => ({ name: nameOf(object), content: object }));
}

function nameOf({ apiVersion, kind, metadata }: Pick<Manifest, "apiVersion" | "kind" | "metadata">): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function qualifiedType({ urn }: RecordedResource): string {
  return urn.split("::")[2] ?? "";
}

/** Annotations of every object, and digests of secret values, which no part knows. */
const NOT_TOLD = /^pulumi\.com\/patch(FieldManager|Force)$|^checksum\/secrets$/;

/** Without what the SDK leaves out, keys whose value is undefined, and without annotations that parts do not tell. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (NOT_TOLD.test(key)) return undefined;
      if (key !== "annotations" || inner === null || typeof inner !== "object") return inner;
      return Object.keys(inner).some((annotation) => !NOT_TOLD.test(annotation)) ? inner : undefined;
    }),
  ) as unknown;
}

describe("parts of a site", function () {
  this.timeout(60_000);
  const subjects = [
    ...SITES.map((name) => ({ name, config: () => Promise.resolve(siteConfig(name)) })),
    ...Object.keys(KINDS).map((title) => ({ name: title, config: () => settingsOfKind(title) })),
  ];
  for (const { name, config } of subjects) {
    it(`${name}: are installed exactly as they are told, and nothing besides`, async () => {
      const settings = await config();
      const { resources } = await recordProgram(parseSite(settings, "a test"));
      // The parts of a site are made once, so what a component did to them would be in what is told of the same site.
      const site = parseSite(settings, "a test");
      const own = resources.filter((resource) => resource.custom && !NOT_OF_A_PART.test(qualifiedType(resource)));
      const installed = own
        .filter(({ type }) => !RELEASE.test(type))
        .map(({ inputs }) => ({ name: nameOf(inputs as unknown as Manifest), content: inputs }));
      const byName = (list: readonly Named[]) => Object.fromEntries(list.map(({ name: each, content }) => [each, plain(content)]));
      assert.deepEqual(byName(installed), byName(toldBy(site)));
      assert.equal(installed.length, Object.keys(byName(installed)).length);
    });
  }

  it("are releases too: each is installed once, with the values that are told", async () => {
    for (const name of SITES) {
      const site = parseSite(siteConfig(name), name);
      const told = allParts(site).flatMap(({ releases }) =>
        Object.values(releases).map(({ release, chart }) => `${release} ${chart.name}`),
      );
      const installed = (await recordProgram(site)).resources
        .filter(({ type }) => RELEASE.test(type))
        .map(({ inputs }) => {
          const spec = inputs["spec"] as { releaseName: string; chart: { spec: { chart: string } } } | undefined;
          return spec ? `${spec.releaseName} ${spec.chart.spec.chart}` : `${String(inputs["name"])} ${String(inputs["chart"])}`;
        });
      assert.deepEqual([...installed].sort(), [...told].sort());
    }
  });

  it("decide which namespaces there are", () => {
    for (const name of SITES) {
      const site = parseSite(siteConfig(name), name);
      for (const role of rolesOf(site)) assert.ok(allParts(site).some((part) => part.role === role));
      assert.ok(rolesOf(site).includes("hub"));
      assert.ok(!rolesOf(site).includes("skyhook"));
    }
  });
});
