import type { PackFacility } from "../../../policies/capacity/pack-facility";
import { hostsByPool, whoWaits, type Wait } from "../waits";
import { CHANGES, type CapacityAnswer } from "../capacity";
import { html, type Markup } from "./markup";

/** The list below the tables: who waits, why on which hosts, and which changes would help. */
export function helpList(site: string, answers: readonly CapacityAnswer[], facility: PackFacility): Markup {
  const uncertain = answers
    .map((answer) => ({ answer, changes: answer.changes(CHANGES) }))
    .filter(({ answer, changes }) => answer.waits.length + changes.length > 0);
  if (uncertain.length === 0) return html``;
  return html`<details class="help">
    <summary>Who waits, why, and what helps<span class="unseen"> at ${site}</span></summary>
    ${uncertain.map(
      ({ answer, changes }) =>
        html`<h3>${answer.about}</h3>
          ${answer.waits.map((wait) => waitItem(wait, facility))}
          ${
            changes.length === 0
              ? html``
              : html`<p>smallest change: ${changes[0] ?? ""} ${changes.slice(1).map((change) => html`<br />or: ${change}`)}</p>`
          }`,
    )}
  </details>`;
}

function waitItem(wait: Wait, facility: PackFacility): Markup {
  return html`<p>
    <span class="verdict ${wait.verdict === "does not fit" ? "not" : "risk"}">${whoWaits(wait)}</span>
    ${wait.reasons.map(
      ({ reason, hosts }) =>
        html`<br />${reason}:
          ${hostsByPool(hosts, facility).map(({ pool, members }) => html`<span class="pool">${pool} (${members.join(", ")})</span> `)}`,
    )}
  </p>`;
}
