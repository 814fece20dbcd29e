import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { fieldManager } from "#af/components/field-manager";
import { groupOf } from "#af/components/manifest";
import { crdSource } from "#af/sandbox/charts/crds";
import { ApiFailure, Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { isCustom } from "#af/tools/schemas/check";
import { ControlPlane, controlPlaneTools, requireTools } from "../sandbox/plugins/control-plane";
import { applied } from "../support/applied";
import { keyedLists, type KeyedList, type OpenApiSchema } from "../support/keyed-lists";
import { everyObject, everyRecording } from "../support/recordings";
import { makeRoomFor } from "./written-objects";

type Schemas = Readonly<
  Record<string, OpenApiSchema & { readonly "x-kubernetes-group-version-kind"?: readonly { readonly kind: string }[] }>
>;
interface Document {
  readonly components: { readonly schemas: Schemas };
}
interface Case extends KeyedList {
  readonly object: ClusterObject;
}

/**
 * An entry whose key changes is a removed entry and a new one to the API server. It removes an entry only if the manager that applies has set
 * it, and nobody else has: under another name the old entry stays beside the new one.
 */
describe("a changed key in each keyed list that the program writes", function () {
  this.timeout(180_000);
  const plane = new ControlPlane();
  let cluster: Cluster;
  const cases = new Map<string, Case>();
  const known = crdSource().kind !== "permissive";

  before(async function () {
    const tools = await requireTools(this, ...controlPlaneTools);
    if (!known) console.log("      not checked: lists of custom resources, whose definitions are not at hand");
    const objects = everyObject(await everyRecording()).filter(
      ({ object }) => groupOf(object.apiVersion) !== "helm.sh" && (known || !isCustom(object)),
    );
    await plane.start(tools);
    cluster = Cluster.load(plane.kubeconfig);
    await makeRoomFor(cluster, objects);
    for (const written of objects) {
      const { apiVersion, kind } = written.object;
      const { schema, schemas } = await schemaOf(apiVersion, kind);
      const object = applied(written.manifest);
      for (const list of keyedLists(schema, schemas, object)) cases.set(`${apiVersion}/${kind} ${where(list)}`, { object, ...list });
    }
  });
  after(() => plane.stop());

  const published = new Map<string, { schema: OpenApiSchema; schemas: Schemas }>();
  /** The server publishes a definition's schema some seconds after it serves the kind. */
  const schemaOf = async (apiVersion: string, kind: string): Promise<{ schema: OpenApiSchema; schemas: Schemas }> => {
    const path = `/openapi/v3/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
    for (let attempt = 0; !published.has(`${apiVersion}/${kind}`); attempt += 1) {
      const document = await cluster.request("GET", path).catch((error: unknown) => error as ApiFailure);
      const schemas = document instanceof ApiFailure ? {} : (document as Document).components.schemas;
      for (const schema of Object.values(schemas))
        for (const type of schema["x-kubernetes-group-version-kind"] ?? [])
          published.set(`${apiVersion}/${type.kind}`, { schema, schemas });
      assert.ok(attempt < 60, `no schema of ${apiVersion}/${kind}`);
      if (!published.has(`${apiVersion}/${kind}`)) await sleep(500);
    }
    return published.get(`${apiVersion}/${kind}`) ?? assert.fail();
  };
  /** What the API server makes of the list, if the object was applied under one name and its change is applied under another or the same. */
  const changed = async ({ object, at, keys }: Case, manager: string): Promise<readonly string[]> => {
    await cluster.apply(object, fieldManager("test"));
    try {
      const collection = await cluster.collection(object.apiVersion, object.kind, object.metadata.namespace);
      const path = `${collection}/${encodeURIComponent(object.metadata.name)}?fieldManager=${manager}&force=true&dryRun=All`;
      const answer = await cluster.request("PATCH", path, withOtherKey(object, at, keys), "application/apply-patch+yaml");
      return identities(answer, at, keys);
    } finally {
      await cluster.delete(object);
    }
  };

  it("is known for these lists", () => {
    assert.deepEqual([...cases.keys()].sort(), [
      "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy spec.matchConditions",
      "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy spec.variables",
      "apps/v1/Deployment spec.template.spec.containers",
      "apps/v1/Deployment spec.template.spec.containers.[].ports",
      "apps/v1/Deployment spec.template.spec.containers.[].volumeMounts",
      "apps/v1/Deployment spec.template.spec.topologySpreadConstraints",
      "apps/v1/Deployment spec.template.spec.volumes",
      "apps/v1/StatefulSet spec.template.spec.containers",
      "apps/v1/StatefulSet spec.template.spec.containers.[].env",
      "apps/v1/StatefulSet spec.template.spec.containers.[].ports",
      "apps/v1/StatefulSet spec.template.spec.containers.[].volumeMounts",
      "apps/v1/StatefulSet spec.template.spec.initContainers",
      "apps/v1/StatefulSet spec.template.spec.initContainers.[].volumeMounts",
      "apps/v1/StatefulSet spec.template.spec.volumes",
      "batch/v1/CronJob spec.jobTemplate.spec.template.spec.containers",
      "batch/v1/CronJob spec.jobTemplate.spec.template.spec.containers.[].volumeMounts",
      "batch/v1/CronJob spec.jobTemplate.spec.template.spec.volumes",
      ...(known ? ["monitoring.coreos.com/v1/PrometheusRule spec.groups"] : []),
      "v1/Service spec.ports",
    ]);
  });

  it("takes the place of the old one under the site's field manager", async () => {
    for (const [title, each] of cases) {
      const meant = identities(withOtherKey(each.object, each.at, each.keys), each.at, each.keys);
      assert.deepEqual(await changed(each, fieldManager("test")), meant, title);
    }
  });

  it("would stand beside the old one, or be refused, under the name of another", async () => {
    for (const [title, each] of cases) {
      const meant = identities(withOtherKey(each.object, each.at, each.keys), each.at, each.keys);
      const found = await changed(each, "another").catch((error: unknown) => error);
      if (found instanceof ApiFailure) assert.match(found.message, /Duplicate value|must be unique/, title);
      else assert.notDeepEqual(found, meant, title);
    }
  });
});

function where({ at }: KeyedList): string {
  return at.map((step) => (typeof step === "number" ? "[]" : step)).join(".");
}

function listAt(object: unknown, at: KeyedList["at"]): readonly Record<string, unknown>[] {
  return at.reduce((here, step) => (here as Record<string | number, unknown>)[step], object) as readonly Record<string, unknown>[];
}

/** The object with the first of a list's keys changed in its first entry, and in what refers to it: mounts of a volume, expressions with a variable. */
function withOtherKey(object: ClusterObject, at: KeyedList["at"], keys: readonly string[]): ClusterObject {
  const copy = structuredClone(object);
  const [entry] = listAt(copy, at);
  const [key = ""] = keys;
  if (entry === undefined) return copy;
  const old = entry[key];
  entry[key] = typeof old === "number" ? old + 7 : `${String(old)}x`;
  if (at.at(-1) === "variables") {
    const renamed = JSON.stringify(copy).replaceAll(`variables.${String(old)}`, `variables.${String(entry[key])}`);
    return JSON.parse(renamed) as ClusterObject;
  }
  if (at.at(-1) !== "volumes") return copy;
  for (const { volumeMounts = [] } of listAt(copy, [...at.slice(0, -1), "containers"]) as readonly {
    volumeMounts?: Record<string, unknown>[];
  }[])
    for (const mount of volumeMounts) if (mount["name"] === old) mount["name"] = entry[key];
  return copy;
}

/** The keys of each entry. The API server completes a port with its protocol. */
function identities(object: unknown, at: KeyedList["at"], keys: readonly string[]): readonly string[] {
  const identity = (entry: Record<string, unknown>): string =>
    JSON.stringify(keys.map((key) => entry[key] ?? (key === "protocol" ? "TCP" : "")));
  return listAt(object, at).map(identity).sort();
}
