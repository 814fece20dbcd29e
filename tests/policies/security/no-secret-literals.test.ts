import assert from "node:assert/strict";
import { noSecretLiterals as rule } from "#af/policies/security/no-secret-literals";
import { saidBy, verdictOn } from "../expect";
import { changed, CONTAINER, workload, type Data } from "../manifests";

const PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIN\n-----END EC PRIVATE KEY-----\n";
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwcm9ncmFtIn0.c2lnbmF0dXJl";
const SERVICE: Data = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "program", namespace: "work", annotations: { note: "nothing" } },
  spec: { ports: [{ port: 80 }] },
};

describe("no-secret-literals, in other objects than those that hold values", () => {
  const said = (object: Data) => verdictOn([object], [rule]).findings.map(({ path, message }) => `${path}: ${message}`);
  const base64 = (text: string, before = "") => Buffer.from(before + text).toString("base64");

  it("refuses what is a credential by its form, at any depth, and never repeats it", () => {
    const forms = [PEM, TOKEN, base64(PEM), base64(`-----BEGIN PRIVATE KEY-----`), base64("-----BEGIN RSA PRIVATE KEY-----")];
    for (const form of forms) {
      const [found = "nothing found", ...more] = said(changed(SERVICE, ["metadata", "annotations", "note"], form));
      assert.match(found, /^metadata\.annotations\.note: note has what looks like a (private key|JSON web token).*readable by all/);
      assert.deepEqual(more, []);
      assert.ok(!found.includes(form.slice(0, 20)));
    }
    const thing = { apiVersion: "ceph.rook.io/v1", kind: "CephCluster", metadata: { name: "c" }, spec: { a: [{ b: PEM }] } };
    assert.match(said(thing).join(), /^spec\.a\[0\]\.b: b has what looks like a private key/);
    assert.match(said(changed(workload("Deployment"), ["metadata", "annotations", "x"], PEM)).join(), /^metadata\.annotations\.x: x has/);
  });

  it("accepts it in a Secret, also in base64, and public texts anywhere", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "key" }, stringData: { key: PEM }, data: { key: base64(PEM) } };
    assert.deepEqual(said(secret), []);
    assert.match(said(changed(secret, ["metadata", "annotations", "last"], PEM)).join(), /last has what looks like a private key/);
    const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for (const text of [certificate, base64(certificate)])
      assert.deepEqual(said(changed(SERVICE, ["metadata", "annotations", "note"], text)), []);
  });

  it("tells each credential once", () => {
    const container = { name: "main", image: "registry.example.org/x:1.2.3", env: [{ name: "KEY", value: PEM }], args: [PEM] };
    assert.equal(said(workload("Deployment", { containers: [container] })).length, 2);
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { key: PEM } };
    assert.equal(said(map).length, 1);
    assert.equal(said({ ...map, data: {}, binaryData: { key: base64(PEM) } }).length, 1);
  });
});

