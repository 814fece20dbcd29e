import * as os from "node:os";
import type { Tool, ToolName } from "./tool";

/** Minutes that building takes on two cores with a cold cache of Go, as measured: docs/sources.md, Sandbox and tools. */
const ON_TWO_CORES: Readonly<Record<ToolName, number>> = {
  etcd: 0.5,
  // The first of the three compiles what all of them share.
  "kube-apiserver": 6,
  "kube-scheduler": 1,
  "kube-controller-manager": 2,
  kwok: 2.7,
  pulumi: 6,
  helm: 3,
  "pulumi-resource-kubernetes": 11,
};

/** Cores from which on more of them do not help, because programs are linked by one. We chose it. */
const USEFUL_CORES = 8;

/** Minutes that building these tools takes on a machine of so many cores. */
export function minutesToBuild(tools: readonly Pick<Tool, "name">[], cores: number = os.availableParallelism()): number {
  const onTwo = tools.reduce((sum, { name }) => sum + ON_TWO_CORES[name], 0);
  return (onTwo * 2) / Math.min(Math.max(cores, 1), USEFUL_CORES);
}

/** Minutes in words: `30 s`, `3 min`, `1 h 5 min`. */
export function inWords(minutes: number): string {
  if (minutes < 0.95) return `${Math.max(1, Math.round(minutes * 6)) * 10} s`;
  const whole = Math.round(minutes);
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}
