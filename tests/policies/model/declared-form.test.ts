import assert from "node:assert/strict";
import { declaredForm } from "#af/policies/model/declared-form";
import { UNKNOWN } from "#af/policies/model/field";
import type { Data } from "../manifests";

const CONFIG_MAP = "urn:pulumi:site::af::af:hub:Hub$kubernetes:core/v1:ConfigMap::own";
const RELEASE = "urn:pulumi:site::af::af:hub:Hub$kubernetes:helm.sh/v3:Release::own";
const metadataOf = (metadata: unknown, urn = CONFIG_MAP, kind = "ConfigMap") =>
  declaredForm({ apiVersion: "v1", kind, ...(metadata !== undefined && { metadata }) }, urn)["metadata"];
const nameOf = (name: unknown, urn?: string, more: Data = {}) => (metadataOf({ name, ...more }, urn) as Data)["name"];

describe("the declared form of an object", () => {
  it("has a namespace, but for a kind that has none", () => {
    for (const metadata of [undefined, null, {}, { namespace: null }, { namespace: "" }])
      assert.deepEqual(metadataOf(metadata), { name: UNKNOWN, namespace: "default" }, JSON.stringify(metadata));
    for (const namespace of ["work", UNKNOWN]) assert.deepEqual(metadataOf({ name: "x", namespace }), { name: "x", namespace });
    for (const kind of ["Namespace", "ClusterIssuer", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"])
      for (const namespace of [undefined, "default"])
        assert.deepEqual(metadataOf({ name: "x", namespace }, CONFIG_MAP, kind), { name: "x" });
  });

  it("has a name only where the program gives one", () => {
    for (const name of [undefined, null, ""]) assert.equal(nameOf(name), UNKNOWN);
    for (const name of ["x", 5, UNKNOWN]) assert.equal(nameOf(name), name);
    const marked = (mark: unknown) => ({ annotations: { "pulumi.com/autonamed": mark } });
    assert.equal(nameOf("own-0a1b2c3d", CONFIG_MAP, marked("true")), UNKNOWN);
    assert.equal(nameOf("any", CONFIG_MAP, marked("true")), UNKNOWN);
    assert.equal(nameOf("any", CONFIG_MAP, marked("false")), "any");
    assert.equal(nameOf(5, CONFIG_MAP, marked("true")), 5, "no text, so a rule refuses it");
    assert.equal(nameOf("any", CONFIG_MAP, { annotations: "true" }), "any");
  });

  it("has no name of a release that ends as the provider makes one up from that of the resource", () => {
    for (const version of ["v3", "v4", "v10"]) assert.equal(nameOf("own-0a1b2c3d", RELEASE.replace("v3", version)), UNKNOWN);
    for (const name of [
      "own-0a1b2c3",
      "own-0a1b2c3d4",
      "own-0a1b2c3g",
      "own-x0a1b2c3d",
      "own_0a1b2c3d",
      "other-0a1b2c3d",
      "x-own-0a1b2c3d",
      "own",
    ])
      assert.equal(nameOf(name, RELEASE), name);
    for (const urn of [
      CONFIG_MAP,
      RELEASE.replace("Release", "Chart"),
      RELEASE.replace("Release", "Release$x"),
      RELEASE.replace("v3", "v"),
    ])
      assert.equal(nameOf("own-0a1b2c3d", urn), "own-0a1b2c3d", urn);
  });

  it("keeps everything else, but for the provider's own mark", () => {
    const annotations = { "pulumi.com/autonamed": "true", note: "x" };
    assert.deepEqual(
      declaredForm({ kind: "ConfigMap", metadata: { name: "x", annotations, labels: { a: "b" } }, data: { a: "b" } }, CONFIG_MAP),
      {
        kind: "ConfigMap",
        metadata: { name: UNKNOWN, namespace: "default", annotations: { note: "x" }, labels: { a: "b" } },
        data: { a: "b" },
      },
    );
    for (const spoilt of ["text", UNKNOWN, []]) {
      assert.deepEqual((metadataOf({ name: "x", annotations: spoilt }) as Data)["annotations"], spoilt);
      assert.equal(metadataOf(spoilt), spoilt);
    }
    assert.ok(!("annotations" in (metadataOf({ name: "x" }) as Data)));
  });
});
