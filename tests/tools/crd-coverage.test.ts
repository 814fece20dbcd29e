import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { groupOf } from "#af/components/manifest";
import { projectFolder } from "#af/stacks/site/project";
import { checkSchemas, isCustom } from "#af/tools/schemas/check";
import { crdSchemas } from "#af/tools/schemas/crds";
import { schemaFolder } from "#af/tools/schemas/folder";
import { objectsOf } from "#af/policies/model/objects";
import { everyObject, everyRecording, type WrittenObject } from "../support/recordings";
import { notChecked } from "../support/skipped";

/** Kinds that no definition is at hand for, and why. The plan says of each that it was not checked. */
const UNCHECKED: Readonly<Record<string, string>> = {
  "route.openshift.io/v1/Route": "OpenShift builds its Routes into an API server of its own and publishes no definition with a schema",
};

const kindOf = ({ object }: WrittenObject): string => `${object.apiVersion}/${object.kind}`;

describe("every custom resource that the program can write", function () {
  this.timeout(120_000);
  let objects: readonly WrittenObject[];
  let custom: readonly WrittenObject[];
  let definitions: string;
  before(async function () {
    const folder = schemaFolder();
    if ("missing" in folder) return notChecked(this, folder.missing);
    definitions = folder.crds;
    objects = everyObject(await everyRecording());
    custom = objects.filter(({ object }) => isCustom(object));
  });

  it("has the definition of its exact version at hand, or is listed with the reason why not", () => {
    const known = crdSchemas(
      definitions,
      custom.map(({ object: { apiVersion, kind } }) => ({ group: groupOf(apiVersion), kind })),
    );
    const kinds = new Set(custom.map(kindOf));
    assert.deepEqual(
      [...kinds].filter((kind) => !known.has(kind)),
      Object.keys(UNCHECKED),
    );
    assert.ok(kinds.size >= 14, [...kinds].join(", "));
    const { crds } = checkSchemas(custom.map(({ object }) => object));
    for (const kind of Object.keys(UNCHECKED)) assert.match(crds, new RegExp(`no definition of .*${kind.replaceAll(".", "\\.")}`));
  });

  it("is of a version that some site of the tests has, as far as the source spells it", () => {
    const recorded = new Set(custom.map(({ object }) => object.apiVersion));
    const spelled = sources(path.join(projectFolder(), "components")).flatMap((file) =>
      [...fs.readFileSync(file, "utf8").matchAll(/apiVersion: "([^"]+)"/g)].map(([, apiVersion = ""]) => apiVersion),
    );
    assert.ok(spelled.length > 10);
    assert.deepEqual(
      [...new Set(spelled)].filter((apiVersion) => isCustom({ apiVersion }) && !recorded.has(apiVersion)),
      [],
    );
  });

  it("follows its definition, and would be refused with an unknown field at any depth", () => {
    assert.deepEqual(checkSchemas(custom.map(({ object }) => object)).findings, []);
    const first = new Map(custom.map((written) => [kindOf(written), written]));
    for (const [kind, { manifest }] of first) {
      if (UNCHECKED[kind] !== undefined) continue;
      for (const place of [[], ["metadata"], ["spec"]]) {
        const [spoilt] = objectsOf(withSurprise(manifest, place));
        const { findings } = checkSchemas(spoilt === undefined ? [] : [spoilt]);
        const paths = findings.map((finding) => finding.path);
        assert.deepEqual(paths, [[...place, "surprise"].join(".")], kind);
      }
    }
  });

  it("is a resource of its own: no value of a chart and no file in a ConfigMap holds an object", () => {
    const inside = objects
      .flatMap((written) => embedded(written.manifest, "").map((found) => `${kindOf(written)} ${written.object.name} ${found}`))
      // What the hook in the hub writes goes to a real API server, with the definitions of its routes, in tests/components/hub/hook.real.ts.
      .filter((found) => !/\bhub\.extraFiles\.dask_ingress\.\w+\.py\./.test(found))
      // The kind of the objects with which a policy compares is a name, not an object.
      .filter((found) => !/ValidatingAdmissionPolicy \S+ spec\.paramKind: /.test(found));
    assert.deepEqual(inside, []);
    const values = { extraObjects: [{ apiVersion: "traefik.io/v1alpha1", kind: "IngressRouteTCP", metadata: { name: "x" } }] };
    assert.deepEqual(embedded({ kind: "X", apiVersion: "v1", values }, ""), ["values.extraObjects.0: traefik.io/v1alpha1/IngressRouteTCP"]);
    const data = { "a.yaml": "a: 1\n---\napiVersion: v1\nkind: Pod\n", "a.py": "make({'apiVersion': 'v1', 'kind': 'Pod'})" };
    assert.deepEqual(embedded({ data }, ""), ["data.a.yaml: v1/Pod", "data.a.py: a text with an apiVersion"]);
  });
});

function withSurprise(manifest: Readonly<Record<string, unknown>>, [step, ...rest]: readonly string[]): Readonly<Record<string, unknown>> {
  if (step === undefined) return { ...manifest, surprise: 1 };
  return { ...manifest, [step]: withSurprise((manifest[step] ?? {}) as Readonly<Record<string, unknown>>, rest) };
}

/** Objects inside a value, the value itself left out: as data, and in texts. */
function embedded(value: unknown, at: string): readonly string[] {
  if (typeof value === "string") return embeddedInText(value).map((found) => `${at}: ${found}`);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, below]) => {
    const place = at === "" ? name : `${at}.${name}`;
    return [...named(below).map((found) => `${place}: ${found}`), ...embedded(below, place)];
  });
}

function embeddedInText(text: string): readonly string[] {
  if (!/apiVersion\W/.test(text)) return [];
  const documents = parseAllDocuments(text);
  const found = "empty" in documents ? [] : documents.flatMap((document) => (document.errors.length > 0 ? [] : named(document.toJS())));
  return found.length > 0 ? found : ["a text with an apiVersion"];
}

function named(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const { apiVersion, kind } = value as Readonly<Record<string, unknown>>;
  return typeof apiVersion === "string" && typeof kind === "string" ? [`${apiVersion}/${kind}`] : [];
}

function sources(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));
}
