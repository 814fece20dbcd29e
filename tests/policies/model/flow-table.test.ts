import assert from "node:assert/strict";
import { plain } from "#af/policies/engine-values";
import { connectionsOf, type Connections } from "#af/policies/model/connections";
import { flowGroups, flowTable, nameOfEnd, type FlowRow } from "#af/policies/model/flow-table";
import { objectsOfResource } from "#af/policies/model/objects";
import { recordProgram } from "#af/stacks/record";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";

const OUTSIDE = ["named", "private", "internet"];

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
