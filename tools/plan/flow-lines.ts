import { flowGroups, flowTable } from "../../policies/model/flow-table";
import type { Connections } from "../../policies/model/connections";
import { table } from "../../terminal/table";
import { counted, styled } from "../../terminal/text";

/** Characters of a line. */
const WIDTH = 140;

/** What is true in place of the table where the network plugin lets everything through. */
const IN_VAIN =
  "Nothing is shut: the policies say so, and the network plugin of the site enforces none (af:site.kubernetes.networkPlugin). Everybody reaches everybody.";

/** The table of who reaches whom, for people. */
export function flowLines(connections: Connections): readonly string[] {
  const rows = flowGroups(flowTable(connections)).map(({ from, to, ports }) => [from.join(", "), to.join(", "), ports]);
  return [
    ...table(["who", "reaches", "at"], rows, [], WIDTH),
    "",
    connections.enforced
      ? `Everything else is shut: ${counted(connections.pairs, "pair")} of pods, hosts and addresses were compared.`
      : IN_VAIN,
    styled(
      "dim",
      "  Policies do not apply between a pod and its own host. outside: every address that is neither the cluster's nor a host's",
    ),
  ];
}
