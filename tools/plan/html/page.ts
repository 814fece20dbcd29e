import type { PackPod } from "../../../capacity/packing/model";
import type { PackingVerdict } from "../../../capacity/packing/prove";
import { drains, everythingPlaced } from "../../../policies/capacity/packing-results";
import type { PackFacility } from "../../../policies/capacity/pack-facility";
import { amountText, unitOf } from "../../../policies/model/figures";
import type { Site } from "../../../stacks/site/schema";
import { counted } from "../../../terminal/text";
import { worstOf, type CapacityAnswer, type CapacityProof } from "../capacity";
import type { Connections } from "../../../policies/model/connections";
import { flowMatrix } from "./flows";
import { dataRatesOf } from "../rates";
import { rateDrawing } from "./rates";
import { hostUse, usedShareOfHost, type HostUse } from "../host-use";
import { helpList } from "./waits";
import { hostDrawing, hostText, type DrawnHost } from "./bars";
import { Colours } from "./colours";
import { html, Markup } from "./markup";
import { scenesOf, type Scene } from "./scenes";
import { SCRIPT, styleSheet } from "./style";

/** How many of the tightest hosts the page names. */
const TIGHTEST = 5;

const VERDICT_CLASS: Readonly<Record<PackingVerdict, string>> = {
  fits: "fits",
  "at risk": "risk",
  "not settled": "risk",
  "does not fit": "not",
};

/**
 * Draws a page that needs no other file: the answers, and every host as bars with its pods, with everything in place and after losing a
 * host or a rack, and who reaches whom.
 * @param connections undefined if they cannot be worked out.
 * @throws {RangeError} as the packer.
 */
