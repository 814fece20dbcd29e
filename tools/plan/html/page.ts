import { passes } from "../../../policies/judge";
import { conclusion } from "../../finding-lines";
import { WORSE } from "./changes";
import type { Colours } from "./colours";
import { html, Markup } from "./markup";
import { coloursOf, siteSection, type DrawnSite } from "./site";
import { SCRIPT, styleSheet } from "./style";

/** When and from what a page is made. */
export interface PageStamp {
  readonly made: Date;
  /** Commit that is checked out; undefined where the project is no repository. */
  readonly commit: string | undefined;
  /** True if what lies here differs from the commit. */
  readonly edited: boolean;
}

/**
 * Draws a page that needs no other file, with a section for each site: what changes, the answers, what the rules say, the facility as a
 * picture, every host as bars with its pods, with everything in place and after losing a host or a rack, and who reaches whom.
 * @throws {RangeError} as the packer.
 */
export function planPage(sites: readonly DrawnSite[], stamp: PageStamp): string {
  const coloured = sites.map((drawn): readonly [DrawnSite, Colours] => [drawn, coloursOf(drawn)]);
  const names = sites.map(({ plan }) => plan.site.site.name);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${names.join(", ")}: will it fit?</title>
        <style>
          ${new Markup(styleSheet(coloured.flatMap(([, { all }]) => all)))}
        </style>
      </head>
      <body>
        <main>
          <h1>${names.length === 1 ? "Facility" : "Facilities"} ${names.join(", ")}</h1>
          <p class="dim">${stampText(stamp)}</p>
          ${names.length === 1 ? "" : siteList(sites)} ${coloured.map(([drawn, colours]) => siteSection(drawn, colours))}
        </main>
        ${HATCH}
        <script>
          ${new Markup(SCRIPT)};
        </script>
      </body>
    </html>`;
  return page.text.replace(/^ +/gm, "");
}

function stampText({ made, commit, edited }: PageStamp): string {
  const state =
    commit === undefined
      ? "from files of no repository"
      : `of commit ${commit.slice(0, 12)}${edited ? ", with edits that are not committed" : ""}`;
  return `Made ${made.toISOString().slice(0, 16).replace("T", " ")} UTC ${state}`;
}

/** Each site with what became of it, so that nobody has to look for the one that does not pass. */
function siteList(sites: readonly DrawnSite[]): Markup {
  return html`<nav aria-label="sites">
    <ul>
      ${sites.map(({ plan: { site, findings }, changes }) => {
        const { name } = site.site;
        const worse = changes?.sites.find((each) => each.site === name)?.worse === true;
        return html`<li>
          <a href="#${name}">${name}</a>:
          <span class="verdict ${!passes(findings) ? "not" : findings.length > 0 ? "risk" : "fits"}"
            >${conclusion(findings, "fits and passes")}</span
          >${worse ? html`; <span class="verdict not">${WORSE}</span>` : ""}
        </li>`;
      })}
    </ul>
  </nav>`;
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
    <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
      <path class="tip" d="M0 0L8 4L0 8z" />
    </marker>
  </defs>
</svg>`;
