import assert from "node:assert/strict";
import { connectionsOf } from "#af/policies/model/connections";
import { flowLines } from "#af/tools/plan/flow-lines";
import { flowMatrix } from "#af/tools/plan/html/flows";
import { siteWith } from "../../policies/expect";

describe("who reaches whom, where the network plugin", () => {
  const told = (plugin: string) => {
    const connections = connectionsOf([], siteWith(["site", "kubernetes", "networkPlugin"], plugin));
    return { lines: flowLines(connections).join("\n"), page: flowMatrix("unl", connections).text.replace(/\s+/g, " ") };
  };

  it("enforces policies: all that no policy opens is shut", () => {
    const { lines, page } = told("calico");
    assert.match(lines, /^Everything else is shut: /m);
    assert.match(page, /Everything without a mark is shut by network policies\./);
  });

  it("enforces none: nothing is shut, and nothing says that it is", () => {
    const { lines, page } = told("flannel");
    assert.match(lines, /^Nothing is shut: .*af:site\.kubernetes\.networkPlugin\). Everybody reaches everybody\.$/m);
    assert.match(page, /enforces no network policy, so everything without a mark is open too\./);
    for (const text of [lines, page]) assert.doesNotMatch(text, /is shut by|Everything else is shut/);
  });
});
