import assert from "node:assert/strict";
import type { Manifest } from "#af/components/manifest";
import { allParts } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";
import { notChecked } from "../../support/skipped";
import { upstreamObjectsFor } from "../../support/upstream-files";
import { OTHERWISE } from "./otherwise";

type Leaves = ReadonlyMap<string, readonly unknown[]>;

/** Values of an object by path. The elements of a list share one path; an empty key says nothing. */
function leavesOf(value: unknown, path = ""): Leaves {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== "object") return new Map([[path, [value]]]);
  const inner = Array.isArray(value)
    ? (value as readonly unknown[]).map((each) => [`${path}[]`, each] as const)
    : Object.entries(value).map(([key, each]) => [path === "" ? key : `${path}.${key}`, each] as const);
  const all = new Map<string, readonly unknown[]>();
  for (const [at, each] of inner) for (const [leaf, values] of leavesOf(each, at)) all.set(leaf, [...(all.get(leaf) ?? []), ...values]);
  return all;
}

/** What an example says and a name does not: everything but the metadata. */
function said({ metadata: _, apiVersion: __, kind: ___, ...rest }: Manifest): Leaves {
  return leavesOf(rest);
}

interface Example {
  readonly file: string;
  /** Name of the kind of site whose objects are compared; the sites with a Ceph of their own where none is named. */
  readonly kind?: string;
  /** Name of the object in the example that is compared, where there are several of its kind. */
  readonly name?: string;
  readonly with?: (object: Manifest) => boolean;
}

const provisioned = (by: RegExp) => (object: Manifest) => object.kind !== "StorageClass" || by.test(String(object["provisioner"]));

const EXAMPLES: readonly Example[] = [
  { file: "cluster.yaml" },
  { file: "pool.yaml" },
  { file: "object.yaml" },
  { file: "object-user.yaml" },
  { file: "csi-rbd-storageclass.yaml", with: provisioned(/rbd/) },
  { file: "csi-rbd-snapshotclass.yaml" },
  { file: "csi-cephfs-storageclass.yaml", kind: "storage(external).filesystem: cephfs", with: provisioned(/cephfs/) },
  { file: "csi-cephfs-snapshotclass.yaml", kind: "storage(external).filesystem: cephfs" },
  { file: "filesystem.yaml", kind: "skyhook: experimental", with: ({ metadata }) => metadata.namespace === "rook-ceph-skyhook" },
  { file: "subvolumegroup.yaml", kind: "skyhook: experimental" },
  { file: "ceph-client.yaml", kind: "skyhook: experimental" },
  { file: "cluster-external.yaml", kind: "storage(external).objectStore: rgw" },
  { file: "object-external.yaml", kind: "storage(external).objectStore: rgw" },
  { file: "storageclass-bucket-delete.yaml", kind: "storage(external).objectStore: rgw", with: provisioned(/bucket/) },
  { file: "storageclass-bucket-retain.yaml", kind: "storage(external).objectStore: rgw", with: provisioned(/bucket/) },
];

async function objectsOf(kind: string | undefined): Promise<readonly Manifest[]> {
  const site =
    kind === undefined
      ? SITES.map((name) => readSite(name)).find(({ storage }) => storage.kind === "rook")
      : parseSite(await settingsOfKind(kind), "a test");
  assert.ok(site);
  return allParts(site).flatMap(({ objects }) => Object.values<Manifest>(objects));
}

describe("the examples of Rook", () => {
  const used = new Set<(typeof OTHERWISE)[number]>();
  let unread = 0;

  for (const example of EXAMPLES)
    it(`${example.file}: each key is given the same value, or the reason is listed`, async function () {
      unread += 1;
      const examples = upstreamObjectsFor(this, "rook", example.file);
      unread -= 1;
      const ours = (await objectsOf(example.kind)).filter((object) => example.with?.(object) ?? true);
      for (const object of examples) {
        const same = said(ours.find(({ kind }) => kind === object.kind) ?? { apiVersion: "", kind: "", metadata: {} });
        const of = `${example.file} ${object.kind}`;
        for (const [path, values] of said(object)) {
          const found = same.get(path);
          if (found && values.every((value) => found.includes(value))) continue;
          const entry = OTHERWISE.find(
            (each) => each.of === of && (each.path === "" || [".", "["].some((next) => `${path}.`.startsWith(each.path + next))),
          );
          assert.ok(entry, `${of} has ${path}: ${JSON.stringify(values)}, the facility ${JSON.stringify(found ?? "nothing")}`);
          used.add(entry);
        }
      }
    });

  it("are followed wherever no reason is left to do otherwise", function () {
    if (unread > 0) notChecked(this, `${unread} of Rook's examples were not read`);
    assert.deepEqual(
      OTHERWISE.filter((entry) => !used.has(entry)).map(({ of, path }) => `${of} ${path}`),
      [],
    );
  });
});
