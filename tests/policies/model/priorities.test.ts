import assert from "node:assert/strict";
import { Field, Undetermined, UNKNOWN } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { isPriorityClass, priorityClasses, priorityOf } from "#af/policies/model/priorities";

const classOf = (name: string, value: number | undefined, globalDefault?: boolean) =>
  objectsOf({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name },
    ...(value !== undefined && { value }),
    ...(globalDefault !== undefined && { globalDefault }),
  });
const other = objectsOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "users" }, value: 7, globalDefault: true });

describe("priorities of pods", () => {
  it("are those of the classes of the stack and of those that every cluster has", () => {
    const classes = priorityClasses([...classOf("users", 5), ...classOf("empty", undefined), ...other]);
    assert.deepEqual(
      [...classes.values],
      [
        ["system-node-critical", 2_000_001_000],
        ["system-cluster-critical", 2_000_000_000],
        ["users", 5],
        ["empty", 0],
      ],
    );
    assert.deepEqual([...classOf("a", 1), ...other].map(isPriorityClass), [true, false]);
    const of = (name: unknown) => priorityOf(new Field(name, "spec.priorityClassName"), classes);
    assert.deepEqual([of("users"), of("empty"), of("system-node-critical")], [5, 0, 2_000_001_000]);
    assert.throws(
      () => of("stranger"),
      (error) =>
        error instanceof Undetermined &&
        error.message === "spec.priorityClassName names the priority class stranger, which the stack does not make",
    );
    assert.throws(() => of(UNKNOWN), Undetermined);
  });

  it("without a class are that of the default, the lowest of several, or 0", () => {
    const otherwise = (...objects: readonly ReturnType<typeof classOf>[]) => {
      const classes = priorityClasses([...objects.flat(), ...other]);
      assert.equal(priorityOf(new Field(undefined), classes), classes.otherwise);
      assert.equal(priorityOf(new Field(""), classes), classes.otherwise);
      return classes.otherwise;
    };
    assert.equal(otherwise(), 0);
    assert.equal(otherwise(classOf("a", 5), classOf("b", 3, false)), 0);
    assert.equal(otherwise(classOf("a", 5, true), classOf("b", 3, true), classOf("c", 1)), 3);
    assert.equal(otherwise(classOf("a", -5, true)), -5);
    assert.equal(otherwise(classOf("a", undefined, true)), 0);
  });
});
