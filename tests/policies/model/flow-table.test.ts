import assert from "node:assert/strict";
import { podKind } from "#af/components/tenancy/flows";
import { plain } from "#af/policies/engine-values";
import { connectionsOf, type Connections } from "#af/policies/model/connections";
import { flowGroups, flowTable, nameOfEnd, type FlowRow } from "#af/policies/model/flow-table";
import type { EndKind, NetworkEnd } from "#af/policies/model/network-ends";
import { objectsOfResource } from "#af/policies/model/objects";
import { EVERY_PORT, type PortSet } from "#af/policies/model/port-set";
import { recordProgram } from "#af/stacks/record";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";

const OUTSIDE = ["named", "private", "internet"];

const end = (kind: EndKind, name: string = kind): NetworkEnd => ({ kind, name, endpoint: { address: name } });
const pods = (name: string): NetworkEnd => ({ ...end("pods", name), pods: podKind("hub", name, {}) });
const ENDS: readonly NetworkEnd[] = [
  ...[pods("hub"), pods("users"), end("dns pods", "DNS"), end("hosts"), end("named", "door")],
  ...[end("private", "campus"), end("internet", "Internet")],
];
/** Names in {@link ENDS}, or groups of them. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "every pod": ["hub", "users"],
  others: ["DNS", "hosts", "door", "campus", "Internet"],
  outside: ["door", "campus", "Internet"],
};

/** The table of what is open: a line for each, such as `hub -> users TCP 443 8000-8010`, and nothing else. */
function tableOf(...lines: readonly string[]) {
  const named = (name: string) => ENDS.filter((each) => (GROUPS[name] ?? [name]).includes(each.name));
  const reaches = lines.flatMap((line) => {
    const [, from = "", to = "", protocol = "", text = ""] = /^(.*) -> (.*) (TCP|UDP) (.*)$/.exec(line) ?? assert.fail(line);
    const open: PortSet =
      text === "any"
        ? EVERY_PORT
        : text
            .split(" ")
            .map((run) => run.split("-").map(Number))
            .map(([first = 0, last = first]) => [first, last]);
    return named(from).flatMap((source) =>
      named(to).map((target) => ({ from: source, to: target, protocol: protocol as "TCP" | "UDP", open, listed: [] })),
    );
  });
  const table = flowTable({ ends: ENDS, reaches, flows: [], pairs: 0, enforced: true });
  return table.map(({ from, to, ports }) => `${from} -> ${to} ${ports}`);
}

