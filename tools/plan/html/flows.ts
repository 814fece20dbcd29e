import type { Connections } from "../../../policies/model/connections";
import { grouped } from "../../../capacity/packing/grouped";
import { flowGroups, flowTable } from "../../../policies/model/flow-table";
import { html, type Markup } from "./markup";

/** Who reaches whom, as a matrix: a row for each source, a column for each target, and a mark with the ports where anything is open. */
export function flowMatrix(site: string, connections: Connections): Markup {
  const rows = flowTable(connections);
  const cells = grouped(rows, ({ from, to }) => `${from} ${to}`);
  const sources = [...new Set(rows.map(({ from }) => from))];
  const targets = [...new Set(rows.map(({ to }) => to))].sort((a, b) => Number(!a.includes("/")) - Number(!b.includes("/")));
  const cell = (from: string, to: string) => {
    const text = cells
      .get(`${from} ${to}`)
      ?.map(({ ports }) => ports)
      .join(", ");
    return text === undefined
      ? html`<td></td>`
      : html`<td class="open" title="${from} reaches ${to} at ${text}"><span class="unseen">${text}</span></td>`;
  };
  return html`<details class="flows">
    <summary>Who reaches whom<span class="unseen"> at ${site}</span></summary>
    <p class="dim">
      A mark is an open connection; its ports show under the pointer, and in the list below.
      ${
        connections.enforced
          ? "Everything without a mark is shut by network policies."
          : "The network plugin of the site enforces no network policy, so everything without a mark is open too."
      }
    </p>
    <div class="wide" tabindex="0" role="region" aria-label="who reaches whom at ${site}, as a matrix">
      <table>
        <tr>
          <th scope="col"><span class="unseen">source</span></th>
          ${targets.map((to) => html`<th scope="col" class="target"><span>${to}</span></th>`)}
        </tr>
        ${sources.map(
          (from) =>
            html`<tr>
              <th scope="row" class="source">${from}</th>
              ${targets.map((to) => cell(from, to))}
            </tr>`,
        )}
      </table>
    </div>
    <table class="list">
      <caption>
        The same as a list
      </caption>
      <tr>
        <th scope="col">from</th>
        <th scope="col">to</th>
        <th scope="col">ports</th>
      </tr>
      ${flowGroups(rows).map(
        ({ from, to, ports }) =>
          html`<tr>
            <td>${from.join(", ")}</td>
            <td>${to.join(", ")}</td>
            <td>${ports}</td>
          </tr>`,
      )}
    </table>
  </details>`;
}
