import { everythingPlaced } from "../../../policies/capacity/packing-results";
import type { PackFacility } from "../../../policies/capacity/pack-facility";
import type { ChangesDocument } from "../../changes/document";
import { hostUse } from "../host-use";
import type { Plan } from "../plan";
import { failOverSentence } from "../fail-over";
import { dataRatesOf } from "../rates";
import { answerTable, tightestTable } from "./answers";
import { changeList } from "./changes";
import { Colours } from "./colours";
import { findingList } from "./findings";
import { flowMatrix } from "./flows";
import { hostDrawings } from "./hosts";
import { html, type Markup } from "./markup";
import { pictureOf } from "./picture";
import { pictureDrawing } from "./picture-drawing";
import { rateDrawing } from "./rates";
import { scenesOf } from "./scenes";
import { helpList } from "./waits";

/** How many of the tightest hosts the page names. */
const TIGHTEST = 5;

/** A site as a page draws it. */
export interface DrawnSite {
  readonly plan: Plan;
  readonly facility: PackFacility;
  /** What changes, at all sites of the page; undefined if the plan is compared with nothing. */
  readonly changes?: ChangesDocument;
}

/** The colours of a site's profiles and namespaces; their classes hold its name, because a page may have several sites. */
export function coloursOf({ plan, facility }: DrawnSite): Colours {
  return new Colours(facility, plan.site.site.name);
}

/**
 * The section of one site.
 * @throws {RangeError} as the packer.
 */
export function siteSection({ plan, facility, changes }: DrawnSite, colours: Colours): Markup {
  const { site, capacity, findings, verdict } = plan;
  const { name, title } = site.site;
  const { answers, uncounted } = capacity;
  const connections = plan.connections();
  const picture = connections && pictureOf(plan, facility, connections);
  const rates = dataRatesOf(site);
  const away = failOverSentence(site, rates);
  return html`<section class="site" id="${name}" aria-label="${name}">
    <h2>${name}: ${title}</h2>
    ${changes ? changeList(name, changes) : ""}
    <div class="head">${answerTable(answers)}${tightestTable(hostUse(facility).slice(0, TIGHTEST))}</div>
    ${helpList(name, answers, facility)}
    ${uncounted.map((each) => html`<p class="left">not counted, because it cannot be read: ${each}</p>`)}
    ${findingList(name, findings, verdict)} ${picture ? pictureDrawing(name, picture) : ""} ${rateDrawing(rates)}
    ${away === undefined ? "" : html`<p>Doors away: ${away}.</p>`}
    ${hostDrawings(name, facility, scenesOf(facility, everythingPlaced(facility).verdict), colours)}
    ${connections ? flowMatrix(name, connections) : html`<p class="left">who reaches whom is not known, because a policy cannot be read</p>`}
  </section>`;
}