describe("the table of who reaches whom", () => {
  /** What is open, and the rows that say it. */
  const CASES: Readonly<Record<string, readonly (readonly [open: readonly string[], rows: readonly string[]])[]>> = {
    "has a row for each pair, in the order of the ends, TCP before UDP": [
      [[], []],
      [["hub -> users TCP 80"], ["hub/hub -> hub/users TCP 80"]],
      [
        ["Internet -> hub UDP 53", "Internet -> hub TCP 53", "hub -> hosts TCP 22", "hub -> users TCP 8000-8100 22"],
        ["hub/hub -> hub/users TCP 22, 8000-8100", "hub/hub -> hosts TCP 22", "Internet -> hub/hub TCP 53", "Internet -> hub/hub UDP 53"],
      ],
      // Several reaches of one pair are one row.
      [["hub -> users TCP 80", "hub -> users TCP 81", "hub -> users TCP 443"], ["hub/hub -> hub/users TCP 80-81, 443"]],
    ],
    "says once what every other end reaches of pods: anywhere": [
      [["others -> hub TCP 443"], ["anywhere -> hub/hub TCP 443"]],
      [
        ["others -> hub TCP 443", "DNS -> hub TCP 444"],
        ["DNS -> hub/hub TCP 444", "anywhere -> hub/hub TCP 443"],
      ],
      [
        ["others -> hub TCP 443", "hub -> hub TCP 443"],
        ["hub/hub -> hub/hub TCP 443", "anywhere -> hub/hub TCP 443"],
      ],
      [
        ["others -> hub UDP 443", "DNS -> hub TCP 443"],
        ["DNS -> hub/hub TCP 443", "anywhere -> hub/hub UDP 443"],
      ],
      // What is no pod of the facility is not told as a target of everybody.
      [["others -> DNS TCP 53"], ["DNS", "hosts", "door", "campus", "Internet"].map((from) => `${from} -> DNS TCP 53`)],
    ],
    "says once what every pod reaches": [
      [["every pod -> DNS UDP 53"], ["every pod -> DNS UDP 53"]],
      [
        ["every pod -> DNS UDP 53", "hub -> DNS UDP 9153"],
        ["hub/hub -> DNS UDP 9153", "every pod -> DNS UDP 53"],
      ],
      [["every pod -> users TCP 80"], ["every pod -> hub/users TCP 80"]],
      [
        ["every pod -> DNS UDP 53", "hosts -> DNS UDP 53"],
        ["hosts -> DNS UDP 53", "every pod -> DNS UDP 53"],
      ],
    ],
    "says once what a pod reaches of all that is outside": [
      [["hub -> outside TCP 443"], ["hub/hub -> outside TCP 443"]],
      [
        ["hub -> outside TCP 443", "hub -> door TCP 1094"],
        ["hub/hub -> door TCP 1094", "hub/hub -> outside TCP 443"],
      ],
      [
        ["hub -> outside TCP 443", "hub -> hosts TCP 443"],
        ["hub/hub -> hosts TCP 443", "hub/hub -> outside TCP 443"],
      ],
      [["DNS -> outside TCP 443"], ["door", "campus", "Internet"].map((to) => `DNS -> ${to} TCP 443`)],
      [["hub -> outside TCP any"], ["hub/hub -> outside TCP any port"]],
    ],
    "tells the API server from the hosts by its port, of TCP alone": [
      [["hub -> hosts TCP 6443"], ["hub/hub -> API server TCP 6443"]],
      [["hub -> hosts TCP 22 6443"], ["hub/hub -> hosts TCP 22", "hub/hub -> API server TCP 6443"]],
      [["hub -> hosts TCP 6442-6444"], ["hub/hub -> hosts TCP 6442, 6444", "hub/hub -> API server TCP 6443"]],
      [["hub -> hosts UDP 6443"], ["hub/hub -> hosts UDP 6443"]],
      [["hub -> users TCP 6443"], ["hub/hub -> hub/users TCP 6443"]],
    ],
  };
  for (const [title, cases] of Object.entries(CASES))
    it(title, () => {
      for (const [open, rows] of cases) assert.deepEqual(tableOf(...open), rows, open.join(", "));
    });

  it("is nothing where there are no ends", () => {
    assert.deepEqual(flowTable({ ends: [], reaches: [], flows: [], pairs: 0, enforced: true }), []);
  });

  it("counts sources together that reach the same, and targets that the same sources reach", () => {
    const row = (from: string, to: string, ports = "TCP 1"): FlowRow => ({ from, to, ports });
    const groups = (...rows: readonly FlowRow[]) =>
      flowGroups(rows).map(({ from, to, ports }) => `${from.join("+")} -> ${to.join("+")} ${ports}`);
    assert.deepEqual(groups(), []);
    assert.deepEqual(groups(row("a", "x"), row("b", "x"), row("a", "y"), row("b", "y")), ["a+b -> x+y TCP 1"]);
    assert.deepEqual(groups(row("a", "x"), row("b", "x"), row("a", "y")), ["a+b -> x TCP 1", "a -> y TCP 1"]);
    assert.deepEqual(groups(row("a", "x"), row("b", "x", "TCP 2"), row("a", "y", "TCP 2")), [
      "a -> x TCP 1",
      "b -> x TCP 2",
      "a -> y TCP 2",
    ]);
    assert.deepEqual(groups(row("a", "x"), row("a", "x", "UDP 1")), ["a -> x TCP 1", "a -> x UDP 1"]);
  });
});

for (const name of SITES)
  describe(`the table of who reaches whom at ${name}`, () => {
    let connections: Connections;
    let rows: readonly FlowRow[];
    before(async () => {
      const site = readSite(name);
      const { resources } = await recordProgram(site);
      connections = connectionsOf(
        resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)),
        site,
      );
      rows = flowTable(connections);
    });

    it("has all that is open, and nothing that is shut", () => {
      const isSource = (row: FlowRow, { from }: Connections["reaches"][number]) =>
        [nameOfEnd(from), from.pods ? "every pod" : "anywhere"].includes(row.from);
      const isTarget = (row: FlowRow, { to }: Connections["reaches"][number]) =>
        [nameOfEnd(to), ...(OUTSIDE.includes(to.kind) ? ["outside"] : []), ...(to.kind === "hosts" ? ["API server"] : [])].includes(row.to);
      for (const reach of connections.reaches) {
        const told = rows
          .filter((row) => isSource(row, reach) && isTarget(row, reach) && row.ports.startsWith(reach.protocol))
          .flatMap(({ ports }) => (ports.endsWith("any port") ? ["1-65535"] : ports.slice(4).split(", ")))
          .map((text) => text.split("-").map(Number))
          .map(([first = 0, last = first]) => [first, last] as const);
        for (const [first, last] of reach.open)
          for (const port of [first, last])
            assert.ok(
              told.some((run) => run[0] <= port && port <= run[1]),
              `${nameOfEnd(reach.from)} reaches ${nameOfEnd(reach.to)} at ${port}`,
            );
        for (const [first, last] of told) assert.ok(reach.open.some((run) => run[0] <= first && last <= run[1]));
      }
    });

    it("is the same in groups", () => {
      const expanded = flowGroups(rows).flatMap(({ from, to, ports }) =>
        from.flatMap((source) => to.map((target) => `${source} ${target} ${ports}`)),
      );
      assert.deepEqual(expanded.sort(), rows.map(({ from, to, ports }) => `${from} ${to} ${ports}`).sort());
    });
  });