export function planPage(
  site: Site,
  { answers, uncounted }: CapacityProof,
  facility: PackFacility,
  connections: Connections | undefined,
): string {
  const colours = new Colours(facility);
  const scenes = scenesOf(facility, everythingPlaced(facility).verdict);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${site.site.name}: will it fit?</title>
        <style>
          ${new Markup(styleSheet(colours.all))}
        </style>
      </head>
      <body>
        <h1>${site.site.name}: ${site.site.title}</h1>
        <div class="head">${answerTable(answers)}${tightestTable(hostUse(facility).slice(0, TIGHTEST))}</div>
        ${helpList(answers, facility)} ${uncounted.map((name) => html`<p class="left">not counted, because it cannot be read: ${name}</p>`)}
        ${rateDrawing(dataRatesOf(site))} ${chooser(facility, scenes)}${legend(colours)}
        <div aria-live="polite">${scenes.map(outcome)}</div>
        <main class="racks">${racks(facility, scenes, colours)}</main>
        ${connections ? flowMatrix(connections) : html`<p class="left">who reaches whom is not known, because a policy cannot be read</p>`}
        ${HATCH}
        <script>
          ${new Markup(SCRIPT)};
        </script>
      </body>
    </html>`;
  return page.text.replace(/^ +/gm, "");
}

/** A mask that shows a box in stripes: a DaemonSet keeps the colour of its namespace and still looks different from other pods. */
const HATCH = html`<svg width="0" height="0" style="height:0" aria-hidden="true">
  <defs>
    <pattern id="stripes" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="1.9" height="3" fill="#fff" />
    </pattern>
    <mask id="hatch" maskUnits="userSpaceOnUse" x="0" y="0" width="200" height="10">
      <rect width="200" height="10" fill="url(#stripes)" />
    </mask>
  </defs>
</svg>`;

function answerTable(answers: readonly CapacityAnswer[]): Markup {
  return html`<table>
    <caption>
      Will it fit?
    </caption>
    <tr>
      <th></th>
      <th>verdict</th>
      <th class="figure">need</th>
      <th class="figure">have</th>
      <th class="figure">margin</th>
      <th></th>
    </tr>
    ${answers.map(
      ({ about, verdict, need, have, unit, note }) =>
        html`<tr>
          <td>${about}</td>
          <td class="verdict ${VERDICT_CLASS[verdict]}">${verdict}</td>
          <td class="figure">${need}</td>
          <td class="figure">${have}</td>
          <td class="figure">${have - need} ${unit}</td>
          <td class="note dim" title="${note}">${note}</td>
        </tr>`,
    )}
  </table>`;
}

function tightestTable(hosts: readonly HostUse[]): Markup {
  const cell = ({ used, of }: HostUse, resource: "cpu" | "memory") =>
    `${amountText(unitOf(resource), used[resource])} of ${amountText(unitOf(resource), of[resource])}`;
  return html`<table>
    <caption>
      Tightest hosts
    </caption>
    <tr>
      <th></th>
      <th>CPU</th>
      <th>memory</th>
      <th class="figure">pods</th>
      <th>tight</th>
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

function chooser(facility: PackFacility, scenes: readonly Scene[]): Markup {
  const [loss] = worstOf(drains(facility).map(({ loss: each }) => each));
  const worst = scenes.find(({ kind, title }) => kind === "host" && title === loss?.hosts[0]);
  const options = (kind: Scene["kind"]) =>
    scenes
      .filter((scene) => scene.kind === kind)
      .map(
        ({ id, title, lost }) =>
          html`<option value="${id}" ${new Markup(id === worst?.id ? "selected" : "")}>
            ${title}${kind === "domain" ? ` (${counted(lost.length, "host")})` : id === worst?.id ? " (the worst)" : ""}
          </option>`,
      );
  return html`<form autocomplete="off">
    <label><input type="radio" name="when" id="now" checked /> everything in place</label>
    <label><input type="radio" name="when" id="after" /> after losing</label>
    <select id="loss" aria-label="lost host or rack">
      <optgroup label="host">${options("host")}</optgroup>
      <optgroup label="rack">${options("domain")}</optgroup>
    </select>
    <noscript>choosing needs scripts; everything in place is shown</noscript>
  </form>`;
}

function legend({ all }: Colours): Markup {
  return html`<ul class="legend">
    ${all.map(({ name, id }) => html`<li><i class="${id}"></i>${name}</li>`)}
    <li><i class="hatched"></i>DaemonSets, set aside</li>
    <li><i class="empty"></i>free</li>
    <li><i class="outlined"></i>moved here</li>
  </ul>`;
}

/** Says what happens to pods in a scene; shown together with the scene. */
function outcome({ id, kind, title, verdict, hosts, waiting, gone }: Scene): Markup {
  const moved = [...hosts.values()].flat().reduce((sum, standing) => sum + standing.moved, 0);
  const listed = (pods: readonly PackPod[]) => pods.map(({ name, count }) => (count === 1 ? name : `${name} × ${count}`)).join(", ");
  const head = kind === "now" ? "Everything in place" : `Without ${kind === "domain" ? "rack " : ""}${title}`;
  return html`<div class="outcome" data-outcome="${id}" ${new Markup(kind === "now" ? "" : "hidden")}>
    <b>${head}:</b> <span class="verdict ${VERDICT_CLASS[verdict]}">${verdict}</span>
    ${kind === "now" ? "" : `(${counted(moved, "pod")} moved).`}
    ${gone.length === 0 ? "" : html`<span class="dim">Gone with it: ${listed(gone)}.</span> `}
    ${waiting.length === 0 ? "" : html`<span class="left">no place in this placement for ${listed(waiting)}</span>`}
  </div>`;
}

function racks({ hosts }: PackFacility, scenes: readonly [Scene, ...Scene[]], colours: Colours): readonly Markup[] {
  return [...new Set(hosts.map(({ rack }) => rack))].map((rack) => {
    const here = hosts.filter((host) => host.rack === rack);
    const pools = [...new Set(here.map(({ pool }) => pool))].map((pool) => {
      const members = here.filter((host) => host.pool === pool);
      return html`<div>
        <h3>${pool} <small>${members[0]?.uses.join(", ") ?? ""}</small></h3>
        <div class="cards">${members.map((host) => card(host, scenes, colours))}</div>
      </div>`;
    });
    return html`<section class="rack">
      <h2>rack ${rack}</h2>
      <div class="pools">${pools}</div>
    </section>`;
  });
}

/** A host with its drawing when everything is in place, and one more for each scene in which it looks different. */
function card(host: DrawnHost, [now, ...losses]: readonly [Scene, ...Scene[]], colours: Colours): Markup {
  const content = (scene: Scene) => scene.hosts.get(host.name);
  const differs = (scene: Scene) => JSON.stringify(content(scene)?.map(briefly)) !== JSON.stringify(content(now)?.map(briefly));
  return html`<article class="host" tabindex="0" aria-label="${hostText(host, content(now))}">
    <h4>${host.name}</h4>
    <div data-scene="now">${hostDrawing(host, content(now), colours)}</div>
    ${losses.filter(differs).map((scene) => html`<div data-scene="${scene.id}" hidden>${hostDrawing(host, content(scene), colours)}</div>`)}
  </article>`;
}

function briefly({ pod: { namespace, name, count }, moved }: { readonly pod: PackPod; readonly moved: number }) {
  return [namespace, name, count, moved];
}