describe("no-secret-literals, where a name tells", () => {
  const said = (object: Data) => saidBy(rule, [object]).map((message) => message.replace(/, readable by all who may see .*/, ""));
  const map = (data: Data): Data => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", namespace: "work" }, data });
  const URL_WITH_PASSWORD = "mysql://root:hunter2@db/x";

  it("reads a ConfigMap key by key, and a file in it line by line", () => {
    const alone = ["password has what looks like a credential, by its name"];
    assert.deepEqual(said(map({ password: "hunter2" })), alone);
    assert.deepEqual(said(map({ password: "hunter2\n" })), alone);
    assert.deepEqual(said(map({ url: URL_WITH_PASSWORD })), ["url has what looks like a password in a URL"]);
    assert.deepEqual(said(map({ "a.conf": "password: hunter2\napi_token: abcdefgh12345\n" })), [
      "a.conf has what looks like a credential, by its name (password) and a credential, by its name (api_token)",
    ]);
    // A file of several lines is not what its name tells.
    assert.deepEqual(said(map({ password: "a note\nabout passwords\n" })), []);
    assert.deepEqual(said(map({ script: "psql --password=hunter2" })), ["script has what looks like a credential, by its name (password)"]);
    assert.deepEqual(said(map({ note: "hello" })), []);
  });

  it("reads an option and its value, in one word or two", () => {
    const found = (list: string, name: string) => [`container main has what looks like a credential, by its name (${name}) in its ${list}`];
    const args = (...words: readonly string[]) => said(workload("Deployment", { containers: [{ ...CONTAINER, args: words }] }));
    for (const words of [["--password", "hunter2"], ["-password", "hunter2"], ["--password=hunter2"], ["run", "--password", "hunter2-"]])
      assert.deepEqual(args(...words), found("args", "password"), words.join(" "));
    assert.deepEqual(args("--db-password", "hunter2"), found("args", "db-password"));
    for (const words of [
      ["--password"],
      ["--password", "-x"],
      ["password", "hunter2"],
      ["hunter2", "--password"],
      ["x--password!", "hunter2"],
    ])
      assert.deepEqual(args(...words), [], words.join(" "));
    assert.deepEqual(args(`${URL_WITH_PASSWORD}?api_key=abcdefg1234567`), [
      "container main has what looks like a password in a URL and a credential, by its name (api_key) in its args",
    ]);
    assert.deepEqual(
      said(workload("Deployment", { containers: [{ ...CONTAINER, command: ["x", "--token", "abcdefgh1234567"] }] })),
      found("command", "token"),
    );
  });

  it("names the variable, and reads none that refers to a Secret", () => {
    const env = (...variables: readonly Data[]) => said(workload("Deployment", { containers: [{ ...CONTAINER, env: variables }] }));
    assert.deepEqual(env({ name: "PASSWORD", value: "hunter2" }, { name: "NAME", value: "program" }), [
      "container main has what looks like a credential in PASSWORD",
    ]);
    assert.deepEqual(env({ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }), []);
  });

  it("reads the values of a release by the nearest name, those that the client keeps as secrets left out", () => {
    const values = (given: Data): Data => ({
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata: { name: "r", namespace: "work" },
      spec: { chart: { spec: { chart: "dask-gateway", version: "1" } }, values: given },
    });
    const found = ["password has what looks like a credential, by its name"];
    assert.deepEqual(said(values({ a: { password: "hunter2" } })), found);
    assert.deepEqual(said(values({ password: [["hunter2"]] })), found);
    assert.equal(said(values({ password: Array.from({ length: 11 }, () => "hunter2") })).length, 11);
    assert.deepEqual(said(values({ "10password": "hunter2" })), ["10password has what looks like a credential, by its name"]);
    for (const key of ["1a", "a1"]) assert.deepEqual(said(values({ password: { [key]: "hunter2" } })), []);
    assert.deepEqual(said(values({ url: URL_WITH_PASSWORD })), ["url has what looks like a password in a URL"]);
    assert.deepEqual(said(values({ script: "psql --password=hunter2" })), [
      "script has what looks like a credential, by its name (password)",
    ]);
    assert.deepEqual(said(values({ names: ["program"], count: 1, none: null })), []);
    const token = { gateway: { auth: { jupyterhub: { apiToken: "0123456789abcdef" } } } };
    const release = (given: Data, chart = "dask-gateway"): Data => ({
      apiVersion: "helm.sh/v3",
      kind: "Release",
      metadata: { name: "r", namespace: "work" },
      spec: { chart, version: "1", values: given },
    });
    const told = ["apiToken has what looks like a credential, by its name"];
    assert.deepEqual(said(values(token)), told);
    assert.deepEqual(said(release(token)), []);
    assert.deepEqual(said(release(token, "another")), told);
    assert.deepEqual(said(release({ ...token, password: "hunter2" })), found);
  });

  it("looks elsewhere in a release for forms alone, and in its values once", () => {
    const release = (steps: readonly string[], text: string) =>
      said(
        changed(
          { apiVersion: "helm.sh/v3", kind: "Release", metadata: { name: "r", namespace: "work" }, spec: { chart: "x" } },
          steps,
          text,
        ),
      );
    assert.equal(release(["spec", "values", "key"], PEM).length, 1);
    assert.deepEqual(release(["spec", "description"], PEM), ["description has what looks like a private key"]);
    assert.deepEqual(release(["status", "values"], PEM), ["values has what looks like a private key"]);
    assert.deepEqual(release(["spec", "password"], "hunter2"), []);
  });
});
