import * as path from "node:path";
import type { Drift } from "../../changes/drift";
import { bar, share, table } from "../../terminal/table";
import { WIDTH, wrapped } from "../../terminal/text";
import { handLines } from "./hands";
import type { ClusterSummary } from "./summary";

/** What the report says about the run, besides the state of the cluster. */
export interface ReportContext {
  readonly site: string;
  readonly kubeconfig: string;
  readonly logs: string;
  /** What the machine cannot do, in one line; empty if it can do everything. */
  readonly cell: string;
  readonly plugins: readonly { readonly name: string; readonly kind: string; readonly source: "official" | "built" | "stand-in" }[];
  readonly versions: Readonly<Record<string, string>>;
  /** Whether the machine has kubectl, which the sandbox does not bring. */
  readonly kubectl: boolean;
  /** Whether some pods run as processes. */
  readonly live: boolean;
  /** What hands have done to the site's objects. */
  readonly hands: readonly Drift[];
}

/**
 * The report at the end of a run: hosts, pods, what waits and why, what hands have done, addresses, and what is a stand-in. No line is longer than a terminal, but
 * for a path that is.
 */
export function report(facts: ClusterSummary, context: ReportContext): string {
  return [
    hosts(facts),
    pods(facts),
    pending(facts),
    handLines(context.site, context.hands),
    addresses(facts),
    standIns(facts, context),
    whereToLook(context),
  ]
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function hosts({ hosts: all, pods: every }: ClusterSummary): readonly string[] {
  const rows = (part: typeof bar): readonly (readonly string[])[] =>
    [...new Set(all.map((host) => host.pool))].flatMap((pool) => {
      const mine = all.filter((host) => host.pool === pool);
      return mine.map((host, index) => [
        index === 0 ? pool : "",
        host.name,
        host.ready ? "ready" : "NOT READY",
        `${cores(host.cpu.requested)} / ${cores(host.cpu.whole)}`,
        part(host.cpu.requested, host.cpu.whole),
        `${gibibytes(host.memory.requested)} / ${gibibytes(host.memory.whole)}`,
        part(host.memory.requested, host.memory.whole),
      ]);
    });
  const header = ["POOL", "HOST", "STATE", "CPU", "", "MEMORY Gi", ""];
  const drawn = table(header, rows(bar), "numbers");
  const fits = Math.max(...drawn.map(({ length }) => length)) <= WIDTH;
  const placed = every.filter((pod) => pod.pending === "").length;
  const title = `${all.length} hosts, ${all.filter((host) => host.ready).length} ready; ${every.length} pods, ${placed} placed`;
  return [title, ...(fits ? drawn : table(header, rows(share), "numbers", WIDTH))];
}

function pods({ hosts: all, pods: every }: ClusterSummary): readonly string[] {
  const pools = [...new Set(all.map((host) => host.pool))].filter((pool) => every.some((pod) => pod.pool === pool));
  const namespaces = [...new Set(every.map((pod) => pod.namespace))].sort();
  const rows = namespaces.map((namespace) => {
    const mine = every.filter((pod) => pod.namespace === namespace);
    const count = (pool: string): string => String(mine.filter((pod) => pod.pool === pool).length || "-");
    return [namespace, ...pools.map(count), String(mine.filter((pod) => pod.pending !== "").length || "-"), String(mine.length)];
  });
  return rows.length === 0 ? [] : table(["PODS OF", ...pools, "pending", "all"], rows, "numbers", WIDTH);
}

function pending({ pods: every, refused }: ClusterSummary): readonly string[] {
  const waiting = every.filter((pod) => pod.pending !== "");
  if (waiting.length === 0 && refused.length === 0) return [every.length === 0 ? "There are no pods." : "Every pod has a host."];
  return [
    ...(waiting.length > 0 ? [`PENDING (${waiting.length})`] : []),
    ...waiting.flatMap((pod) => [`  ${pod.namespace}/${pod.name}`, ...indented(pod.pending)]),
    ...(refused.length > 0 ? [`NOT CREATED (${refused.length})`] : []),
    ...refused.flatMap(({ owner, reason }) => [`  ${owner}`, ...indented(reason)]),
  ];
}

function indented(text: string): readonly string[] {
  return wrapped(text, WIDTH - 6, "").map((line) => `      ${line.trimStart()}`);
}

function addresses({ services }: ClusterSummary): readonly string[] {
  const rows = services.map(({ name, address, ports }) => [name, address, ports]);
  return rows.length === 0 ? [] : table(["LOAD BALANCER", "ADDRESS", "PORTS"], rows, "numbers", WIDTH);
}

function standIns({ definitions }: ClusterSummary, { plugins, cell, versions, live }: ReportContext): readonly string[] {
  const played = plugins.filter((plugin) => plugin.source === "stand-in").map((plugin) => plugin.name);
  const official = plugins.filter((plugin) => plugin.source !== "stand-in").map((plugin) => plugin.name);
  const real = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "helm", "pulumi"].flatMap((name) =>
    versions[name] === undefined ? [] : `${name} ${versions[name]}`,
  );
  return [
    ...wrapped(`Real: ${real.join(", ")}${official.length > 0 ? `; Pulumi plugins ${official.join(", ")}` : ""}.`, WIDTH, "  "),
    ...wrapped(
      `Stand-ins: hosts and pods (${live ? "nothing runs in most of them: see --live in docs/sandbox.md" : "nothing runs in them"}), charts that hold described workloads, what operators make, volumes, addresses` +
        `${played.length > 0 ? `; Pulumi plugins ${played.join(", ")}` : ""}.`,
      WIDTH,
      "  ",
    ),
    ...[...definitions].flatMap(([from, count]) =>
      wrapped(
        from === "permissive"
          ? `${count} custom resource definitions are permissive ones: no field is checked (set AF_CRDS to a folder of the real ones).`
          : `${count} custom resource definitions from ${from}.`,
        WIDTH,
        "  ",
      ),
    ),
    ...(cell === "" ? [] : wrapped(`Note: ${cell}.`, WIDTH, "  ")),
  ];
}

function whereToLook({ site, kubeconfig, logs, kubectl }: ReportContext): readonly string[] {
  return [
    `look:  npm run sandbox -- exec ${site} -- ${kubectl ? "kubectl get pods -A" : "helm list -A"}`,
    `       npm run sandbox -- status ${site}`,
    `files: kubeconfig ${shortest(kubeconfig)}`,
    `       logs       ${shortest(logs)}`,
    `end:   npm run sandbox -- down ${site}  (--purge forgets its state too)`,
  ];
}

/** A path as it is, or as it is from the folder of the command, whichever is shorter. */
function shortest(file: string): string {
  const from = path.relative("", file);
  return from.length < file.length ? from : file;
}

function cores(millicores: number): string {
  return (millicores / 1000).toFixed(1);
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
