import type { Connections } from "../../../policies/model/connections";
import { grouped } from "../../../capacity/packing/grouped";
import { flowTable } from "../../../policies/model/flow-table";
import { html, type Markup } from "./markup";

/** Who reaches whom, as a matrix: a row for each source, a column for each target, and a mark with the ports where anything is open. */
export function flowMatrix(connections: Connections): Markup {
  const rows = flowTable(connections);
  const cells = grouped(rows, ({ from, to }) => `${from} ${to}`);
  const sources = [...new Set(rows.map(({ from }) => from))];
  const targets = [...new Set(rows.map(({ to }) => to))].sort((a, b) => Number(!a.includes("/")) - Number(!b.includes("/")));
  const cell = (from: string, to: string) => {
    const text = cells
      .get(`${from} ${to}`)
      ?.map(({ ports }) => ports)
      .join(", ");
    return text === undefined ? html`<td></td>` : html`<td class="open" title="${from} reaches ${to} at ${text}"></td>`;
  };
  return html`<details class="flows">
    <summary>Who reaches whom</summary>
    <p class="dim">
      A mark is an open connection; its ports show under the pointer. Everything without a mark is shut by network policies.
    </p>
    <table>
      <tr>
        <th></th>
        ${targets.map((to) => html`<th class="target"><span>${to}</span></th>`)}
      </tr>
      ${sources.map(
        (from) =>
          html`<tr>
            <th class="source">${from}</th>
            ${targets.map((to) => cell(from, to))}
          </tr>`,
      )}
    </table>
  </details>`;
}
