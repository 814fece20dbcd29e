import { broken } from "../../../terminal/text";
import { html, Markup } from "./markup";
import { COLUMNS, type Box, type Line, type Picture } from "./picture";

/** Measures of the drawing, in pixels: it is shown at its own size, so that its text has that of the page. */
const BOX = 222;
const GAP = 106;
const LINE_HEIGHT = 16;
const PADDING = 8;
const BETWEEN = 20;
/** Characters of text that fit into a box at 12 pixels. */
const TEXT = 30;
/** Lines of contents that a box shows; its label has all. */
const HOLDS = 4;

/** Width of the drawing. Below this much room the same is shown as a list. */
export const WIDTH = COLUMNS.length * BOX + (COLUMNS.length - 1) * GAP;

interface Placed {
  readonly box: Box;
  readonly texts: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** The facility as boxes with lines where there is room, and as a list of the same where there is not. */
export function pictureDrawing(site: string, picture: Picture): Markup {
  const placed = placedBoxes(picture.boxes);
  const height = Math.max(...placed.map(({ y, height: tall }) => y + tall)) + 1;
  const at = new Map(placed.map((each) => [each.box.name, each]));
  const id = (name: string): string => `${site}-b${placed.findIndex(({ box }) => box.name === name)}`;
  return html`<section class="picture">
    <h3>The facility</h3>
    <p class="dim">
      Who reaches whom, and where data are kept. DNS, the API server and hosts, which most services reach, are in the table at the end.
    </p>
    <svg class="facility" width="${WIDTH}" height="${height}" role="group" aria-label="the facility ${site} as a picture">
      ${pairs(picture.lines).map((pair) => {
        const [from, to] = [at.get(pair.from), at.get(pair.to)];
        return from && to ? curve(from, to, pair, `${id(pair.from)} ${id(pair.to)}`) : html``;
      })}
      ${placed.map((each) => boxDrawing(each, picture, id(each.box.name)))}
    </svg>
    <style>
      ${new Markup(placed.map(({ box }) => highlight(id(box.name))).join(""))}
    </style>
    <ul class="boxes">
      ${picture.boxes.map(
        (box) =>
          html`<li>
            <b>${box.name}</b> <span class="dim">${box.about}</span>
            ${[...(box.holds.length === 0 ? [] : [box.holds.join(", ")]), ...relations(box, picture)].map((text) => html`<br />${text}`)}
          </li>`,
      )}
    </ul>
    <ul class="hosts" aria-label="hosts of ${site}">
      ${picture.pools.map(
        ({ name, about, runs }) =>
          html`<li>
            <b>${name}</b> <span class="dim">${about}</span><br />
            pods of ${runs.length === 0 ? "nobody" : runs.join(", ")}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** What a box reaches and what reaches it, a sentence each. */
function relations({ name, column }: Box, { lines }: Picture): readonly string[] {
  const list = (found: readonly Line[], end: "from" | "to") => found.map((line) => `${line[end]} (${line.what})`).join("; ");
  const [out, into] = [lines.filter(({ from }) => from === name), lines.filter(({ to }) => to === name)];
  const kept = column === "storage" && into.some(({ what }) => !/^(TCP|UDP) /.test(what));
  return [
    ...(out.length === 0 ? [] : [`reaches ${list(out, "to")}`]),
    ...(into.length === 0 ? [] : [`${kept ? "used by" : "reached from"} ${list(into, "from")}`]),
  ];
}

function placedBoxes(boxes: readonly Box[]): readonly Placed[] {
  const columns = COLUMNS.map((column) =>
    boxes
      .filter((box) => box.column === column)
      .map((box) => {
        const holds = box.holds.length === 0 ? [] : broken(box.holds.join(", "), TEXT);
        const shown = holds.length > HOLDS ? [...holds.slice(0, HOLDS - 1), "..."] : holds;
        const texts = [...broken(box.about, TEXT), ...shown];
        return { box, texts, height: (texts.length + 1) * LINE_HEIGHT + PADDING + 4 };
      }),
  );
  const tall = (column: readonly { readonly height: number }[]): number =>
    column.reduce((sum, { height }) => sum + height + BETWEEN, -BETWEEN);
  const whole = Math.max(...columns.map(tall));
  return columns.flatMap((column, index) => {
    let y = Math.max(0, Math.round((whole - tall(column)) / 2));
    return column.map((each) => {
      const placed = { ...each, x: index * (BOX + GAP), y };
      y += each.height + BETWEEN;
      return placed;
    });
  });
}

/** Lines between two boxes, those to and fro together. */
function pairs(lines: readonly Line[]): readonly (Line & { readonly both: boolean })[] {
  const key = ({ from, to }: Line): string => [from, to].sort().join("\n");
  return lines
    .filter((line, index) => lines.findIndex((each) => key(each) === key(line)) === index)
    .map((line) => {
      const back = lines.find(({ from, to }) => from === line.to && to === line.from);
      const text = `${line.from} reaches ${line.to}: ${line.what}`;
      return { ...line, both: back !== undefined, what: back ? `${text}; ${back.from} reaches ${back.to}: ${back.what}` : text };
    });
}

function curve(from: Placed, to: Placed, { both, what }: ReturnType<typeof pairs>[number], boxes: string): Markup {
  const [y1, y2] = [from, to].map(({ y, height }) => Math.round(y + height / 2)) as [number, number];
  const right = from.x <= to.x;
  const [x1, x2] = [right ? from.x + BOX : from.x, from.x === to.x ? from.x + BOX : right ? to.x : to.x + BOX];
  // Boxes of one column are joined at their right sides, the farther apart the wider.
  const bend = from.x === to.x ? 24 + Math.abs(y2 - y1) / 8 : (right ? 1 : -1) * Math.max(46, Math.abs(x2 - x1) / 2);
  const second = from.x === to.x ? x2 + bend : x2 - bend;
  return html`<path
    class="line ${boxes} ${from.box.name === "monitoring" ? "watches" : ""}"
    d="M${x1} ${y1}C${x1 + bend} ${y1} ${second} ${y2} ${x2} ${y2}"
    marker-end="url(#tip)"
    ${new Markup(both ? 'marker-start="url(#tip)"' : "")}
    ><title>${what}</title></path
  >`;
}

function boxDrawing({ box, texts, x, y, height }: Placed, picture: Picture, id: string): Markup {
  const label = [`${box.name}: ${box.about}`, ...box.holds.slice(0, 1).map(() => box.holds.join(", ")), ...relations(box, picture)].join(
    "; ",
  );
  return html`<g id="${id}" class="box" tabindex="0" role="img" aria-label="${label}">
    <title>${label}</title>
    <rect x="${x}" y="${y}" width="${BOX}" height="${height}" rx="6" />
    <text x="${x + PADDING}" y="${y + LINE_HEIGHT}" class="name">${box.name}</text>
    ${texts.map((text, index) => html`<text x="${x + PADDING}" y="${y + LINE_HEIGHT * (index + 2)}">${text}</text>`)}
  </g>`;
}

/** While a box has the pointer or the focus, only its own lines stay. */
function highlight(id: string): string {
  return `.facility:has(#${id}:hover,#${id}:focus) .line:not(.${id}){opacity:.08}`;
}
