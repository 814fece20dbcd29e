import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldChanges, fieldText } from "#af/changes/difference";

const nothingUnknown = () => false;

/** Values as YAML holds them, with lists of named members among them. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z.]{1,6}$/), tie("value"), { maxKeys: 4 }),
    fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,3}$/), rest: tie("value") }), {
      selector: ({ name }) => name,
      maxLength: 3,
    }),
  ),
}));

describe("The difference of two values", () => {
  it("is empty exactly where both are the same, but for the order of named members", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        assert.deepEqual(fieldChanges(a, structuredClone(a), nothingUnknown), []);
        const changes = fieldChanges(a, b, nothingUnknown);
        if (JSON.stringify(a) !== JSON.stringify(b) && !holdsNamed(a) && !holdsEmpty(a) && !holdsEmpty(b))
          assert.notDeepEqual(changes, [], "a difference is lost");
      }),
      { numRuns: 500 },
    );
  });

  it("reads backwards as it reads forwards", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const turned = fieldChanges(b, a, nothingUnknown).map(({ path, before, after }) => ({ path, before: after, after: before }));
        const byPath = (changes: readonly { readonly path: string }[]) => [...changes].sort((x, y) => x.path.localeCompare(y.path));
        assert.deepEqual(byPath(turned), byPath(fieldChanges(a, b, nothingUnknown)));
      }),
      { numRuns: 500 },
    );
  });

  it("tells members of a list apart by their names, wherever they stand", () => {
    const [a, b] = [
      { name: "a", image: "x:1" },
      { name: "b", image: "y:1" },
    ];
    assert.deepEqual(fieldChanges({ containers: [a, b] }, { containers: [b, { ...a, image: "x:2" }] }, nothingUnknown), [
      { path: "containers[a].image", before: "x:1", after: "x:2" },
    ]);
    const claim = (size: string) => ({ metadata: { name: "spool" }, spec: { size } });
    assert.deepEqual(fieldChanges([claim("1Gi")], [claim("2Gi")], nothingUnknown), [
      { path: "[spool].spec.size", before: "1Gi", after: "2Gi" },
    ]);
  });

  it("says nothing of a value that nobody knows yet", () => {
    assert.deepEqual(
      fieldChanges({ a: "[unknown]", b: 1 }, { a: "x", b: 2 }, (each) => each === "[unknown]"),
      [{ path: "b", before: 1, after: 2 }],
    );
  });

  it("tells a map that comes field by field, and a list of arguments as a whole", () => {
    assert.deepEqual(fieldChanges({}, { spec: { taints: [{ key: "x" }] } }, nothingUnknown), [
      { path: "spec.taints", before: undefined, after: [{ key: "x" }] },
    ]);
    assert.deepEqual(fieldChanges({ args: ["a", "b"] }, { args: ["b", "a"] }, nothingUnknown), [
      { path: "args", before: ["a", "b"], after: ["b", "a"] },
    ]);
  });
});

function holdsNamed(tree: unknown): boolean {
  return JSON.stringify(tree).includes('"name"');
}

/** An empty map equals a missing one, as it does for the API server. */
function holdsEmpty(tree: unknown): boolean {
  return /\{\}|\[\]/.test(JSON.stringify(tree) ?? "");
}

describe("The text of a field that differs", () => {
  const same = fc.oneof(fc.constant(""), fc.string({ minLength: 50, maxLength: 200 }));
  const text = fc
    .tuple(same, fc.string(), fc.string(), same)
    .map(([head, a, b, tail]) => [`${head}${a}${tail}`, `${head}${b}${tail}`] as const);
  const addresses = fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 12 });
  const pair = fc.oneof(
    text,
    fc.tuple(value, value),
    fc.tuple(addresses, fc.ipV4()).map(([all, one]) => [all, [...all.slice(0, -1), one]] as const),
  );

  it("shows two values that differ as two texts, however alike they begin, and never at length", () => {
    fc.assert(
      fc.property(pair, ([before, after]) => {
        const shown = fieldText({ path: "p", before, after });
        assert.ok(shown.length <= "p:  -> ".length + 2 * 60, shown);
        // Texts with an arrow in them cannot be taken apart.
        if (JSON.stringify([before, after]).includes(" -> ") || JSON.stringify(before) === JSON.stringify(after)) return;
        const [left, right, ...rest] = shown.slice("p: ".length).split(" -> ");
        assert.deepEqual(rest, []);
        assert.notEqual(left, right, shown);
      }),
      { numRuns: 1000 },
    );
  });

  it("shows what is short as it is", () => {
    assert.equal(fieldText({ path: "p", before: "1Gi", after: "2Gi" }), "p: 1Gi -> 2Gi");
    assert.equal(fieldText({ path: "p", before: undefined, after: { a: 1 } }), 'p: none -> {"a":1}');
    assert.equal(fieldText({ path: "p", before: "1", after: 1 }), 'p: "1" -> 1');
    const addresses = ["129.93.183.29/32", "129.93.183.33/32", "129.93.183.35/32", "129.93.183.36/32"];
    assert.match(
      fieldText({ path: "p", before: addresses, after: [...addresses.slice(0, 3), "129.93.183.37/32"] }),
      /^p: \.\.\..*129\.93\.183\.36\/32"\] -> \.\.\..*129\.93\.183\.37\/32"\]$/,
    );
  });
});
