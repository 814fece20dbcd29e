import assert from "node:assert/strict";
import fc from "fast-check";
import { common, EVERY_PORT, portSet, portsText, without, type PortSet, type Run } from "#af/policies/model/port-set";

const MOST = 30;
const run = fc.tuple(fc.integer({ min: 1, max: MOST }), fc.nat(6)).map(([first, more]): Run => [first, first + more]);
const runs = fc.array(run, { maxLength: 5 });
const set = runs.map(portSet);
/** Every port of a set, one by one. */
const ports = (of: readonly Run[]) =>
  [...new Set(of.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index)))].sort((a, b) => a - b);

function assertIsSet(of: PortSet): void {
  for (const [index, [first, last]] of of.entries()) {
    assert.ok(first <= last);
    const next = of[index + 1];
    if (next) assert.ok(last + 1 < next[0], "runs neither overlap nor touch");
  }
}

describe("sets of ports", () => {
  it("have the ports of their runs, joined", () => {
    fc.assert(
      fc.property(runs, (some) => {
        assertIsSet(portSet(some));
        assert.deepEqual(ports(portSet(some)), ports(some));
      }),
    );
  });

  it("have in common what both have, and without another what that has not", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        for (const each of [common(a, b), without(a, b)]) assertIsSet(each);
        assert.deepEqual(
          ports(common(a, b)),
          ports(a).filter((port) => ports(b).includes(port)),
        );
        assert.deepEqual(
          ports(without(a, b)),
          ports(a).filter((port) => !ports(b).includes(port)),
        );
      }),
    );
    assert.deepEqual(without(EVERY_PORT, [[1, 65535]]), []);
  });

  it("are written as runs and single ports, and in one word if they are all", () => {
    const texts = (
      [
        [],
        [[22, 22]],
        [
          [22, 22],
          [8000, 8100],
        ],
        [[1, 65534]],
        [[2, 65535]],
        [[1, 65535]],
      ] as readonly PortSet[]
    ).map(portsText);
    assert.deepEqual(texts, ["", "22", "22, 8000-8100", "1-65534", "2-65535", "any port"]);
  });
});
