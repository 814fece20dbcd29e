import { workloadId, type PackPod } from "../../../capacity/packing/model";
import { byCodeUnits } from "../../../capacity/packing/reasons";
import type { PackFacility } from "../../../policies/capacity/pack-facility";

/** Colours that can be told apart on white and on black, also by people who do not see the difference between red and green. */
const USERS = ["#3b82f6", "#93c5fd", "#1d4ed8", "#60a5fa"];
const NAMESPACES = [
  "#f59e0b",
  "#10b981",
  "#a855f7",
  "#ec4899",
  "#84cc16",
  "#14b8a6",
  "#b45309",
  "#d946ef",
  "#64748b",
  "#eab308",
  "#0e7490",
  "#9f1239",
];

/** What a colour stands for: a profile's servers, or everything else of a namespace. */
export interface Colour {
  readonly name: string;
  readonly value: string;
  /** Class in the style sheet. */
  readonly id: string;
}

/** A colour for each profile and each namespace that has pods, in the order of the legend. */
export class Colours {
  /** Every colour in use, in the order of the legend. */
  readonly all: readonly Colour[];
  private readonly profiles: ReadonlyMap<string, string>;

  /** @param site name of the site, which tells its classes from those of other sites on the page. */
  constructor({ onDemand, pods, hosts }: PackFacility, site: string) {
    const servers = onDemand.filter(({ profile }) => profile !== undefined);
    this.profiles = new Map(servers.map(({ pod }) => [workloadId(pod), `users: ${pod.name}`]));
    const standing = hosts.flatMap((host) => host.standing ?? []);
    const others = [...pods, ...standing].filter((pod) => !this.profiles.has(workloadId(pod))).map(({ namespace }) => namespace);
    this.all = [
      ...colours([...this.profiles.values()], USERS, `${site}-u`),
      ...colours([...new Set(others)].sort(byCodeUnits), NAMESPACES, `${site}-n`),
    ];
  }

  /** Class of a pod's colour. */
  idOf(pod: PackPod): string {
    const name = this.profiles.get(workloadId(pod)) ?? pod.namespace;
    return this.all.find((colour) => colour.name === name)?.id ?? "";
  }
}

function colours(names: readonly string[], palette: readonly string[], prefix: string): readonly Colour[] {
  return names.map((name, index) => ({ name, value: palette[index % palette.length] ?? "", id: `${prefix}${index}` }));
}
