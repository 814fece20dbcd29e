import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import type { Action } from "#af/sandbox/controller/reconciler";
import { durationOf, helmReleases } from "#af/sandbox/controller/helm-release";
import { fluxSources } from "#af/sandbox/controller/sources";
import { flux, installed, object } from "./builders";

const source = (status?: object): ClusterObject =>
  object("source.toolkit.fluxcd.io/v1", "HelmRepository", "metallb", { spec: { url: "https://example.org" }, ...(status && { status }) });
const readySource = source({ conditions: [{ type: "Ready", status: "True" }] });

function release(spec: object = {}, rest: object = {}): ClusterObject {
  const chart = { spec: { chart: "metallb", version: "0.16.2", sourceRef: { kind: "HelmRepository", name: "metallb" } } };
  return object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "metallb", {
    spec: { releaseName: "lb", chart, values: { a: 1 }, ...spec },
    ...rest,
  });
}

function changes(subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] {
  return helmReleases.actions(worldOf([subject, ...others]), subject);
}

function message(all: readonly Action[]): string {
  return all.map((change) => (change.kind === "status" ? JSON.stringify(change.status["conditions"]) : change.kind)).join(" ");
}

/** The release after it was installed once, as its status then stands. */
function attempted(subject: ClusterObject, ...others: readonly ClusterObject[]): ClusterObject {
  const status = changes(subject, ...others).find((change) => change.kind === "status");
  assert.ok(status?.kind === "status");
  return { ...subject, metadata: { ...subject.metadata, finalizers: ["finalizers.fluxcd.io"] }, status: status.status };
}

describe("a HelmRelease in the sandbox", () => {
  it("is left alone without Flux, and while Flux has no pod", () => {
    assert.deepEqual(changes(release(), readySource), []);
    assert.deepEqual(changes(release(), readySource, ...installed("flux2", "flux-system", ["helm-controller"], false)), []);
  });

  it("waits for its source", () => {
    assert.match(message(changes(release(), ...flux)), /SourceNotReady.*HelmRepository default\/metallb does not exist/);
    assert.match(message(changes(release(), source(), ...flux)), /HelmRepository default\/metallb is not ready/);
  });

  it("takes an OCI HelmRepository as an address only, as Flux does", () => {
    const oci = object("source.toolkit.fluxcd.io/v1", "HelmRepository", "metallb", { spec: { url: "oci://example.org", type: "oci" } });
    assert.ok(changes(release(), oci, ...flux).some((change) => change.kind === "install"));
    assert.deepEqual(fluxSources.actions(worldOf([oci, ...flux]), oci), []);
  });

  it("waits for the releases that it depends on", () => {
    const subject = release({ dependsOn: [{ name: "other" }] });
    assert.match(message(changes(subject, readySource, ...flux)), /waiting for HelmRelease other/);
  });

  it("installs the chart under its release name, with the values of Secrets below the inline ones", () => {
    const secret = object("v1", "Secret", "values", { data: { "values.yaml": Buffer.from("a: 0\nb: 2\n").toString("base64") } });
    const subject = release({ valuesFrom: [{ kind: "Secret", name: "values" }], targetNamespace: "metallb-system" });
    const install = changes(subject, readySource, secret, ...flux).find((change) => change.kind === "install");
    assert.deepEqual(install, {
      kind: "install",
      install: {
        release: "lb",
        namespace: "metallb-system",
        chart: "metallb",
        version: "0.16.2",
        repository: "https://example.org",
        values: { a: 1, b: 2 },
      },
    });
  });

  it("names every Secret that is missing and never prints what is in one", () => {
    const broken = object("v1", "Secret", "broken", { data: { "values.yaml": Buffer.from("key: [hidden").toString("base64") } });
    const subject = release({
      valuesFrom: [
        { kind: "Secret", name: "one" },
        { kind: "Secret", name: "broken" },
        { kind: "Secret", name: "three", optional: true },
      ],
    });
    const said = message(changes(subject, readySource, broken, ...flux));
    assert.match(said, /Secret one does not exist; Secret broken holds no YAML under values.yaml/);
    assert.ok(!said.includes("hidden") && !said.includes("three"));
  });

  it("is ready when what it installed runs, not before", () => {
    const running = installed("metallb", "default", ["lb-controller"], true, "lb");
    const starting = installed("metallb", "default", ["lb-controller"], false, "lb");
    const subject = attempted(release(), readySource, ...flux);
    assert.match(message(changes(subject, readySource, ...flux, ...starting)), /Unknown.*Deployment lb-controller has 0 of 1 pods ready/);
    assert.match(message(changes(subject, readySource, ...flux, ...running)), /"Ready","status":"True".*stand-in/);
  });

  it("fails with what is not ready once its time is over", () => {
    const starting = installed("metallb", "default", ["lb-controller"], false, "lb");
    const subject = attempted(release({ timeout: "1s" }), readySource, ...flux);
    const old = JSON.parse(
      JSON.stringify(subject).replace(/"lastTransitionTime":"[^"]+"/g, '"lastTransitionTime":"2020-01-01T00:00:00Z"'),
    ) as ClusterObject;
    assert.match(message(changes(old, readySource, ...flux, ...starting)), /InstallFailed.*timed out waiting: Deployment lb-controller/);
  });

  it("installs again when its values change, and says nothing when nothing does", () => {
    const running = installed("metallb", "default", ["lb-controller"], true, "lb");
    const once = attempted(release(), readySource, ...flux);
    const ready = changes(once, readySource, ...flux, ...running).find((change) => change.kind === "status");
    assert.ok(ready?.kind === "status");
    const settled: ClusterObject = { ...once, status: { ...(once["status"] as object), ...ready.status } };
    assert.deepEqual(changes(settled, readySource, ...flux, ...running), []);
    const edited = { ...settled, spec: { ...(settled["spec"] as object), values: { a: 2 } } };
    assert.ok(changes(edited, readySource, ...flux, ...running).some((change) => change.kind === "install"));
  });

  it("uninstalls before it goes, and hangs when Flux is gone first", () => {
    const going = release({}, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["finalizers.fluxcd.io"] } });
    assert.deepEqual(
      changes(going, ...flux).map((change) => change.kind),
      ["uninstall", "finalizers"],
    );
    assert.deepEqual(changes(going), []);
  });

  it("reads Go's durations", () => {
    assert.deepEqual(["10m", "1h30m", "90s", "250ms"].map(durationOf), [600_000, 5_400_000, 90_000, 250]);
  });
});
