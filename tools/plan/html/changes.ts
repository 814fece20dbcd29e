import { fieldText } from "../../../changes/difference";
import type { ChangesDocument } from "../../changes/document";
import { isNoticed } from "../../../changes/effects";
import { alike, answerText, findingText, headline, inSameWords, quietText } from "../../changes/lines";
import { html, type Markup } from "./markup";

/** What is said of a site that has lost, or of which a change cannot be made. */
export const WORSE = "worse than before, or not to be made by the way";

/** What changes at one site: its verdicts before and after, then what people notice, then the rest folded away. */
export function changeList(name: string, { against, changes, sites }: ChangesDocument): Markup {
  const site = sites.find((each) => each.site === name);
  if (site === undefined) return html``;
  const own = changes.filter((each) => each.sites.includes(name));
  const [noticed, quiet] = [own.filter(isNoticed), own.filter((each) => !isNoticed(each))];
  const { newFindings, goneFindings, answers, worse } = site;
  const verdicts = [
    ...newFindings.map((each) => html`<li><b class="not">new</b> ${findingText(each)}</li>`),
    ...answers.map(
      (each) => html`<li><b class="${each.worse ? "not" : "dim"}">${each.worse ? "worse" : "now"}</b> ${answerText(each)}</li>`,
    ),
    ...goneFindings.map((each) => html`<li><b class="fits">gone</b> ${findingText(each)}</li>`),
  ];
  return html`<section class="changes">
    <h3>
      Changes against ${against}:
      <span class="verdict ${worse ? "not" : "fits"}">${worse ? WORSE : "no worse than before"}</span>
    </h3>
    <p>${headline(site, changes, against)}</p>
    ${
      verdicts.length === 0
        ? ""
        : html`<ul>
            ${verdicts}
          </ul>`
    }
    ${inSameWords(noticed).map((each) => noticedItem(name, each))}
    ${
      quiet.length === 0
        ? ""
        : html`<details>
            <summary>What nobody notices: ${quiet.length}<span class="unseen"> at ${name}</span></summary>
            <ul>
              ${alike(quiet).map((group) => html`<li>${quietText(group, false)}</li>`)}
            </ul>
          </details>`
    }
  </section>`;
}

function noticedItem(
  site: string,
  { action, object, effect, because, reversible, refused, fields }: ChangesDocument["changes"][number],
): Markup {
  return html`<div class="change">
    <b>${action} ${object}</b>:
    <span class="verdict ${refused !== undefined || effect === "data at risk" ? "not" : "risk"}">
      ${refused === undefined ? effect : "cannot be made"}${reversible ? "" : ", cannot be undone"}
    </span>
    ${[refused, because].map((text) => (text === undefined || text === "" ? html`` : html`<br />${text}`))}
    ${
      fields.length === 0
        ? ""
        : html`<details>
            <summary>${fields.length} changed<span class="unseen"> of ${object} at ${site}</span></summary>
            <ul>
              ${fields.map((field) => html`<li>${fieldText(field)}</li>`)}
            </ul>
          </details>`
    }
  </div>`;
}
