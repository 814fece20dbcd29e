import assert from "node:assert/strict";
import { imagesComeFromKnownSources as rule } from "#af/policies/security/images-come-from-known-sources";
import { nameOf } from "#af/components/tenancy/settings";
import type { Role } from "#af/components/tenancy/roles";
import type { Site } from "#af/stacks/site/schema";
import { KINDS, LISTS, neverSilent, SITE, verdictOn } from "../expect";
import { changed, CONTAINER, POD_SPEC, specPath, workload, type Data } from "../manifests";

const IMAGE = ["spec", "template", "spec", "containers", 0, "image"] as const;
const inRole = (object: Data, role: Role) => changed(object, ["metadata", "namespace"], nameOf(SITE.tenancy, role));
const running = (image: string, role: Role) => inRole(changed(workload("Deployment"), IMAGE, image), role);
const said = (object: Data, site: Site = SITE) => {
  const { findings, checked } = verdictOn([object], [rule], site);
  return { checked: checked[rule.name] ?? 0, messages: findings.map(({ path, message }) => `${path}: ${message}`) };
};
const passes = (object: Data, site: Site = SITE) => assert.deepEqual(said(object, site), { checked: 1, messages: [] });

describe("images-come-from-known-sources", () => {
  it("accepts what is listed for the namespace, and what the site file names", () => {
    passes(running("docker.io/traefik:v3.7.11", "traefik"));
    passes(running("traefik:v3.7.11", "traefik"));
    passes(running(SITE.hub.image, "hub"));
    passes(running("sslhep/servicex_app:v1.8.5", "servicex"));
    const named = changed(SITE, ["hub", "image"], "registry.example.org/group/program:7") as unknown as Site;
    passes(running("registry.example.org/group/program:1.2.3", "hub"), named);
    const folders = changed(SITE, ["servicex", "allowedImages"], ["registry.example.org/science/"]) as unknown as Site;
    passes(running("registry.example.org/science/x:1", "servicex"), folders);
    assert.equal(said(running("registry.example.org/science/x:1", "hub"), folders).messages.length, 1);
    // A runtime fills in Docker's registry where none is named.
    const bare = changed(SITE, ["servicex", "allowedImages"], ["science/"]) as unknown as Site;
    for (const image of ["science/x:1", "docker.io/science/x:1"]) passes(running(image, "servicex"), bare);
    assert.equal(said(running("registry.example.org/science/x:1", "servicex"), bare).messages.length, 1);
  });

  it("refuses others, in every list of containers of every kind", () => {
    for (const kind of KINDS)
      for (const list of LISTS) {
        const clean = { ...CONTAINER, image: "docker.io/traefik:v3" };
        const spec = { containers: [clean], [list]: [{ ...CONTAINER, name: "other" }] };
        assert.deepEqual(said(inRole(workload(kind, spec), "traefik")).messages, [
          `${specPath(kind)}.${list}[0].image: the image of container other is of registry.example.org/group/program; allowed in this namespace: docker.io/library/traefik, what the site file names`,
        ]);
      }
  });

  it("refuses names that only begin as a listed one, those of other namespaces, and other files", () => {
    for (const image of [
      "docker.io/traefik-evil:v3",
      "docker.io/library/traefik/x:v3",
      "traefik.example.org/traefik:v3",
      "ghcr.io/fluxcd/x:1",
    ])
      assert.equal(said(running(image, "traefik")).messages.length, 1, image);
    const volumes = [
      { name: "files", image: { reference: "registry.example.org/files:1.2" } },
      { name: "scratch", emptyDir: {} },
    ];
    const [message, ...more] = said(
      inRole(workload("Deployment", { containers: [{ ...CONTAINER, image: "traefik:v3" }], volumes }), "traefik"),
    ).messages;
    assert.match(message ?? "", /^spec\.template\.spec\.volumes\[0\]\.image\.reference: the image of volume files is of registry/);
    assert.deepEqual(more, []);
  });

  it("leaves other namespaces alone, and what names no image", () => {
    assert.deepEqual(said(workload("Deployment", POD_SPEC)), { checked: 0, messages: [] });
    assert.deepEqual(said(running("", "traefik")), { checked: 0, messages: [] });
  });

  it("is never silent about what it cannot read", () => {
    const object = running("traefik:v3", "traefik");
    neverSilent(rule, object, IMAGE, 1);
    neverSilent(rule, object, ["spec", "template", "spec", "volumes"], {});
    neverSilent(rule, object, ["spec", "template", "spec", "volumes", 0, "image", "reference"], 1);
  });
});
