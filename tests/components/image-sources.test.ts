import assert from "node:assert/strict";
import { IMAGE_SOURCES, isFrom, repositoryOf } from "#af/components/image-sources";

describe("sources of images", () => {
  it("reads the repository of a reference as runtimes do", () => {
    for (const [reference, repository] of [
      ["traefik", "docker.io/library/traefik"],
      ["traefik:v3.7.11", "docker.io/library/traefik"],
      ["docker.io/traefik:v3.7.11", "docker.io/library/traefik"],
      ["index.docker.io/traefik", "docker.io/library/traefik"],
      ["sslhep/servicex_app:v1.8.5", "docker.io/sslhep/servicex_app"],
      ["docker.io/sslhep/servicex_app", "docker.io/sslhep/servicex_app"],
      ["localhost/a/b:1", "localhost/a/b"],
      ["host:5000/a/b", "host:5000/a/b"],
      ["host:5000/a/b:1.2", "host:5000/a/b"],
      [`quay.io/ceph/ceph:v20@sha256:${"a".repeat(64)}`, "quay.io/ceph/ceph"],
    ] as const)
      assert.equal(repositoryOf(reference), repository, reference);
  });

  it("takes no longer name for a shorter one", () => {
    assert.ok(isFrom("docker.io/rook/ceph:v1", "docker.io/rook/"));
    assert.ok(!isFrom("docker.io/rook-evil/ceph:v1", "docker.io/rook/"));
    assert.ok(isFrom("rook/ceph:v1", "docker.io/rook/ceph"));
    for (const other of ["docker.io/rook/ceph-evil:v1", "docker.io/rook/ceph/evil:v1", "docker.io.example.org/rook/ceph:v1"])
      assert.ok(!isFrom(other, "docker.io/rook/ceph"), other);
  });

  it("are folders that end in a slash, or repositories, and each says its registry", () => {
    for (const source of Object.values(IMAGE_SOURCES).flat()) {
      assert.match(source, /^[a-z0-9-]+(\.[a-z0-9-]+)+\/[a-z0-9_/-]*[a-z0-9/]$/);
      assert.equal(repositoryOf(source.replace(/\/$/, "/x")), source.replace(/\/$/, "/x"));
    }
  });
});
