import { formatBytes, formatCpu, larger } from "../../capacity/quantity";

/** Units of the amounts that rules compare: thousandths of a CPU, bytes, or a number of things. */
export const UNITS = ["millicores", "bytes", "count"] as const;
/** One of {@link UNITS}. */
export type Unit = (typeof UNITS)[number];

/** A need compared with what there is. The need fits if `need <= have`; both are in the same unit. */
export interface Figure {
  /** What has the need: a namespace, a host, a pool. */
  readonly subject: string;
  /** What is needed, in the words of Kubernetes or of the site file: `requests.cpu`, `addresses`. */
  readonly resource: string;
  readonly unit: Unit;
  readonly need: bigint;
  readonly have: bigint;
}

/** The unit of a resource of Kubernetes; prefixes such as `requests.` do not matter. */
export function unitOf(resource: string): Unit {
  const name = resource.replace(/^.*\.storageclass\.storage\.k8s\.io\//, "").replace(/^(requests|limits)\./, "");
  if (name === "cpu") return "millicores";
  return ["memory", "storage", "ephemeral-storage"].includes(name) ? "bytes" : "count";
}

/** An amount as people write it: `1.5` CPUs, `96Gi` bytes, `12` pods. */
export function amountText(unit: Unit, amount: bigint): string {
  const sign = amount < 0n ? "-" : "";
  const size = larger(amount, -amount);
  switch (unit) {
    case "millicores":
      return sign + formatCpu(size);
    case "bytes":
      return sign + formatBytes(size);
    case "count":
      return sign + String(size);
  }
}

/** `have - need`; negative if it does not fit. */
export function marginOf({ need, have }: Figure): bigint {
  return have - need;
}

/** `work needs 2.004 requests.cpu and has 2: 4m too few`. */
export function shortageText(figure: Figure): string {
  const { subject, resource, unit, need, have } = figure;
  return `${subject} needs ${amountText(unit, need)} ${resource} and has ${amountText(unit, have)}: ${amountText(unit, -marginOf(figure))} too few`;
}

/** The need as a share of what there is, from 0; `Number.MAX_VALUE` where there is nothing and something is needed. */
export function usedShare({ need, have }: Figure): number {
  if (have > 0n) return Number(need) / Number(have);
  return need > 0n ? Number.MAX_VALUE : 0;
}
