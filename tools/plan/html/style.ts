import type { Colour } from "./colours";

/** The page's style sheet. */
export function styleSheet(colours: readonly Colour[]): string {
  return `${STYLE}${colours.map(({ id, value }) => `.${id}{fill:${value};background:${value}}`).join("")}`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1f2937;--dim:#5b6472;--paper:#fff;--card:#f8fafc;--line:#d8dee6;--empty:#e5e9ef;--bad:#b91c1c;--badpaper:#fee2e2;--ok:#15803d;--risk:#a34a07;--wire:#7b8aa0}
@media (prefers-color-scheme:dark){:root{--ink:#e5e7eb;--dim:#a3acb9;--paper:#0f141b;--card:#171e27;--line:#2b3542;--empty:#263040;--bad:#fca5a5;--badpaper:#451a1a;--ok:#4ade80;--risk:#fbbf24;--wire:#6d7c92}}
*{box-sizing:border-box}
body{margin:0;padding:10px 16px;background:var(--paper);color:var(--ink);font:12px/1.35 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:break-word}
h1{font-size:19px;margin:0 0 2px}h2{font-size:16px;margin:18px 0 6px}h3{font-size:14px;margin:12px 0 4px}h4,h5,h6{font-size:12px;margin:0 0 4px;font-weight:600}h5{margin:0 0 3px}h5 small{font-size:12px}h5 small,.dim{color:var(--dim);font-weight:400}
p{margin:2px 0 6px}ul{margin:2px 0 6px;padding-left:18px}a{color:inherit}nav ul{padding:0;list-style:none}
.site+.site{border-top:2px solid var(--line)}
.head{display:flex;flex-wrap:wrap;gap:8px 28px;align-items:flex-start}.answers{max-width:720px}.answers th:first-child{width:99%}td.note{padding-bottom:4px}.changes{margin-bottom:12px}
table{border-collapse:collapse}caption{text-align:left;font-weight:600}td,th{padding:1px 10px 1px 0;text-align:left;vertical-align:top}th{color:var(--dim);font-weight:400}.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.verdict{font-weight:600}.fits{color:var(--ok)}.risk{color:var(--risk)}.not{color:var(--bad)}
.help{margin:6px 0;max-width:900px}summary{cursor:pointer;font-weight:600}.help h3{font-size:12px;margin:6px 0 2px}.help p{margin:0 0 4px 12px}
:focus-visible{outline:2px solid #3b82f6;outline-offset:1px}
.change{margin:0 0 6px;padding-left:8px;border-left:3px solid var(--line)}
form{margin:8px 0 4px;display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center}select{font:inherit;max-width:230px}
.legend{display:flex;flex-wrap:wrap;gap:2px 12px;margin:0 0 6px;padding:0;list-style:none}.legend i{display:inline-block;width:11px;height:11px;margin-right:4px;vertical-align:-1px;border-radius:2px}
i.hatched{background:repeating-linear-gradient(45deg,var(--dim) 0 2px,transparent 2px 4px)}i.empty{background:var(--empty)}i.outlined{border:2px solid var(--ink)}
.outcome{min-height:19px;margin:0 0 6px}.left{background:var(--badpaper);color:var(--bad);border:1px solid var(--bad);border-radius:5px;padding:1px 8px;display:inline-block}
.facility{display:none;background:none;overflow:visible}.facility rect{fill:var(--card);stroke:var(--line)}.box:focus{outline:none}.box:focus rect{stroke:#3b82f6;stroke-width:2}.facility text{fill:var(--dim);font-size:12px}.facility text.name{fill:var(--ink);font-weight:600}
path.line{fill:none;stroke:var(--wire);stroke-width:1.2}path.watches{opacity:.45;stroke-dasharray:3 3}path.tip{fill:var(--wire)}.boxes,.hosts{padding:0;list-style:none}.hosts{display:flex;flex-wrap:wrap;gap:6px}.boxes li,.hosts li{margin:0 0 6px;padding:4px 8px;background:var(--card);border:1px solid var(--line);border-radius:6px}
@media (min-width:1248px){.facility{display:block}.boxes{display:none}}
.racks{display:flex;flex-wrap:wrap;gap:8px}.rack{border:1px solid var(--line);border-radius:8px;padding:5px 8px 7px}.pools,.cards{display:flex;flex-wrap:wrap;gap:7px 14px}.cards{gap:7px}
.host{width:198px;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 6px 5px}.host summary{font-weight:400;color:var(--dim)}.host ul{padding-left:14px}
figure{margin:2px 0 0}figcaption{color:var(--dim)}figcaption b{color:var(--ink)}figure svg,.stage svg{display:block;width:100%;height:13px;background:var(--empty);border-radius:2px}
.lost{margin:2px 0 0;height:60px;display:grid;place-items:center;color:var(--bad);border:1px dashed var(--bad);border-radius:4px}
figure path,.stage path{stroke-width:0}path.daemon,path.aside{mask:url(#hatch)}path.aside{fill:var(--dim)}figure path.moved{stroke:var(--ink);stroke-width:1.6;vector-effect:non-scaling-stroke}
.rates{margin:8px 0}.rates p{margin:4px 0}.rates td.stage{width:260px;vertical-align:middle}path.carries{fill:var(--ok)}path.limit{fill:var(--bad)}.stage path.asked{stroke:var(--ink);stroke-width:1.6;vector-effect:non-scaling-stroke;fill:none}
.flows{margin:6px 0}.flows p{margin:2px 0 4px}.wide{overflow-x:auto;max-width:100%;margin-bottom:8px}.wide td{width:15px;height:15px;min-width:15px;padding:0;border:1px solid var(--line)}.wide td.open{background:var(--ok)}
.flows th{color:var(--ink)}.wide th.source{padding:0 6px 0 0;text-align:right;white-space:nowrap}.wide th.target{height:190px;padding:0;vertical-align:bottom;max-width:15px}
.wide th.target span{display:block;writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;line-height:15px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.wide td{position:relative}
@media (pointer:coarse),(max-width:640px){summary,label,nav li{padding:4px 0}select{min-height:24px}.rates td:first-child{min-width:120px}}
@media (max-width:640px){.rack{width:100%}.host{width:100%}.pools>div,.pools{width:100%}.rates .stage{display:none}td,th{padding-right:6px}td,li,.note{overflow-wrap:anywhere}.verdict,.figure{overflow-wrap:normal}.hosts li{width:100%}}
[hidden]{display:none}
`;

/** Shows the chosen scene of each site: for each host its drawing of that scene, or the one with everything in place where the scene changes nothing. */
export const SCRIPT = `
const pick = (all, one) => { for (const each of all) each.hidden = each !== one; };
for (const section of document.querySelectorAll(".site")) {
  const [after, loss] = [".after", ".loss"].map((name) => section.querySelector(name));
  const show = () => {
    const scene = after.checked ? loss.value : "now";
    for (const host of section.querySelectorAll(".host")) {
      const drawings = [...host.querySelectorAll("[data-scene]")];
      pick(drawings, drawings.find(({ dataset }) => dataset.scene === scene) ?? drawings[0]);
    }
    const outcomes = [...section.querySelectorAll("[data-outcome]")];
    pick(outcomes, outcomes.find(({ dataset }) => dataset.outcome === scene));
  };
  loss.addEventListener("input", () => { after.checked = true; });
  section.querySelector("form").addEventListener("input", show);
  show();
}
`;
