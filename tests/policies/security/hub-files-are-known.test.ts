import assert from "node:assert/strict";
import { hubFilesAreKnown as rule } from "#af/policies/security/hub-files-are-known";
import { hookFiles } from "#af/components/hub/hook";
import { UNKNOWN } from "#af/policies/model/field";
import { verdictOn } from "../expect";
import { changed, type Data } from "../manifests";
import { SECURITY_EXAMPLES } from "./examples";

const [release = {}] = SECURITY_EXAMPLES[rule.name]?.accepted ?? [];
const FILES = ["spec", "values", "hub", "extraFiles"] as const;
const said = (extraFiles: unknown, of: Data = release) => {
  const { findings, checked } = verdictOn([changed(of, FILES, extraFiles)], [rule]);
  return { told: findings.map(({ path, message }) => `${path}: ${message}`), checked: checked[rule.name] };
};

describe("hub-files-are-known", () => {
  const files = hookFiles();

  it("accepts the files of the hook as they are", () => {
    assert.deepEqual(said(files), { told: [], checked: Object.keys(files).length });
    assert.deepEqual(said(undefined), { told: [], checked: 0 });
  });

  it("refuses each as soon as one letter differs", () => {
    for (const [name, file] of Object.entries(files)) {
      const { told } = said({ ...files, [name]: { ...file, stringData: `${file.stringData} ` } });
      assert.equal(told.length, 1, name);
      assert.match(told[0] ?? "", /stringData: \S+ is no file of this project, so nobody can see what the hub does with it/);
    }
  });

  it("refuses files in other forms, and is never silent about what it cannot read", () => {
    const mountPath = "/etc/x";
    for (const other of [{ binaryData: "eA==" }, { data: { a: 1 } }])
      assert.match(said({ more: { mountPath, ...other } }).told.join(), /more is no file of this project/);
    assert.match(said({ more: { mountPath, stringData: UNKNOWN } }).told.join(), /^[^:]*: undetermined/);
    assert.match(said({ more: { mountPath, stringData: 1 } }).told.join(), /found a number; allowed: text/);
    assert.match(said("x").told.join(), /found text; allowed: an object/);
  });

  it("is about the hub's chart alone", () => {
    assert.deepEqual(said({ x: { stringData: "y" } }, changed(release, ["spec", "chart"], "traefik")), { told: [], checked: 0 });
  });
});
