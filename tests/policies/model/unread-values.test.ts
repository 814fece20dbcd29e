import assert from "node:assert/strict";
import type { Chart, Configuration } from "#af/components/charts/chart";
import type { Fields } from "#af/policies/model/fields";
import { TRAP } from "#af/policies/model/unknown-values";
import { keyMatches, unreadValues } from "#af/policies/model/unread-values";

type Told = (values: Fields) => unknown;
/** A chart whose description tells what a function makes of the values. */
const chartOf = (told: Told, configuration: readonly Configuration[] = [], more: object = {}): Chart<unknown> => ({
  name: "demo",
  repository: "https://example.org",
  version: "1",
  crdGroups: [],
  tolerations: undefined,
  configuration,
  workloads: ({ values }) => [told(values as Fields)] as never,
  ...more,
});
const unreadBy = (chart: Chart<unknown>, values: Fields) =>
  unreadValues(chart, { name: "release", namespace: "work", values }).map((path) => path.join("."));
const unread = (told: Told, values: Fields, configuration: readonly Configuration[] = []) => unreadBy(chartOf(told, configuration), values);
const below = (value: unknown, name: string) => (value as Fields | undefined)?.[name];

describe("values that a description does not read", () => {
  it("are those that change nothing of it, in their order, whatever their type", () => {
    const values = { a: true, b: 1, c: "x", d: { e: false, f: [1, "y"] }, g: null, h: [], i: {} };
    assert.deepEqual(
      unread(() => "same", values),
      ["a", "b", "c", "d.e", "d.f.0", "d.f.1", "g", "h"],
    );
    assert.deepEqual(
      unread((given) => ({ ...given }), values),
      [],
    );
    assert.deepEqual(
      unread((given) => [given["b"], { deep: below(given["d"], "e") }], values),
      ["a", "c", "d.f.0", "d.f.1", "g", "h"],
    );
  });

  it("are read where any part of the description tells them", () => {
    const part = (name: string) => ({ [name]: ({ values }: { readonly values: Fields }) => [values["a"]] });
    const values = { a: 1, b: 2 };
    for (const name of ["workloads", "startedPods", "networkPolicies"])
      assert.deepEqual(
        unreadBy(
          chartOf(() => "same", [], part(name)),
          values,
        ),
        ["b"],
        name,
      );
    assert.deepEqual(
      unreadBy(
        chartOf(() => "same", [], { workloads: ({ name, namespace }: Fields) => [name === "release" && namespace === "work"] }),
        values,
      ),
      ["a", "b"],
    );
  });

  it("are read where one other value of them tells: unknown, switched, counted up, 0, longer or empty", () => {
    const reads = (value: unknown, told: (given: unknown) => unknown) => unread(({ a }) => told(a), { a: value }).length === 0;
    assert.deepEqual(
      [
        reads(false, (given) => given === true),
        reads(true, (given) => given === false),
        reads(7, (given) => given === 8),
        reads(7, (given) => given === 0),
        reads("x", (given) => given === "xx"),
        reads("x", (given) => given === ""),
        reads(null, (given) => given === undefined),
        reads(7, (given) => given === TRAP),
        reads("x", (given) => given === TRAP),
        reads(true, (given) => given === TRAP),
        reads(null, (given) => given === TRAP),
        reads(TRAP, (given) => given === undefined),
      ],
      Array.from({ length: 12 }, () => true),
    );
    assert.deepEqual(
      [
        reads(7, (given) => given === 6),
        reads("x", (given) => given === "y"),
        reads(null, (given) => given === ""),
        reads(TRAP, (given) => given === 1),
      ],
      [false, false, false, false],
    );
  });

  it("are told by every difference of two descriptions, but for a field that is undefined", () => {
    const differs = (one: unknown, other: unknown) => unread(({ a }) => (a === 1 ? one : other), { a: 1 }).length === 0;
    for (const [one, other] of [
      [1, 2],
      [1, "1"],
      [[1], [1, 2]],
      [[1, 2], [1]],
      [[1], [2]],
      [[], {}],
      [{}, []],
      [{ a: 1 }, {}],
      [{}, { a: 1 }],
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, { a: 1, b: 2 }],
      [{ a: { b: [1] } }, { a: { b: [2] } }],
      [{}, null],
      [null, {}],
      [TRAP, {}],
      [{}, TRAP],
      [{ a: TRAP }, { a: {} }],
    ] as const) {
      assert.ok(differs(one, other));
    }
    for (const [one, other] of [
      [{ a: 1, b: undefined }, { a: 1 }],
      [{ a: 1 }, { a: 1, b: undefined }],
      [[{ a: [] }], [{ a: [] }]],
      [TRAP, TRAP],
      [{ a: TRAP }, { a: TRAP }],
    ] as const)
      assert.equal(differs(one, other), false);
  });

  it("are read where the description refuses another value, and not where it refuses the values for another reason", () => {
    const refusing: Told = ({ a }) => {
      if (typeof a !== "number") throw new Error("no number");
      return "same";
    };
    assert.deepEqual(unread(refusing, { a: 1, b: 1 }), ["b"]);
    assert.deepEqual(unread(refusing, { a: "text", b: 1 }), ["a", "b"]);
    assert.deepEqual(unread(refusing, { a: true, b: 1 }), ["a", "b"]);
    assert.deepEqual(
      unread(
        ({ a }) => {
          if (a === "") throw new Error("none");
          return "same";
        },
        { a: "", b: 1 },
      ),
      ["b"],
      "what mends the refusal is read",
    );
    assert.deepEqual(
      unread(
        () => {
          throw new Error("always");
        },
        { a: 1, b: 1 },
      ),
      ["a", "b"],
    );
    // A part that refuses says the same as before, whatever another part tells.
    const half = chartOf(({ a }) => a, [], {
      networkPolicies: () => {
        throw new Error("always");
      },
    });
    assert.deepEqual(unreadBy(half, { a: 1 }), ["a"]);
  });

  it("are read where a switch beside their way makes them tell", () => {
    const told: Told = ({ on, enabled }) => [below(on, "enabled") === true && below(below(on, "deep"), "x"), enabled];
    assert.deepEqual(unread(told, { on: { enabled: false, deep: { x: 1, y: 1 } } }), ["on.deep.y"]);
    assert.deepEqual(unread(told, { on: { enabled: "no", deep: { x: 1 } } }), ["on.enabled", "on.deep.x"], "no switch");
    assert.deepEqual(
      unread(({ a, enabled }) => enabled === true && a, { enabled: false, a: 1 }),
      [],
      "at the root",
    );
    // The switch itself is judged as it is.
    assert.deepEqual(
      unread(({ enabled }) => enabled === "on", { enabled: false }),
      ["enabled"],
    );
    const both: Told = ({ one }) =>
      below(one, "enabled") === true && below(below(one, "two"), "enabled") === true && below(below(one, "two"), "x");
    const off = { one: { enabled: false, two: { enabled: false, x: 1 } } };
    assert.deepEqual(unread(both, off), ["one.enabled"], "no switch further down is turned on");
    const unlessOff: Told = ({ one }) => below(one, "enabled") === true && below(below(one, "two"), "enabled") !== false;
    assert.deepEqual(unread(unlessOff, off), ["one.enabled", "one.two.x"], "a switch is not turned on beside itself");
    assert.deepEqual(unread(told, { on: [{ enabled: false, x: 1 }] }), ["on.0.enabled", "on.0.x"]);
    assert.deepEqual(
      unread(({ a }) => a, { a: TRAP, enabled: false }),
      ["enabled"],
    );
  });

  it("are not asked for where the description lists them as configuration, as far as their form is the listed one", () => {
    const same: Told = () => "same";
    assert.deepEqual(unread(same, { a: { b: 1, c: 2 }, d: TRAP }, ["a.b", "d"]), ["a.c"]);
    assert.deepEqual(
      unread(
        same,
        { a: "10", b: "x10", c: 10, d: TRAP, e: "" },
        ["a", "b", "c", "d", "e"].map((key) => ({ key, only: /^\d+$/ })),
      ),
      [...["b", "d", "e"]],
    );
  });
});

describe("a key of values", () => {
  it("matches a path step by step, with * for one step and ** for all below", () => {
    for (const [key, path, matches] of [
      ["a", ["a"], true],
      ["a", ["b"], false],
      ["a", ["a", "b"], false],
      ["a.b", ["a"], false],
      ["a.b", ["a", "b"], true],
      ["a.0", ["a", 0], true],
      ["a.*", ["a", "x"], true],
      ["a.*", ["a", "with.dot"], true],
      ["a.*", ["a"], false],
      ["a.*", ["a", "x", "y"], false],
      ["*.b", ["x", "b"], true],
      ["*.b", ["x", "c"], false],
      ["a.**", ["a", "x", 0, "y"], true],
      ["a.**", ["a", "x"], true],
      ["a.**", ["a"], false],
      ["a.**", ["b", "x"], false],
      ["a.b.**", ["a", "b", "x", "y"], true],
      ["**", ["a"], true],
      ["**", [], false],
    ] as const)
      assert.equal(keyMatches(key, path), matches, `${key} ${path.join("/")}`);
  });
});
