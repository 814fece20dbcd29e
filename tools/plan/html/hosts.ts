import type { PackPod } from "../../../capacity/packing/model";
import { drains } from "../../../policies/capacity/packing-results";
import type { PackFacility } from "../../../policies/capacity/pack-facility";
import { counted } from "../../../terminal/text";
import { worstOf } from "../capacity";
import { VERDICT_CLASS } from "./answers";
import { hostDrawing, podList, type DrawnHost } from "./bars";
import type { Colours } from "./colours";
import { html, Markup } from "./markup";
import type { Scene } from "./scenes";

/** The hosts of a site with their pods, in every scene, and the choice among the scenes. */
export function hostDrawings(site: string, facility: PackFacility, scenes: readonly [Scene, ...Scene[]], colours: Colours): Markup {
  return html`<h3>Hosts with their pods</h3>
    ${chooser(site, facility, scenes)}${legend(colours)}
    <div aria-live="polite">${scenes.map(outcome)}</div>
    <div class="racks">${racks(facility, scenes, colours)}</div>`;
}

function chooser(site: string, facility: PackFacility, scenes: readonly Scene[]): Markup {
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
  return html`<form autocomplete="off" aria-label="which hosts of ${site} are there">
    <label><input type="radio" name="when-${site}" class="now" checked /> everything in place</label>
    <label><input type="radio" name="when-${site}" class="after" /> after losing</label>
    <select class="loss" aria-label="lost host or rack of ${site}">
      <optgroup label="host">${options("host")}</optgroup>
      <optgroup label="rack">${options("domain")}</optgroup>
    </select>
    <noscript>choosing needs scripts; everything in place is shown</noscript>
  </form>`;
}

function legend({ all }: Colours): Markup {
  return html`<ul class="legend" aria-label="colours">
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
        <h5>${pool} <small>${members[0]?.uses.join(", ") ?? ""}</small></h5>
        <div class="cards">${members.map((host) => card(host, scenes, colours))}</div>
      </div>`;
    });
    return html`<div class="rack">
      <h4>rack ${rack}</h4>
      <div class="pools">${pools}</div>
    </div>`;
  });
}

/** A host with its drawing when everything is in place, and one more for each scene in which it looks different. */
function card(host: DrawnHost, [now, ...losses]: readonly [Scene, ...Scene[]], colours: Colours): Markup {
  const content = (scene: Scene) => scene.hosts.get(host.name);
  const differs = (scene: Scene) => JSON.stringify(content(scene)?.map(briefly)) !== JSON.stringify(content(now)?.map(briefly));
  const drawing = (scene: Scene) => html`${hostDrawing(host, content(scene), colours)}${podList(host, content(scene))}`;
  return html`<div class="host">
    <h6>${host.name}</h6>
    <div data-scene="now">${drawing(now)}</div>
    ${losses.filter(differs).map((scene) => html`<div data-scene="${scene.id}" hidden>${drawing(scene)}</div>`)}
  </div>`;
}

function briefly({ pod: { namespace, name, count }, moved }: { readonly pod: PackPod; readonly moved: number }) {
  return [namespace, name, count, moved];
}
