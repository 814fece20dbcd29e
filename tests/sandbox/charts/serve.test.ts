import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { answerFrom } from "#af/sandbox/charts/serve";

describe("the chart repository's answers", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-charts-"));
  const folder = path.join(base, "charts");
  const server = http.createServer(answerFrom(folder));
  let url = "";

  before(async () => {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(base, "secret.tgz"), "secret");
    fs.writeFileSync(path.join(folder, "index.yaml"), "entries: {}\n");
    fs.writeFileSync(path.join(folder, "cert-manager-v1.19.1.tgz"), "archive");
    fs.writeFileSync(path.join(folder, "cert-manager-csi-1.0.0+build.tgz"), "other archive");
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    fs.rmSync(base, { recursive: true, force: true });
  });

  const ask = (what: string, method = "GET"): Promise<Response> => fetch(`${url}${what}`, { method });

  it("are the index and the archives of an HTTP repository", async () => {
    assert.equal(await (await ask("/charts/index.yaml")).text(), "entries: {}\n");
    assert.equal(await (await ask("/charts/cert-manager-v1.19.1.tgz")).text(), "archive");
  });

  it("are the tags, manifests and blobs of an OCI registry", async () => {
    assert.equal((await ask("/v2/")).status, 200);
    assert.deepEqual(await (await ask("/v2/charts/cert-manager/tags/list")).json(), { name: "cert-manager", tags: ["v1.19.1"] });
    assert.deepEqual(await (await ask("/v2/charts/cert-manager-csi/tags/list")).json(), {
      name: "cert-manager-csi",
      tags: ["1.0.0_build"],
    });
    const answer = await ask("/v2/charts/cert-manager/manifests/v1.19.1");
    const digest = answer.headers.get("docker-content-digest") ?? "";
    const manifest = (await answer.json()) as { layers: readonly { digest: string; size: number; mediaType: string }[] };
    const [layer] = manifest.layers;
    assert.equal(layer?.mediaType, "application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    assert.equal(await (await ask(`/v2/charts/cert-manager/blobs/${layer.digest}`)).text(), "archive");
    assert.deepEqual(await (await ask(`/v2/charts/cert-manager/manifests/${digest}`)).json(), manifest);
  });

  it("tell the size of what a HEAD asks for, without a body", async () => {
    const answer = await ask("/charts/cert-manager-v1.19.1.tgz", "HEAD");
    assert.equal(answer.headers.get("content-length"), "7");
    assert.equal(await answer.text(), "");
  });

  it("are refusals for anything else, and never a file beside the charts", async () => {
    for (const what of [
      "/",
      "/charts/",
      "/charts/..%2Fsecret.tgz",
      "/charts/%2e%2e/secret.tgz",
      "/charts/none-1.0.0.tgz",
      "/v2/charts/none/tags/list/x",
    ])
      assert.equal((await ask(what)).status, 404, what);
    assert.equal((await ask("/charts/cert-manager-v1.19.1.tgz", "PUT")).status, 405);
    for (const what of ["manifests/v9.9.9", `blobs/sha256:${"0".repeat(64)}`])
      assert.equal((await ask(`/v2/charts/cert-manager/${what}`)).status, 404, what);
  });

  it("survive a request that is no URL", async () => {
    const { port } = server.address() as AddressInfo;
    const status = await new Promise((resolve, reject) =>
      http.get({ host: "127.0.0.1", port, path: "/charts/%E0%A4%A" }, (answer) => resolve(answer.statusCode)).once("error", reject),
    );
    assert.equal(status, 404);
  });
});
