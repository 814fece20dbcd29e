import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { conditionOf } from "#af/sandbox/cluster/world";
import { fluxSources, indexStatus } from "#af/sandbox/controller/sources";
import { flux, object } from "./builders";
import { after, wanted } from "./situations";

const repository = (url: string, rest: object = {}, metadata: object = {}): ClusterObject =>
  object("source.toolkit.fluxcd.io/v1", "HelmRepository", "charts", { metadata, spec: { url, interval: "1h", ...rest } });
const INDEX = "apiVersion: v1\nentries: {}\n";
const remote = repository("https://charts.example.org");
const kinds = (subject: ClusterObject): readonly string[] => wanted(fluxSources, subject, ...flux).map(({ kind }) => kind);

describe("a source of Flux in the sandbox", () => {
  it("elsewhere is ready at once with an artifact, and says that nothing was fetched", () => {
    const told = after(remote, wanted(fluxSources, remote, ...flux));
    for (const type of ["ArtifactInStorage", "Ready"]) {
      assert.match(
        conditionOf(told, type)?.message ?? "",
        /^stored artifact: revision 'sha256:[0-9a-f]{64}' \(stand-in: nothing was fetched\)$/,
      );
      assert.equal(conditionOf(told, type)?.reason, "Succeeded");
    }
    const { artifact } = told["status"] as { artifact: Record<string, string> };
    assert.equal(artifact["revision"], artifact["digest"]);
    assert.equal(artifact["path"], `helmrepository/default/charts/index-${artifact["digest"]?.slice(7)}.yaml`);
    assert.deepEqual(kinds({ ...told, metadata: { ...told.metadata, finalizers: ["finalizers.fluxcd.io"] } }), []);
  });

  it("does nothing without Flux, when it is suspended, or when it is only an address", () => {
    assert.deepEqual(wanted(fluxSources, remote), []);
    assert.deepEqual(kinds(repository("https://charts.example.org", { suspend: true })), ["finalizers"]);
    assert.deepEqual(kinds(repository("oci://charts.example.org", { type: "oci" })), []);
    const migrated = repository("oci://charts.example.org", { type: "oci" }, { finalizers: ["finalizers.fluxcd.io"] });
    assert.deepEqual(kinds(migrated), ["finalizers"]);
  });

  it("on this machine is fetched: its revision is the hash of its index, and what is not there is said", async () => {
    const server = http.createServer((request, response) => {
      response.statusCode = request.url === "/charts/index.yaml" ? 200 : 404;
      response.end(INDEX);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const local = repository(`http://127.0.0.1:${port}/charts/`);
    assert.deepEqual(kinds(local), ["finalizers", "index"]);
    const fetched = { ...local, status: await indexStatus(local) };
    const { artifact } = fetched.status as { artifact: Record<string, unknown> };
    assert.equal(artifact["size"], INDEX.length);
    assert.equal(artifact["digest"], `sha256:${createHash("sha256").update(INDEX).digest("hex")}`);
    assert.doesNotMatch(JSON.stringify(fetched.status), /stand-in/);
    assert.deepEqual(kinds(fetched), ["finalizers"]);
    const asked = { ...fetched, metadata: { ...fetched.metadata, annotations: { "reconcile.fluxcd.io/requestedAt": "now" } } };
    assert.deepEqual(kinds(asked), ["finalizers", "index"]);
    assert.deepEqual(kinds({ ...asked, status: await indexStatus(asked) }), ["finalizers"]);
    const gone = repository(`http://127.0.0.1:${port}/nowhere`);
    const failed = { ...gone, status: await indexStatus(gone) };
    server.close();
    assert.match(
      conditionOf(failed, "FetchFailed")?.message ?? "",
      /^failed to fetch Helm repository index: .*failed to fetch http.*\/nowhere\/index\.yaml : 404 Not Found$/,
    );
    assert.equal(conditionOf(failed, "Ready")?.status, "False");
    assert.equal(conditionOf(failed, "Reconciling")?.reason, "ProgressingWithRetry");
    assert.equal((failed.status as { observedGeneration?: number }).observedGeneration, undefined);
    const mended = { ...failed, status: await indexStatus(failed, () => Promise.resolve(INDEX)) };
    assert.deepEqual((mended.status["conditions"] as { type: string }[]).map(({ type }) => type).sort(), ["ArtifactInStorage", "Ready"]);
    assert.deepEqual(kinds(failed), ["finalizers", "index"]);
  });
});
