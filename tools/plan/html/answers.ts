import type { PackingVerdict } from "../../../capacity/packing/prove";
import { amountText, unitOf } from "../../../policies/model/figures";
import type { CapacityAnswer } from "../capacity";
import { usedShareOfHost, type HostUse } from "../host-use";
import { html, type Markup } from "./markup";

/** Class of a verdict about packing in the style sheet. */
export const VERDICT_CLASS: Readonly<Record<PackingVerdict, string>> = {
  fits: "fits",
  "at risk": "risk",
  "not settled": "risk",
  "does not fit": "not",
};

/** The questions of capacity with their verdicts; what else there is to know stands below each question, whole and as wide as the table. */
export function answerTable(answers: readonly CapacityAnswer[]): Markup {
  return html`<table class="answers">
    <caption>
      Will it fit?
    </caption>
    <tr>
      <th scope="col">question</th>
      <th scope="col">verdict</th>
      <th scope="col" class="figure">need</th>
      <th scope="col" class="figure">have</th>
      <th scope="col" class="figure">margin</th>
    </tr>
    ${answers.map(
      ({ about, verdict, need, have, unit, note }) =>
        html`<tr>
            <td>${about}</td>
            <td class="verdict ${VERDICT_CLASS[verdict]}">${verdict}</td>
            <td class="figure">${need}</td>
            <td class="figure">${have}</td>
            <td class="figure">${have - need} ${unit}</td>
          </tr>
          ${
            note === ""
              ? ""
              : html`<tr>
                  <td class="note dim" colspan="5">${note}</td>
                </tr>`
          }`,
    )}
  </table>`;
}

/** The hosts of which least is left. */
export function tightestTable(hosts: readonly HostUse[]): Markup {
  const cell = ({ used, of }: HostUse, resource: "cpu" | "memory") =>
    `${amountText(unitOf(resource), used[resource])} of ${amountText(unitOf(resource), of[resource])}`;
  return html`<table>
    <caption>
      Tightest hosts
    </caption>
    <tr>
      <th scope="col">host</th>
      <th scope="col">CPU</th>
      <th scope="col">memory</th>
      <th scope="col" class="figure">pods</th>
      <th scope="col">tight</th>
    </tr>
    ${hosts.map(
      (use) =>
        html`<tr>
          <td>${use.host}</td>
          <td>${cell(use, "cpu")}</td>
          <td>${cell(use, "memory")}</td>
          <td class="figure">${String(use.used.pods)}</td>
          <td>${use.tightest} ${Math.round(usedShareOfHost(use, use.tightest) * 100)} %</td>
        </tr>`,
    )}
  </table>`;
}
