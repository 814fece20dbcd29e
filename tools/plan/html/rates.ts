import { rateText } from "../../../capacity/rates/bit-rate";
import { compare, type Ratio } from "../../../capacity/rates/ratio";
import type { Stage } from "../../../capacity/rates/stages";
import { CHANGES } from "../capacity";
import { changeSentence, hostSentences, rateSentence, stageNote, type DataRates } from "../rates";
import type { RateVerdict } from "../../../capacity/rates/answer";
import { html, type Markup } from "./markup";

/** Size of a bar in units of the drawing. */
const WIDTH = 200;
const HEIGHT = 10;

/** Where on the bar the wanted rate stands; what carries more ends at the bar's end. */
const ASKED = 150;

const VERDICT_CLASS: Readonly<Record<RateVerdict, string>> = {
  enough: "fits",
  "not stated": "risk",
  "not enough": "not",
  "not asked": "risk",
};

/** The way of data from doors to cores: a bar for each stage, as long as what it carries, and a line at what is asked for. */
export function rateDrawing(rates: DataRates | undefined): Markup {
  if (rates === undefined) return html``;
  const { answer, changes } = rates;
  return html`<section class="rates">
    <h3>
      Data rate: <span class="verdict ${VERDICT_CLASS[answer.verdict]}">${answer.verdict}</span>
      <span class="dim">${rateSentence(rates)}</span>
    </h3>
    <table>
      <tr>
        <th scope="col">stage</th>
        <th scope="col" class="figure">carries</th>
        <th scope="col" class="stage">beside what is asked for</th>
        <th scope="col">why</th>
      </tr>
      ${answer.stages.map(
        (stage) =>
          html`<tr>
            <td>${stage.name}</td>
            <td class="figure">${stage.bound ? rateText(stage.bound) : "-"}</td>
            <td class="stage">${bar(stage, rates)}</td>
            <td class="dim">${stageNote(stage, answer)}</td>
          </tr>`,
      )}
    </table>
    <p>
      ${hostSentences(rates).map((sentence) => html`${sentence}<br />`)}
      ${changes.slice(0, CHANGES).map((change, index) => html`${index === 0 ? "smallest change" : "or"}: ${changeSentence(change)}<br />`)}
    </p>
  </section>`;
}

function bar(stage: Stage, { answer: { asked, rate, limits, stages } }: DataRates): Markup {
  const whole = asked ?? largest(stages) ?? rate;
  const label = `${stage.name}: ${stage.bound ? rateText(stage.bound) : "not known"}`;
  const style = limits.includes(stage.name) ? "limit" : stage.unstated.length > 0 ? "aside" : "carries";
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">
    ${
      stage.bound && whole
        ? html`<path class="${style}" d="M0 0h${lengthOf(stage.bound, whole)}v${HEIGHT}H0z"><title>${label}</title></path>`
        : stage.unstated.length > 0
          ? html`<path class="aside" d="M0 0h${WIDTH}v${HEIGHT}H0z"><title>${label}</title></path>`
          : html``
    }
    ${asked ? html`<path class="asked" d="M${ASKED} 0v${HEIGHT}"><title>asked for: ${rateText(asked, "up")}</title></path>` : html``}
  </svg>`;
}

/** Length of a bar, to a tenth: never none, so that the slowest stage is still seen. */
function lengthOf(bound: Ratio, whole: Ratio): number {
  if (whole.over === 0n) return WIDTH;
  const tenths = (bound.over * whole.under * BigInt(ASKED) * 10n) / (bound.under * whole.over);
  return Math.max(0.7, tenths > BigInt(WIDTH * 10) ? WIDTH : Number(tenths) / 10);
}

function largest(stages: readonly Stage[]): Ratio | undefined {
  return stages.flatMap(({ bound }) => (bound ? [bound] : [])).sort((a, b) => compare(b, a))[0];
}
