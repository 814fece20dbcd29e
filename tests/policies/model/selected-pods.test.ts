import assert from "node:assert/strict";
import fc from "fast-check";
import { Field, Undetermined, UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { SelectedPods } from "#af/policies/model/selected-pods";
import { skipUnreadable, stackWorkloads } from "#af/policies/model/workloads";
import { changed, workload, type Data } from "../manifests";

function deployment(labels: unknown, replicas = 1, namespace = "work"): Data {
  const own = changed(changed(workload("Deployment"), ["metadata", "namespace"], namespace), ["spec", "replicas"], replicas);
  return changed(own, ["spec", "template", "metadata"], { labels });
}
const pods = (...manifests: readonly Data[]) =>
  new SelectedPods(
    stackWorkloads(
      manifests.flatMap((manifest) => objectsOf(manifest)),
      undefined,
      skipUnreadable,
    ),
  );
const by = (selected: SelectedPods, selector: unknown, namespace = "work") => selected.by(new Field(selector, "spec.selector"), namespace);
/** Pods that a selector selects, each kind as its number and its labels. */
const said = (selected: SelectedPods, selector: unknown, namespace?: string) =>
  by(selected, selector, namespace).map(({ labels, pods: count }) => `${count} ${JSON.stringify(labels)}`);

describe("pods that a selector selects", () => {
  const all = pods(
    ...[
      deployment({ app: "a", tier: "1" }, 2),
      deployment({ tier: "1", app: "a" }, 3),
      deployment({ app: "b" }, 5),
      deployment(undefined, 7),
    ],
    deployment({ app: "a" }, 11, "other"),
  );

  it("are those of one namespace, by labels and by expressions; pods with the same labels are one, in whatever order these are", () => {
    const [a, b, bare] = ['5 {"app":"a","tier":"1"}', '5 {"app":"b"}', "7 {}"];
    for (const [selector, found] of [
      [{ matchLabels: { app: "a" } }, [a]],
      [{ matchLabels: { app: "a", tier: "1" } }, [a]],
      [{ matchLabels: { app: "a", tier: "2" } }, []],
      [{ matchExpressions: [{ key: "app", operator: "Exists" }] }, [a, b]],
      [{ matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, [b, bare]],
      [{ matchLabels: { app: "a" }, matchExpressions: [{ key: "tier", operator: "NotIn", values: ["1"] }] }, []],
      [{}, [a, b, bare]],
      // No selector selects none, an empty one selects all.
      [undefined, []],
    ] as const)
      assert.deepEqual(said(all, selector), found, JSON.stringify(selector));
    assert.deepEqual(said(all, { matchLabels: { app: "a" } }, "other"), ['11 {"app":"a"}']);
    assert.deepEqual([said(all, {}, "third"), said(pods(), {})], [[], []]);
  });

  it("are the same objects whoever asks, so that callers can tell what is selected twice", () => {
    const [one] = by(all, { matchLabels: { app: "a" } });
    const [other] = by(all, { matchLabels: { tier: "1" } });
    assert.ok(one !== undefined && one === other);
  });

  it("are as many as there are, however they are spread over workloads", () => {
    const one = fc.record({ app: fc.constantFrom("a", "b"), tier: fc.constantFrom("1", "2"), replicas: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (some) => {
        const found = by(pods(...some.map(({ replicas, ...labels }) => deployment(labels, replicas))), { matchLabels: { app: "a" } });
        const wanted = some.filter(({ app }) => app === "a");
        assert.equal(new Set(found.map(({ labels }) => labels["tier"])).size, found.length);
        assert.equal(found.length, new Set(wanted.map(({ tier }) => tier)).size);
        assert.deepEqual(
          found.reduce((sum, each) => sum + each.pods, 0),
          // A rolling update may start more than the replicas, for each workload by itself.
          wanted
            .map(({ replicas }) => by(pods(deployment({ app: "a" }, replicas)), {})[0]?.pods ?? 0)
            .reduce((sum, count) => sum + count, 0),
        );
      }),
    );
  });

  it("are not told where labels of the namespace cannot be read, and are told of other namespaces", () => {
    for (const labels of ["text", UNKNOWN, { app: 1 }]) {
      const some = pods(deployment(labels), deployment({ app: "a" }), deployment({ app: "a" }, 3, "other"));
      assert.throws(() => by(some, { matchLabels: { app: "a" } }), /spec\.template\.metadata\.labels/);
      assert.deepEqual(said(some, {}, "other"), ['3 {"app":"a"}']);
    }
    assert.throws(() => by(all, "app=a"), { message: "spec.selector is text; allowed: an object" });
    assert.throws(() => by(all, UNKNOWN, "third"), Undetermined);
  });
});
