import type { Colour } from "./colours";

/** The page's style sheet. */
export function styleSheet(colours: readonly Colour[]): string {
  return `${STYLE}${colours.map(({ id, value }) => `.${id}{fill:${value};background:${value}}`).join("")}`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1f2937;--dim:#6b7280;--paper:#fff;--card:#f8fafc;--line:#d8dee6;--empty:#e5e9ef;--bad:#b91c1c;--badpaper:#fee2e2;--ok:#15803d;--risk:#b45309}
@media (prefers-color-scheme:dark){:root{--ink:#e5e7eb;--dim:#9ca3af;--paper:#0f141b;--card:#171e27;--line:#2b3542;--empty:#263040;--bad:#fca5a5;--badpaper:#451a1a;--ok:#4ade80;--risk:#fbbf24}}
*{box-sizing:border-box}
body{margin:0;padding:10px 16px;background:var(--paper);color:var(--ink);font:12px/1.35 system-ui,"DejaVu Sans",sans-serif}
h1{font-size:17px;margin:0 0 6px}h2{font-size:12px;margin:0 0 4px}h3{font-size:11px;margin:0 0 3px;font-weight:600}h3 small,.dim{color:var(--dim);font-weight:400}
.head{display:flex;flex-wrap:wrap;gap:8px 28px;align-items:flex-start}
table{border-collapse:collapse}caption{text-align:left;font-weight:600}td,th{padding:1px 10px 1px 0;text-align:left;vertical-align:top}th{color:var(--dim);font-weight:400}.figure{text-align:right;font-variant-numeric:tabular-nums}
td.note{max-width:210px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.verdict{font-weight:600;white-space:nowrap}.fits{color:var(--ok)}.risk{color:var(--risk)}.not{color:var(--bad)}
.help{margin:6px 0;max-width:900px}summary{cursor:pointer;font-weight:600}.help h3{margin:6px 0 2px}.help p{margin:0 0 4px 12px}.pool{border-bottom:1px dotted var(--dim)}
form{margin:8px 0 4px;display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center}select{font:inherit;max-width:230px}
.legend{display:flex;flex-wrap:wrap;gap:2px 12px;margin:0 0 6px;padding:0;list-style:none}.legend i{display:inline-block;width:11px;height:11px;margin-right:4px;vertical-align:-1px;border-radius:2px}
i.hatched{background:repeating-linear-gradient(45deg,var(--dim) 0 2px,transparent 2px 4px)}i.empty{background:var(--empty)}i.outlined{border:2px solid var(--ink)}
.outcome{min-height:19px;margin:0 0 6px}.left{background:var(--badpaper);color:var(--bad);border:1px solid var(--bad);border-radius:5px;padding:1px 8px;display:inline-block}
.racks{display:flex;flex-wrap:wrap;gap:8px}.rack{border:1px solid var(--line);border-radius:8px;padding:5px 8px 7px}.pools,.cards{display:flex;flex-wrap:wrap;gap:7px 14px}.cards{gap:7px}
.host{width:165px;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 6px 5px}.host:focus{outline:2px solid #3b82f6;outline-offset:1px}
.host h4{margin:0;font-size:11px;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
figure{margin:2px 0 0}figcaption{font-size:10px;color:var(--dim);white-space:nowrap}figcaption b{color:var(--ink)}svg{display:block;width:100%;height:13px;background:var(--empty);border-radius:2px}
.lost{margin:2px 0 0;height:57px;display:grid;place-items:center;color:var(--bad);border:1px dashed var(--bad);border-radius:4px}
path{stroke-width:0}path.daemon,path.aside{mask:url(#hatch)}path.aside{fill:var(--dim)}path.moved{stroke:var(--ink);stroke-width:1.6;vector-effect:non-scaling-stroke}
.rates{margin:8px 0}.rates p{margin:4px 0}.rates td.stage{width:260px;min-width:160px;vertical-align:middle}path.carries{fill:var(--ok)}path.limit{fill:var(--bad)}path.asked{stroke:var(--ink);stroke-width:1.6;vector-effect:non-scaling-stroke;fill:none}
.flows{margin:6px 0}.flows p{margin:2px 0 4px}.flows td{width:13px;height:13px;min-width:13px;padding:0;border:1px solid var(--line)}.flows td.open{background:var(--ok)}
.flows th{color:var(--ink)}.flows th.source{padding:0 6px 0 0;text-align:right;white-space:nowrap}.flows th.target{height:170px;padding:0;vertical-align:bottom;max-width:13px}
.flows th.target span{display:block;writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;line-height:13px}
[hidden]{display:none}
`;

/** Shows the chosen scene: for each host its drawing of that scene, or the one with everything in place where the scene changes nothing. */
export const SCRIPT = `
const pick = (all, one) => { for (const each of all) each.hidden = each !== one; };
const show = () => {
  const scene = document.querySelector("#after").checked ? document.querySelector("#loss").value : "now";
  for (const host of document.querySelectorAll(".host")) {
    const drawings = [...host.querySelectorAll("[data-scene]")];
    pick(drawings, drawings.find(({ dataset }) => dataset.scene === scene) ?? drawings[0]);
  }
  const outcomes = [...document.querySelectorAll("[data-outcome]")];
  pick(outcomes, outcomes.find(({ dataset }) => dataset.outcome === scene));
};
document.querySelector("#loss").addEventListener("input", () => { document.querySelector("#after").checked = true; });
document.querySelector("form").addEventListener("input", show);
show();
`;
