import { freeOf } from "../../../capacity/allocatable";
import { workloadId, type PackHost, type PackPod } from "../../../capacity/packing/model";
import type { SiteHost } from "../../../components/nodes/schedulable";
import { amountText, unitOf } from "../../../policies/model/figures";
import { counted } from "../../../terminal/text";
import type { Colours } from "./colours";
import { html, type Markup } from "./markup";
import type { Standing } from "./scenes";

/** A host as the site file and as the packer have it. */
export type DrawnHost = SiteHost & PackHost;

/** Size of a bar in units of the drawing; its width stands for the host's whole capacity. */
const WIDTH = 200;
const HEIGHT = 10;

/** Gap between the pods of a workload, drawn where the pods are wide enough for it. */
const GAP = 0.8;

/** A host's bars of CPU and memory with what is left of each; a host without content is lost. */
export function hostDrawing(host: DrawnHost, content: readonly Standing[] | undefined, colours: Colours): Markup {
  if (content === undefined) return html`<p class="lost">lost</p>`;
  return html`${bar(host, "cpu", host.cpu, content, colours)}${bar(host, "memory", host.memory, content, colours)}`;
}

/** The pods on a host by name, folded away: what the bars show only under a pointer. */
export function podList({ name, standing = [] }: DrawnHost, content: readonly Standing[] | undefined): Markup {
  if (content === undefined) return html``;
  const daemons = standing.map((pod) => html`<li>${podText(pod)} (DaemonSet)</li>`);
  const pods = content.map(({ pod, moved }) => html`<li>${podText(pod)}${moved === 0 ? "" : `, ${moved} moved here`}</li>`);
  const count = [...standing, ...content.map(({ pod }) => pod)].reduce((sum, each) => sum + each.count, 0);
  if (count === 0) return html`<p class="dim">no pods</p>`;
  return html`<details class="pods">
    <summary>${counted(count, "pod")}<span class="unseen"> on ${name}</span></summary>
    <ul>
      ${pods}${daemons}
    </ul>
  </details>`;
}

function podText(pod: PackPod): string {
  return `${workloadId(pod)}${pod.count === 1 ? "" : ` × ${pod.count}`}`;
}

function bar(host: DrawnHost, resource: "cpu" | "memory", capacity: bigint, content: readonly Standing[], colours: Colours): Markup {
  const { allocatable, standing = [] } = host;
  const scale = (amount: bigint) => (Number(amount) / Number(capacity)) * WIDTH;
  const offered = allocatable[resource] ?? 0n;
  let at = 0;
  const next = (width: number) => (at += width) - width;
  const aside = capacity - offered;
  const free = freeAmounts(host, content)[resource] ?? 0n;
  const label = resource === "cpu" ? "CPU" : "memory";
  return html`<figure>
    <figcaption>${label} <b>${text(resource, free)}</b> of ${text(resource, capacity)} free</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label} of ${host.name}">
      ${aside > 0n ? [piece("aside", `set aside for the kubelet: ${text(resource, aside)}`, next(scale(aside)), scale(aside), 1)] : []}
      ${standing.map((pod) => podPiece(pod, resource, `daemon ${colours.idOf(pod)}`, scale, next))}
      ${content.flatMap(({ pod, moved }) => [
        ...[podPiece({ ...pod, count: pod.count - moved }, resource, colours.idOf(pod), scale, next)],
        ...[podPiece({ ...pod, count: moved }, resource, `${colours.idOf(pod)} moved`, scale, next)],
      ])}
    </svg>
  </figure>`;
}

function podPiece(
  pod: PackPod,
  resource: string,
  style: string,
  scale: (amount: bigint) => number,
  next: (width: number) => number,
): Markup {
  const each = pod.requests[resource] ?? 0n;
  if (pod.count === 0 || each === 0n) return html``;
  const all = each * BigInt(pod.count);
  const what = style.startsWith("daemon") ? " (DaemonSet)" : style.endsWith("moved") ? " (moved here)" : "";
  const title = `${workloadId(pod)}${pod.count === 1 ? "" : ` × ${pod.count}`}${what}: ${text(resource, all)} ${resource}`;
  return piece(style, title, next(scale(all)), scale(all), pod.count);
}

/** Draws `count` boxes side by side as one path. */
function piece(style: string, title: string, from: number, width: number, count: number): Markup {
  const each = width / count;
  const drawn = each > 3 * GAP ? each - GAP : each;
  const boxes = drawn === each ? [box(from, width)] : Array.from({ length: count }, (_, index) => box(from + index * each, drawn));
  return html`<path class="${style}" d="${boxes.join("")}"><title>${title}</title></path>`;
}

function box(from: number, width: number): string {
  return `M${rounded(from)} 0h${rounded(width)}v${HEIGHT}h-${rounded(width)}z`;
}

function rounded(number: number): string {
  return String(Math.round(number * 10) / 10);
}

function freeAmounts({ standing = [], ...host }: DrawnHost, content: readonly Standing[]) {
  return freeOf({ ...host, standing: [...standing, ...content.map(({ pod }) => pod)] });
}

function text(resource: string, amount: bigint): string {
  return amountText(unitOf(resource), resource === "cpu" ? (amount / 10n) * 10n : amount);
}
